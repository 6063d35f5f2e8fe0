// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/lessons_menu.h"

#include "app/panels/common/command.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/bar_menu.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <string>

namespace regard {
namespace {

/// "step 3 of 8", "✓", or how long it takes.
std::string told_progress(const PanelContext& context, const LessonEntry& entry) {
  if (entry.broken) return tr("lesson.broken");
  const LessonProgress* progress = progress_of(context.preferences, entry.lesson);
  if (progress != nullptr && progress->furthest + 1 >= entry.steps) return "✓";
  if (progress != nullptr) return tr("lesson.step_of", {{"step", progress->step + 1}, {"steps", entry.steps}});
  return entry.minutes > 0 ? tr_plural("lesson.minutes", entry.minutes) : std::string();
}

void lesson_line(PanelContext& context, const LessonEntry& entry, std::size_t index) {
  const std::string id = "lessons." + std::to_string(index), right = told_progress(context, entry);
  const std::string title = entry.own ? entry.title : std::to_string(index + 1) + ". " + entry.title;
  const bool selected = context.look().stage.lesson.lesson == entry.lesson;
  if (!menu_line({.id = id, .text = title, .right = right, .selected = selected})) return;
  context.command(OpenLesson{entry.lesson});
  ImGui::CloseCurrentPopup();
}

}  // namespace

void look_for_lessons(PanelContext& context) {
  context.command(RefreshLessons{});
}

float lessons_menu_width(const PanelContext& /*context*/) {
  return em(30.0F);
}

void fill_lessons_menu(PanelContext& context) {
  const LessonNews* news = context.world.lessons;
  if (news != nullptr) {
    for (std::size_t index = 0; index < news->entries.size(); ++index) {
      if (news->entries[index].own && (index == 0 || !news->entries[index - 1].own)) menu_section(tr("lesson.own"));
      lesson_line(context, news->entries[index], index);
    }
    if (news->entries.empty()) coloured(theme().text_muted, tr("lesson.none"));
  }
  gap(0.5F);
  command_line(context, "lesson.open");
  command_line(context, "glossary");
  if (news != nullptr && news->open) command_line(context, "lesson.print");
  if (news != nullptr && !news->entries.empty()) command_line(context, "lesson.print_all");
  if (news != nullptr && news->open) command_line(context, "lesson.close");
  gap(0.2F);
  wrapped_caption(tr("lesson.drop"));
}

bool draw_lesson_offer(PanelContext& context) {
  const LessonNews* news = context.world.lessons;
  if (!context.preferences.offers_lesson || news == nullptr || news->entries.empty() || news->entries.front().own ||
      news->entries.front().broken)
    return false;
  const LessonEntry& first = news->entries.front();
  const std::string text = tr("lesson.offer", {{"title", first.title}});
  const float height = ImGui::GetTextLineHeight(), side = height;
  const float room = ImGui::GetContentRegionAvail().x - side - em(1.0F);
  if (room < em(12.0F)) return false;
  const std::string label = fitted(text, room);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::CalcTextSize(label.c_str()).x;
  if (ImGui::InvisibleButton("offer", {std::max(1.0F, width), height})) context.command(OpenLesson{first.lesson});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool lit = ImGui::IsItemHovered();
  list.AddText(at, colour_u32(theme().accent), label.c_str());
  if (lit) list.AddRectFilled({at.x, at.y + height - 1.0F}, {at.x + width, at.y + height}, colour_u32(theme().accent));
  probe("offer.open", at, {at.x + width, at.y + height});
  ImGui::SameLine(0.0F, em(0.5F));
  const ImVec2 min = ImGui::GetCursorScreenPos();
  if (ImGui::InvisibleButton("put_away", {side, height})) context.command(PutAwayOffer{});
  const float inset = side * 0.28F, thick = stroke(0.08F, 1.0F);
  const ImU32 ink = colour_u32(ImGui::IsItemHovered() ? theme().text : theme().text_muted);
  list.AddLine({min.x + inset, min.y + inset}, {min.x + side - inset, min.y + side - inset}, ink, thick);
  list.AddLine({min.x + side - inset, min.y + inset}, {min.x + inset, min.y + side - inset}, ink, thick);
  probe("offer.close", min, {min.x + side, min.y + height});
  hint(tr("lesson.offer_close"));
  return true;
}

}  // namespace regard
