// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/question_veil.h"

#include "app/panels/common/button_parts.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/world.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

void centred(const ImVec4& ink, const std::string& text, float width) {
  const float start = ImGui::GetCursorPosX();
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    ImGui::SetCursorPosX(start + std::max(0.0F, 0.5F * (width - ImGui::CalcTextSize(line.c_str()).x)));
    coloured(ink, line);
    at = end + 1;
  }
}

}  // namespace

/// Questions that are answered by looking elsewhere in the window, or by thinking about what is seen, need to see it.
bool asks_for_prediction(const LessonQuestion& question) {
  switch (question.kind) {
    case QuestionKind::mark_keys:
    case QuestionKind::arrows:
    case QuestionKind::rank_token:
      return true;
    case QuestionKind::choice:
      return question.answer.has_value();
    default:
      return false;
  }
}

bool hides_answer(const PanelContext& context) {
  if (context.world.lessons == nullptr || context.look().stage.lesson.lesson.empty()) return false;
  const LessonStep* step = open_step(context);
  if (step == nullptr || !step->question || !asks_for_prediction(*step->question)) return false;
  if (!context.world.lessons->step_is_set || context.world.lessons->reads_other) return false;
  const StepAnswer& answer = answer_of_step(context);
  return !answer.revealed && !answer.lifted;
}

void draw_question_veil(PanelContext& context, ImVec2 min, ImVec2 max) {
  if (!hides_answer(context)) return;
  const ImVec2 size{std::max(1.0F, max.x - min.x), std::max(1.0F, max.y - min.y)};
  ImGui::SetCursorScreenPos(min);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, theme().panel);
  const bool open =
      ImGui::BeginChild("question_veil", size, false,
                        child_nav_flags() | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) {
    const float width = std::min(em(24.0F), size.x - em(2.0F));
    const std::string about = broken_at_spaces(tr("question_of_lesson.veil_about"), width);
    const float height = em(3.5F) + ImGui::CalcTextSize(about.c_str()).y + ImGui::GetFrameHeight();
    ImGui::SetCursorScreenPos(
        {std::round(min.x + 0.5F * (size.x - width)), std::round(min.y + std::max(0.0F, 0.45F * (size.y - height)))});
    ImGui::BeginGroup();
    {
      const ScopedFont font(fonts().heading);
      centred(theme().text, broken_at_spaces(tr("question_of_lesson.veil"), width), width);
    }
    gap(0.4F);
    centred(theme().text_muted, about, width);
    gap(0.9F);
    const char* lift = tr("question_of_lesson.lift");
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, 0.5F * (width - quiet_button_width(lift))));
    const ScopedTextColour muted(theme().text_muted);
    if (framed_button("question.lift", lift)) answer_of_step(context).lifted = true;
    ImGui::EndGroup();
    probe("question.veil", min, max);
  }
  ImGui::EndChild();
}

}  // namespace regard
