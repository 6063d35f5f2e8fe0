// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/formula.h"

#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using Step = std::vector<FormulaPiece>;

const ImVec4& colour_of(FormulaInk ink) {
  switch (ink) {
    case FormulaInk::muted:
      return theme().text_muted;
    case FormulaInk::query:
      return theme().query;
    case FormulaInk::key:
      return theme().key;
    case FormulaInk::result:
      return theme().accent;
    case FormulaInk::plain:
      break;
  }
  return theme().text;
}

/// "÷ √32" where the scale is that, "× 0.125" where a model says otherwise.
std::string scale_text(const QuestionView& view) {
  const float root = std::sqrt(static_cast<float>(view.head_dim));
  if (std::fabs(view.scale * root - 1.0F) < 1e-4F) return "÷ √" + std::to_string(view.head_dim) + " = ";
  return "× " + plain_number(view.scale) + " = ";
}

/// How a kind that has scores of its own makes one.
std::vector<Step> kernel_steps(const KindOfAttention& kind, const KeyBar& key) {
  if (kind.form == KindForm::cosine)
    return {{{FormulaInk::query, "q"},
             {FormulaInk::muted, "·"},
             {FormulaInk::key, "k"},
             {FormulaInk::muted, " = "},
             {FormulaInk::plain, number(key.dot, 3)}},
            {{FormulaInk::muted, "· " + std::to_string(kind.first) + " ÷ (‖"},
             {FormulaInk::query, "q"},
             {FormulaInk::muted, "‖·‖"},
             {FormulaInk::key, "k"},
             {FormulaInk::muted, "‖) = "},
             {FormulaInk::plain, number(key.score, 3)}}};
  return {{{FormulaInk::muted, "ln φ("},
           {FormulaInk::query, "q"},
           {FormulaInk::muted, ")·φ("},
           {FormulaInk::key, "k"},
           {FormulaInk::muted, ") = "},
           {FormulaInk::plain, number(key.score, 3)}}};
}

float step_width(const Step& step) {
  float width = 0.0F;
  for (const FormulaPiece& piece : step)
    width += ImGui::CalcTextSize(piece.text.c_str()).x;
  return width;
}

/// On one line where that reaches no further than `right`.
void draw_step(const Step& step, float right) {
  bool first = true;
  for (const FormulaPiece& piece : step) {
    if (!first) {
      ImGui::SameLine(0.0F, 0.0F);
      if (ImGui::GetCursorScreenPos().x + ImGui::CalcTextSize(piece.text.c_str()).x > right) ImGui::NewLine();
    }
    first = false;
    coloured(colour_of(piece.ink), piece.text);
  }
}

}  // namespace

std::vector<Step> formula_steps(const QuestionView& view) {
  const auto found =
      std::find_if(view.bars.begin(), view.bars.end(), [&](const KeyBar& bar) { return bar.token == view.key; });
  if (found == view.bars.end()) {
    if (view.renormalised) return {{{FormulaInk::muted, tr("question.key_hidden")}}};
    return {};
  }
  const KeyBar& key = *found;
  const float sharpened = key.score / view.temperature;
  std::vector<Step> steps{
      {{FormulaInk::query, "q"},
       {FormulaInk::muted, "·"},
       {FormulaInk::key, "k"},
       {FormulaInk::muted, " = "},
       {FormulaInk::plain, number(key.dot, 3)}},
      {{FormulaInk::muted, scale_text(view)}, {FormulaInk::plain, number(key.scaled, 3)}},
  };
  if (view.scale == 1.0F) steps.pop_back();  // T5 has no such step
  if (std::isnan(key.dot))
    steps = {{{FormulaInk::muted, "s = "}, {FormulaInk::plain, number(key.score, 3)}}};  // captured
  if (has_scores_of_its_own(view.kind.form)) steps = kernel_steps(view.kind, key);
  if (view.score_cap != 0.0F && !std::isnan(key.dot)) {
    const std::string cap = plain_number(view.score_cap);
    steps.push_back({{FormulaInk::muted, cap + "·tanh(" + number(key.scaled, 3) + " ÷ " + cap + ") = "},
                     {FormulaInk::plain, number(key.score - key.bias - key.added, 3)}});
  }
  if (view.alibi_slope != 0.0F || view.relative_bias)
    steps.push_back({{FormulaInk::muted, tr("question.bias", {{"bias", number(key.bias, 3)}}) + " = "},
                     {FormulaInk::plain, number(key.score - key.added, 3)}});
  if (key.added != 0.0F)
    steps.push_back({{FormulaInk::muted, tr("question.added", {{"added", number(key.added, 3)}}) + " = "},
                     {FormulaInk::plain, number(key.score, 3)}});
  if (view.temperature != 1.0F)
    steps.push_back({{FormulaInk::muted, "÷ T " + plain_number(view.temperature) + " = "},
                     {FormulaInk::plain, number(sharpened, 3)}});
  if (key.masked) {
    steps.push_back({{FormulaInk::muted, tr("question.masked")}});
    return steps;
  }
  if (key.hidden) {  // what the mask closes, `set_weight` may open again
    steps.push_back({{FormulaInk::muted, tr("question.masked")}});
    steps.push_back(
        {{FormulaInk::muted, tr("question.set") + std::string(" = ")}, {FormulaInk::result, number(key.weight, 3)}});
    return steps;
  }
  steps.push_back({{FormulaInk::muted, "exp("},
                   {FormulaInk::plain, number(sharpened, 3)},
                   {FormulaInk::muted, view.row_maximum < 0.0F ? " + " : " − "},
                   {FormulaInk::plain, number(std::fabs(view.row_maximum), 3)},
                   {FormulaInk::muted, ") = "},
                   {FormulaInk::plain, number(key.exponential, 3)}});
  const std::string whole = number(view.exponential_sum, 3);
  const std::string sum =
      view.has_sink ? tr("question.sum_with_sink", {{"sum", whole}, {"exp", number(view.sink_exponential, 3)}}) + " = "
                    : "÷ Σ " + whole + " = ";
  if (view.weights_set) {
    const float share = view.exponential_sum > 0.0F ? key.exponential / view.exponential_sum : 0.0F;
    steps.push_back({{FormulaInk::muted, sum}, {FormulaInk::plain, number(share, 3)}});
    steps.push_back(
        {{FormulaInk::muted, tr("question.set") + std::string(" = ")}, {FormulaInk::result, number(key.weight, 3)}});
    return steps;
  }
  steps.push_back({{FormulaInk::muted, sum}, {FormulaInk::result, number(key.weight, 3)}});
  return steps;
}

void draw_formula(const QuestionView& view) {
  const ScopedFont font(fonts().mono);
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const float space = em(1.25F);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  bool first = true;
  for (const Step& step : formula_steps(view)) {
    if (!first) {
      ImGui::SameLine(0.0F, space);
      if (ImGui::GetCursorScreenPos().x + step_width(step) > right) ImGui::NewLine();
    }
    first = false;
    draw_step(step, right);
  }
  if (!first) probe("question.formula", start, {right, ImGui::GetItemRectMax().y});
}

}  // namespace regard
