// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/lesson_contents.h"

#include "app/lesson/told.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/panels/lesson/lesson_links.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace regard {
namespace {

/// "6 minutes · 8 steps"
std::string length_of(const Lesson& lesson) {
  std::string text;
  if (lesson.minutes > 0) text = tr_plural("lesson.minutes", lesson.minutes) + " · ";
  return text + tr_plural("lesson.steps", lesson.steps.size());
}

void paint_tick(ImDrawList& list, ImVec2 centre, float size, ImU32 ink) {
  const std::array<ImVec2, 3> line{ImVec2{centre.x - 0.32F * size, centre.y + 0.02F * size},
                                   ImVec2{centre.x - 0.08F * size, centre.y + 0.26F * size},
                                   ImVec2{centre.x + 0.36F * size, centre.y - 0.28F * size}};
  list.AddPolyline(line.data(), static_cast<int>(line.size()), ink, 0, stroke(0.1F, 1.5F));
}

/// A step's number, its title, and a tick where its question was answered.
void draw_entry(PanelContext& context, const OpenedLesson& open, std::size_t step, float width) {
  const ScopedId scope(step);
  const LessonProgress* progress = progress_of(context.preferences, open.name);
  const bool seen = progress != nullptr && step <= progress->furthest;
  const bool answered =
      progress != nullptr && std::binary_search(progress->answered.begin(), progress->answered.end(), step);
  const float number_width = em(1.9F), tick = em(1.4F), pad = em(0.3F);
  const std::string title = broken_at_spaces(open.lesson.steps[step].title, width - number_width - tick - 2.0F * pad);
  const float height = ImGui::CalcTextSize(title.c_str()).y + 2.0F * pad;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + width, min.y + height};
  if (ImGui::InvisibleButton("entry", {width, height})) show_lesson_page(context, step);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool lit = ImGui::IsItemHovered() || (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible);
  const bool left_at = progress != nullptr && progress->step == step;
  if (lit || left_at) list.AddRectFilled(min, max, colour_u32(lit ? theme().frame_hovered : theme().frame), em(0.25F));
  const std::string number = std::to_string(step + 1);
  const Face face = text_face();
  paint_text(list, face, {min.x + number_width - em(0.6F) - text_width(face, number), min.y + pad},
             colour_u32(theme().text_muted), number);
  list.AddText({min.x + number_width, min.y + pad}, colour_u32(seen || lit ? theme().text : theme().text_muted),
               title.c_str());
  if (answered) paint_tick(list, {max.x - 0.5F * tick, min.y + 0.5F * height}, em(0.9F), colour_u32(theme().accent));
  if (probe_enabled()) probe("lesson.entry." + std::to_string(step), min, max);
}

}  // namespace

void draw_lesson_contents(PanelContext& context, const OpenedLesson& open, float width) {
  const LessonDesk& state = lesson_desk(context);
  {
    const ScopedFont font(fonts().heading);
    wrapped(theme().text, open.lesson.title.empty() ? std::string(tr("lesson.untitled")) : open.lesson.title);
  }
  if (!open.lesson.steps.empty()) caption(length_of(open.lesson));
  gap(0.5F);
  draw_lesson_text(context, state.page.introduction, {.id = "lesson.introduction", .width = width});
  if (!open.lesson.mistakes.empty()) {
    gap(0.75F);
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const ScopedFont font(fonts().small);
    for (const LessonMistake& mistake : open.lesson.mistakes)
      wrapped(theme().warning, told(open.lesson.file, mistake));
    probe("lesson.mistakes", min, ImGui::GetItemRectMax());
  }
  gap(1.0F);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0.0F, std::round(em(0.1F))});
  for (std::size_t step = 0; step < open.lesson.steps.size(); ++step)
    draw_entry(context, open, step, width);
  ImGui::PopStyleVar();
  if (open.lesson.steps.empty()) return;
  gap(0.75F);
  const ScopedTextColour ink(theme().text_muted);
  if (quiet_button("lesson.print", tr("lesson.print_button"))) run_command("lesson.print", context);
  hint(tr("lesson.print_hint"));
}

}  // namespace regard
