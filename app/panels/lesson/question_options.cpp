// SPDX-License-Identifier: Apache-2.0
// One of several: an answer in words, or the token that is most probable.
#include "app/panels/common/parts.h"
#include "app/panels/lesson/question_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/word_search.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace regard {
namespace {

constexpr float kOptionMark = 1.7F;  ///< ems for the circle

struct OptionBox {
  ImVec2 min{}, max{};
  float pad = 0.0F;
};

/// A circle, filled where it was chosen, with a tick where the model says so.
void paint_choice(const OptionBox& box, bool chosen, bool right) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float radius = em(0.42F);
  const ImVec2 centre{box.min.x + box.pad + radius, box.min.y + box.pad + 0.5F * ImGui::GetFontSize()};
  if (right) {
    list.AddCircleFilled(centre, radius, colour_u32(theme().accent));
    const ImU32 ink = colour_u32(readable_on(theme().accent));
    const float s = radius;
    const std::array<ImVec2, 3> tick{ImVec2{centre.x - 0.5F * s, centre.y + 0.05F * s},
                                     ImVec2{centre.x - 0.12F * s, centre.y + 0.42F * s},
                                     ImVec2{centre.x + 0.52F * s, centre.y - 0.4F * s}};
    list.AddPolyline(tick.data(), static_cast<int>(tick.size()), ink, 0, stroke(0.1F, 1.5F));
    return;
  }
  list.AddCircle(centre, radius, colour_u32(chosen ? theme().accent : theme().text_muted), 0, stroke(0.08F, 1.0F));
  if (chosen) list.AddCircleFilled(centre, 0.5F * radius, colour_u32(theme().accent));
}

/// The probability of an option as a bar under its words; the longest is the most probable one's.
void paint_probability(const OptionBox& box, double probability, double most, bool chosen) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float left = box.min.x + em(kOptionMark) + box.pad, right = box.max.x - box.pad;
  const float height = em(0.28F), bottom = box.max.y - em(0.3F);
  const float share = most > 0.0 ? static_cast<float>(probability / most) : 0.0F;
  list.AddRectFilled({left, bottom - height}, {left + std::max(1.0F, (right - left) * share), bottom},
                     colour_u32(chosen ? theme().accent : mix(theme().frame, theme().text_muted, 0.6F)), 0.5F * height);
}

/// What stands at the right end of an option once the model has spoken.
std::string told_value(const QuestionPart& part, const OptionsTruth& truth, std::size_t index) {
  if (!part.answer.revealed || index >= truth.values.size()) return {};
  const auto* value = std::get_if<double>(&truth.values[index]);
  if (value == nullptr) return {};
  if (part.question.kind == QuestionKind::rank_token) return percent(static_cast<float>(*value));
  if (!part.question.options[index].when) return {};
  return shown(part.question.options[index].when->left, truth.values[index]);
}

double most_probable(const OptionsTruth& truth) {
  double most = 0.0;
  for (const LessonValue& value : truth.values)
    if (const auto* probability = std::get_if<double>(&value)) most = std::max(most, *probability);
  return most;
}

void draw_option(const QuestionPart& part, const OptionsTruth* truth, std::size_t index) {
  const ScopedId scope(index);
  const bool ranks = part.question.kind == QuestionKind::rank_token && part.answer.revealed && truth != nullptr;
  OptionBox box;
  box.pad = em(0.35F);
  box.min = ImGui::GetCursorScreenPos();
  const std::string value = truth != nullptr ? told_value(part, *truth, index) : std::string();
  const Face small = small_face();
  const float value_width = value.empty() ? 0.0F : text_width(small, value) + em(0.5F);
  const float room = part.width - em(kOptionMark) - 2.0F * box.pad - value_width;
  const std::string text = broken_at_spaces(part.question.options[index].text, std::max(em(2.0F), room));
  const float height = ImGui::CalcTextSize(text.c_str()).y + 2.0F * box.pad + (ranks ? em(0.5F) : 0.0F);
  box.max = {box.min.x + part.width, box.min.y + height};
  const bool pressed = ImGui::InvisibleButton("option", {part.width, height});
  if (pressed && !part.answer.revealed) part.answer.chosen = index;
  const bool lit = ImGui::IsItemHovered() || (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible);
  const bool chosen = part.answer.chosen == index;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (!part.answer.revealed && (lit || chosen))
    list.AddRectFilled(box.min, box.max, colour_u32(chosen ? theme().selection : theme().frame_hovered), em(0.25F));
  const bool right = part.answer.revealed && truth != nullptr && index < truth->right.size() && truth->right[index];
  paint_choice(box, chosen, right);
  const bool pale = part.answer.revealed && !right && !chosen;
  list.AddText({box.min.x + em(kOptionMark) + box.pad, box.min.y + box.pad},
               colour_u32(pale ? theme().text_muted : theme().text), text.c_str());
  if (!value.empty())
    paint_text(list, small, {box.max.x - box.pad - text_width(small, value), box.min.y + box.pad + em(0.1F)},
               colour_u32(theme().text), value);
  if (ranks)
    if (const auto* probability = std::get_if<double>(&truth->values[index]))
      paint_probability(box, *probability, most_probable(*truth), right);
  if (probe_enabled()) {
    probe("question.option." + std::to_string(index), box.min, box.max);
    if (right) probe("question.right." + std::to_string(index), box.min, box.max);
  }
}

/// Is the model's own word the option with the tick?
bool is_told(const QuestionPart& part, const OptionsTruth& truth, const std::string& word) {
  const std::size_t begin = word.find_first_not_of(' ');
  for (std::size_t index = 0; index < truth.right.size(); ++index) {
    if (!truth.right[index]) continue;
    if (part.question.kind == QuestionKind::choice) return true;
    if (begin != std::string::npos && folded(word.substr(begin)) == folded(part.question.options[index].text))
      return true;
  }
  return false;
}

}  // namespace

void draw_options(PanelContext& context, const QuestionPart& part) {
  if (const auto digit = lesson_desk(context).asked.digit;
      digit && *digit < part.question.options.size() && !part.answer.revealed)
    part.answer.chosen = *digit;
  const auto* truth = std::get_if<OptionsTruth>(&part.truth);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0.0F, std::round(em(0.1F))});
  for (std::size_t index = 0; index < part.question.options.size(); ++index)
    draw_option(part, truth, index);
  ImGui::PopStyleVar();
  if (!part.answer.revealed || truth == nullptr) return;
  // What the model itself would say, where none of the options is it.
  const auto* word = std::get_if<std::string>(&truth->answer);
  if (word == nullptr || is_told(part, *truth, *word)) return;
  const ScopedFont font(fonts().small);
  wrapped_in(theme().text_muted,
             tr(part.question.kind == QuestionKind::rank_token ? "question_of_lesson.most_probable"
                                                               : "question_of_lesson.model_says",
                {{"word", *word}}),
             part.width);
}

}  // namespace regard
