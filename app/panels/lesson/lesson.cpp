// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/lesson.h"

#include "app/lesson/told.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/lesson/lesson_contents.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/panels/lesson/lesson_links.h"
#include "app/panels/lesson/question_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kWidestText = 34.0F;  ///< ems of a line that is good to read

/// A cross of two strokes.
bool close_cross(const char* probe_id) {
  const float side = ImGui::GetFrameHeight();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(probe_id, {side, side});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool lit = ImGui::IsItemHovered();
  if (lit) list.AddRectFilled(min, {min.x + side, min.y + side}, colour_u32(theme().frame_hovered), em(0.25F));
  const float inset = side * 0.34F, thick = stroke(0.09F, 1.5F);
  const ImU32 ink = colour_u32(lit ? theme().text : theme().text_muted);
  list.AddLine({min.x + inset, min.y + inset}, {min.x + side - inset, min.y + side - inset}, ink, thick);
  list.AddLine({min.x + side - inset, min.y + inset}, {min.x + inset, min.y + side - inset}, ink, thick);
  probe_last_item(probe_id);
  return clicked;
}

/// The lesson's name; contents and close at the right.
void draw_lesson_head(PanelContext& context, const OpenedLesson* open) {
  const float side = ImGui::GetFrameHeight();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float right = start.x + ImGui::GetContentRegionAvail().x;
  const char* contents = tr("lesson.contents");
  const float contents_width = quiet_button_width(contents);
  const bool in_contents = context.look().stage.lesson.contents;
  const float taken = side + contents_width + em(0.5F);
  const std::string title = open != nullptr ? open->lesson.title : std::string(tr("lesson.reading"));
  {
    const Face face = small_face();
    paint_text(*ImGui::GetWindowDrawList(), face, {start.x, start.y + 0.5F * (side - face.size)},
               colour_u32(theme().text_muted), shortened(face, title, right - taken - start.x));
  }
  ImGui::SetCursorScreenPos({right - side - contents_width, start.y});
  {
    const ScopedTextColour ink(in_contents ? theme().text : theme().text_muted);
    if (quiet_button("lesson.contents", contents, false, in_contents)) {
      if (in_contents)
        show_lesson_page(context, context.world.lessons->step);
      else
        show_lesson_contents(context);
    }
    hint(tr("lesson.contents_hint"));
  }
  ImGui::SetCursorScreenPos({right - side, start.y});
  if (close_cross("lesson.close")) context.command(CloseLesson{});
  hint(tr("lesson.close_hint"));
}

/// A piece of a line for every step; the one on show in full ink.
void draw_step_line(PanelContext& context, const OpenedLesson& open) {
  const std::size_t count = open.lesson.steps.size();
  if (count == 0) return;
  const LessonProgress* progress = progress_of(context.preferences, open.name);
  const float width = ImGui::GetContentRegionAvail().x, height = std::round(em(0.7F));
  const float between = std::min(em(0.25F), 0.3F * width / static_cast<float>(count));
  const float piece = (width - between * static_cast<float>(count - 1)) / static_cast<float>(count);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const bool contents = context.look().stage.lesson.contents;
  for (std::size_t step = 0; step < count; ++step) {
    const ScopedId scope(step);
    const float left = start.x + static_cast<float>(step) * (piece + between);
    ImGui::SetCursorScreenPos({left, start.y});
    if (ImGui::InvisibleButton("step", {std::max(1.0F, piece), height})) show_lesson_page(context, step);
    const bool lit = ImGui::IsItemHovered();
    const bool now = !contents && step == context.world.lessons->step;
    const bool seen = progress != nullptr && step <= progress->furthest;
    const ImVec4 ink = now    ? theme().accent
                       : seen ? mix(theme().frame_active, theme().accent, 0.35F)
                              : theme().frame_active;
    const float thick = std::round(em(now || lit ? 0.3F : 0.2F)), middle = start.y + 0.5F * height;
    ImGui::GetWindowDrawList()->AddRectFilled({left, middle - 0.5F * thick}, {left + piece, middle + 0.5F * thick},
                                              colour_u32(ink), 0.5F * thick);
    if (probe_enabled())
      probe("lesson.step." + std::to_string(step), {left, start.y}, {left + piece, start.y + height});
    hint(tr("lesson.step_hint", {{"number", step + 1}, {"title", open.lesson.steps[step].title}}));
  }
  ImGui::SetCursorScreenPos({start.x, start.y + height});
  ImGui::Dummy({1.0F, 1.0F});
}

/// What the button that leads on says: the last page leads to the lesson after this one.
std::string onward(const PanelContext& context, const OpenedLesson& open, float room) {
  if (context.look().stage.lesson.contents)
    return tr(progress_of(context.preferences, open.name) != nullptr ? "lesson.go_on" : "lesson.begin");
  if (context.world.lessons->step + 1 < open.lesson.steps.size()) return tr("lesson.next");
  const LessonEntry* next = next_lesson(context);
  if (next == nullptr) return tr("lesson.end");
  const float pads = quiet_button_width("");
  return fitted(tr("lesson.next_lesson", {{"title", next->title}}),
                room - quiet_button_width(tr("lesson.back")) - em(0.5F) - pads);
}

/// Back, what leads back to the step's state, Next.
void draw_lesson_foot(PanelContext& context, const OpenedLesson& open) {
  const LessonNews& news = *context.world.lessons;
  const bool contents = context.look().stage.lesson.contents;
  const bool leaves = news.step + 1 >= open.lesson.steps.size() && next_lesson(context) != nullptr;
  const std::string next = onward(context, open, ImGui::GetContentRegionAvail().x);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float right = start.x + ImGui::GetContentRegionAvail().x;
  if (!contents) {
    const ScopedTextColour ink(theme().text_muted);
    if (quiet_button("lesson.back", tr("lesson.back"))) turn_lesson_page(context, -1);
    hint(tr("lesson.back_hint"));
  }
  if (news.strayed && !contents) {
    const char* restore = tr("lesson.restore");
    const float width = quiet_button_width(restore);
    const float left_end = ImGui::GetItemRectMax().x, right_begin = right - quiet_button_width(next);
    if (right_begin - left_end >= width + em(0.5F)) {
      ImGui::SetCursorScreenPos({std::round(0.5F * (left_end + right_begin - width)), start.y});
      const ScopedTextColour ink(theme().accent);
      if (quiet_button("lesson.restore", restore)) show_lesson_page(context, news.step);
      hint(tr("lesson.restore_hint"));
    }
  }
  if (open.lesson.steps.empty()) return;
  ImGui::SetCursorScreenPos({right - quiet_button_width(next), start.y});
  if (framed_button("lesson.next", next)) turn_lesson_page(context, 1);
  hint(tr(contents ? "lesson.begin_hint" : leaves ? "lesson.next_lesson_hint" : "lesson.next_hint"));
}

/// Where the way back does not fit between Back and Next, it has a line of its own above them.
bool restore_needs_line(const PanelContext& context, const OpenedLesson& open) {
  const LessonNews& news = *context.world.lessons;
  if (!news.strayed || context.look().stage.lesson.contents) return false;
  const float room = ImGui::GetContentRegionAvail().x;
  const float taken = quiet_button_width(tr("lesson.back")) + quiet_button_width(onward(context, open, room)) +
                      quiet_button_width(tr("lesson.restore")) + em(0.5F);
  return taken > room;
}

void draw_restore_line(PanelContext& context) {
  const float width = quiet_button_width(tr("lesson.restore"));
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({start.x + std::max(0.0F, 0.5F * (ImGui::GetContentRegionAvail().x - width)), start.y});
  const ScopedTextColour ink(theme().accent);
  if (quiet_button("lesson.restore", tr("lesson.restore"))) show_lesson_page(context, context.world.lessons->step);
  hint(tr("lesson.restore_hint"));
}

/// What of the step could not be done, by file and line.
void draw_mistakes(const PanelContext& context, const OpenedLesson& open, const LessonStep& step, std::size_t number) {
  std::vector<std::string> sentences;
  for (const LessonMistake& mistake : context.world.lessons->mistakes)
    sentences.push_back(told(open.lesson.file, mistake));
  const std::size_t end =
      number + 1 < open.lesson.steps.size() ? open.lesson.steps[number + 1].line : std::string::npos;
  for (const LessonMistake& mistake : open.lesson.mistakes)
    if (mistake.line >= step.line && mistake.line < end) sentences.push_back(told(open.lesson.file, mistake));
  if (context.views.strip.dropped > 0 && context.world.lessons->step_is_set && !context.world.lessons->strayed) {
    const LessonState state = state_of_step(open.lesson, number);
    const LessonLine* text = state.find("text");
    sentences.push_back(tr_plural("lesson.text_too_long", context.views.strip.chips.size(),
                                  {{"file", std::filesystem::path(open.lesson.file).filename().string()},
                                   {"line", text != nullptr ? text->line : step.line}}));
  }
  std::sort(sentences.begin(), sentences.end());
  sentences.erase(std::unique(sentences.begin(), sentences.end()), sentences.end());
  if (sentences.empty()) return;
  gap(0.75F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  for (const std::string& sentence : sentences) {
    const ScopedFont font(fonts().small);
    wrapped(theme().warning, sentence);
  }
  probe("lesson.mistakes", min, ImGui::GetItemRectMax());
}

void draw_simplified(PanelContext& context, const LessonText& text, float width) {
  if (text.text.blocks.empty()) return;
  gap(1.0F);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine(start, {start.x + width, start.y}, colour_u32(theme().panel_border));
  gap(0.6F);
  {
    const ScopedFont font(fonts().small);
    coloured(theme().text_muted, tr("lesson.simplified"));
  }
  gap(0.4F);
  draw_lesson_text(context, text, {.id = "lesson.simplified", .width = width, .compact = true});
}

/// What the model says is brought into sight when it comes, by no more than it takes; its beginning goes before its end.
void show_verdict(LessonDesk& state, bool revealed) {
  if (!revealed || !std::exchange(state.to_verdict, false)) return;
  const float view = ImGui::GetWindowHeight(), now = ImGui::GetScrollY();
  const float end = ImGui::GetCursorPosY() + em(0.5F), top = state.verdict_top - em(1.0F);
  if (end > now + view) ImGui::SetScrollY(std::max(now, std::min(top, end - view)));
}

void draw_step(PanelContext& context, const OpenedLesson& open, const LessonStep& step, float width) {
  LessonDesk& state = lesson_desk(context);
  const std::size_t number = context.world.lessons->step;
  {
    const ScopedFont font(fonts().heading);
    wrapped(theme().text, step.title);
  }
  gap(0.5F);
  draw_lesson_text(context, state.page.prose, {.id = "lesson.text", .width = width});
  draw_mistakes(context, open, step, number);
  if (step.question) {
    const bool revealed = answer_of_step(context).revealed;  // as it is drawn in this frame
    draw_lesson_question(context, *step.question, width);
    show_verdict(state, revealed);
  }
  draw_simplified(context, state.page.simplified, width);
}

/// A key turns the page, or where more of it is below, moves it.
void turn_by_key(PanelContext& context, LessonDesk& state) {
  const int by = std::exchange(state.asked.page, 0);
  if (by == 0) return;
  const float page = 0.85F * ImGui::GetWindowHeight();
  const float now = ImGui::GetScrollY(), most = ImGui::GetScrollMaxY();
  const float seen_enough = em(1.0F);
  if (by > 0 && most - now > seen_enough) return ImGui::SetScrollY(std::min(most, now + page));
  if (by < 0 && now > seen_enough) return ImGui::SetScrollY(std::max(0.0F, now - page));
  turn_lesson_page(context, by);
}

void draw_lesson_body(PanelContext& context, const OpenedLesson* open, float height) {
  LessonDesk& state = lesson_desk(context);
  if (std::exchange(state.to_top, false)) ImGui::SetNextWindowScroll({0.0F, 0.0F});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{em(0.15F), 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool visible =
      ImGui::BeginChild("body", {0.0F, height}, false, ImGuiWindowFlags_AlwaysUseWindowPadding | child_nav_flags());
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (visible) {
    turn_by_key(context, state);
    const float width = std::min(em(kWidestText), ImGui::GetContentRegionAvail().x - em(0.35F));
    const LessonStep* step = open_step(context);
    if (open == nullptr)
      coloured(theme().text_muted, tr("lesson.reading"));
    else if (step != nullptr)
      draw_step(context, *open, *step, width);
    else
      draw_lesson_contents(context, *open, width);
    gap(0.75F);
  }
  ImGui::EndChild();
}

}  // namespace

bool shows_lesson(const PanelContext& context) {
  return context.world.lessons != nullptr && !context.look().stage.lesson.lesson.empty();
}

void draw_lesson(PanelContext& context) {
  if (!shows_lesson(context)) return;
  follow_lesson(context);
  lesson_desk(context).drawn_in = ImGui::GetFrameCount();
  const OpenedLesson* open = open_lesson(context);
  draw_lesson_head(context, open);
  if (open != nullptr) draw_step_line(context, *open);
  gap(0.6F);
  const float space = ImGui::GetStyle().ItemSpacing.y;
  const bool extra = open != nullptr && restore_needs_line(context, *open);
  const float foot = (ImGui::GetFrameHeight() + space) * (extra ? 2.0F : 1.0F) + em(0.4F);
  draw_lesson_body(context, open, std::max(em(3.0F), ImGui::GetContentRegionAvail().y - foot));
  lesson_desk(context).asked = {};
  if (open == nullptr) return;
  if (extra) draw_restore_line(context);
  draw_lesson_foot(context, *open);
  take_marks(context);
}

}  // namespace regard
