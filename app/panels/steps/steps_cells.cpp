// SPDX-License-Identifier: Apache-2.0
// What is told of one number: where it stands, all its digits, and of Q, K and V the sum it came from.
#include "app/panels/common/parts.h"
#include "app/panels/steps/steps_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr std::size_t kTermsTold = 6;
constexpr float kNumbersAt = 8.0F, kTermsWide = 26.0F;  ///< ems

void told(std::string_view name, const std::string& value) {
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(kNumbersAt));
  coloured(theme().text, value);
}

const std::string& label_in(const Axis& axis, std::size_t row) {
  static const std::string none;
  return row < axis.size() ? axis.units[row].label : none;
}

/// Numbers side by side as a strip of colours, the largest of those that share a pixel.
template <class Get>
void strip(const StepsFrame& frame, std::size_t count, const Get& get) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = em(kTermsWide), height = em(0.8F);
  float limit = 1e-12F;
  for (std::size_t index = 0; index < count; ++index)
    limit = std::max(limit, std::abs(get(index)));
  const gfx::ColourMap& map = gfx::colour_map(frame.context.look().score_map, frame.context.preferences.theme);
  const std::size_t cells = std::min(count, static_cast<std::size_t>(width));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t cell = 0; cell < cells; ++cell) {
    float shown = 0.0F;
    for (std::size_t index = cell * count / cells; index < (cell + 1) * count / cells; ++index)
      if (std::abs(get(index)) > std::abs(shown)) shown = get(index);
    const float left = min.x + width * static_cast<float>(cell) / static_cast<float>(cells);
    const float right = min.x + width * static_cast<float>(cell + 1) / static_cast<float>(cells);
    list.AddRectFilled({left, min.y}, {right, min.y + height}, to_u32(map.at(shown, -limit, limit)));
  }
  ImGui::Dummy({width, height});
}

std::string in_digits(float value) {
  return number(value, 5);
}

/// x, the column of W, and what they give, as strips; the largest terms; what the others add; the sum.
void tell_sum(const StepsFrame& frame, const StepsNumber& number) {
  const NumberSum& sum = number.sum;
  const std::string letter = matrix_letter(frame.view, number.of.projection);
  const std::string matrix = (sum.of_latent ? "W_U" : "W_") + letter, column = std::to_string(number.of.output);
  const std::string x = sum.of_latent ? "c" : input_letter(frame.view, number.of.projection);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  coloured(theme().text, "Σ " + x + "_i·" + matrix + "[i, " + column + "]");
  {
    const ScopedFont font(fonts().mono_small);
    coloured(theme().text_muted, x);
    strip(frame, sum.input.size(), [&](std::size_t index) { return sum.input[index]; });
    coloured(theme().text_muted, matrix + "[·, " + column + "]");
    strip(frame, sum.weights.size(), [&](std::size_t index) { return sum.weights[index]; });
    coloured(theme().text_muted, x + "·" + matrix);
    strip(frame, sum.weights.size(), [&](std::size_t index) { return sum.term(index); });
  }
  double others = static_cast<double>(sum.sum) - static_cast<double>(sum.bias);
  const std::size_t terms = std::min(kTermsTold, sum.order.size());
  for (std::size_t place = 0; place < terms; ++place) {
    const std::size_t index = sum.order[place];
    others -= static_cast<double>(sum.term(index));
    coloured(theme().text_muted, "i = " + std::to_string(index));
    ImGui::SameLine(em(6.0F));
    coloured(theme().text, in_digits(sum.input[index]) + " · " + in_digits(sum.weights[index]));
    ImGui::SameLine(em(17.0F));
    coloured(theme().text, "= " + in_digits(sum.term(index)));
  }
  if (sum.order.size() > terms) {
    coloured(theme().text_muted, tr_plural("steps.other_terms", sum.order.size() - terms));
    ImGui::SameLine(em(17.0F));
    coloured(theme().text, "= " + in_digits(static_cast<float>(others)));
  }
  if (sum.bias != 0.0F) {
    coloured(theme().text_muted, "b_" + letter);
    ImGui::SameLine(em(17.0F));
    coloured(theme().text, "= " + in_digits(sum.bias));
  }
  coloured(theme().accent, "Σ");
  ImGui::SameLine(em(17.0F));
  coloured(theme().accent, "= " + in_digits(sum.sum));
  if (std::abs(sum.sum - sum.recorded) > 1e-3F * std::max(1.0F, std::abs(sum.sum)))
    coloured(theme().warning, tr("steps.patched", {{"value", in_digits(sum.recorded)}}));
  probe("steps.sum", start, ImGui::GetItemRectMax());
}

void tell_projection(const StepsFrame& frame, const StepPicture& picture, Cell cell) {
  const StepsView& view = frame.view;
  const bool queries = picture.rows == StepRows::queries;
  const StepsNumberQuestion question{view.of.trace,
                                     view.of.kind,
                                     view.of.head.layer,
                                     picture.projection,
                                     cell.row + (queries ? view.numbers.queries.begin : view.numbers.keys.begin),
                                     cell.col};
  const Outcome<StepsNumber> number = frame.context.background->ask<StepsNumberSlot>(question);
  if (number.value && number.value->of == question) tell_sum(frame, *number.value);
}

/// "head 3, dimension 5", "heads 2–3, dimension 5" where they share it.
void tell_head_column(const std::string& heads, bool several, std::size_t dimension) {
  coloured(theme().text_muted, several ? tr("steps.heads_dimension", {{"heads", heads}, {"index", dimension}})
                                       : tr("steps.head_dimension", {{"head", heads}, {"index", dimension}}));
}

/// Which head and dimension a column is.
void tell_column(const StepsFrame& frame, const StepPicture& picture, std::size_t col) {
  const StepsView& view = frame.view;
  if (picture.parted != nullptr) {
    const PartedColumn column = head_column(*picture.parted, col);
    const std::size_t heads = picture.parted->pieces.size();
    if (column.exists)
      tell_head_column(head_span(view.shown_heads, heads, column.head), heads < view.shown_heads, column.dimension);
    return;
  }
  if (picture.is_projection) {
    const std::size_t heads = picture.projection == Projection::query ? view.heads : view.kv_heads;
    const std::size_t width = picture.projection == Projection::value ? view.value_dim : view.head_dim;
    return tell_head_column(head_span(view.heads, heads, col / width), heads < view.heads, col % width);
  }
  coloured(theme().text_muted, tr("question.dimension", {{"index", col}}));
}

void tell_row(const StepsFrame& frame, const StepPicture& picture, std::size_t row) {
  switch (picture.rows) {
    case StepRows::queries:
      return coloured(theme().query, label_in(frame.state.queries, row));
    case StepRows::keys:
      return coloured(theme().key, label_in(frame.state.keys, row));
    case StepRows::contributions: {
      const std::string& name = label_in(frame.state.made.contributions, row);
      const bool head = row < frame.token->parts.heads.rows;
      coloured(theme().text, head ? tr("steps.head", {{"head", name}}) : name);
      return told("‖·‖", number(frame.token->lengths[row], 4));
    }
    case StepRows::movers:
      return;
  }
}

/// All numbers between q·k and the weight.
void tell_pair(const StepsFrame& frame, Cell cell) {
  const HeadRows& focus = frame.view.numbers.focus;
  coloured(theme().query, label_in(frame.state.queries, cell.row));
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, label_in(frame.state.keys, cell.col));
  const ScopedFont font(fonts().mono);
  const auto line = [&](const char* name, const Matrix& values) {
    if (!values.empty()) told(name, exact_number(values(cell.row, cell.col)));
  };
  line("q·k", focus.dots);
  line(tr("steps.name_scaled"), focus.scaled);
  line("tanh", focus.capped);
  line("+ b", focus.biased);
  line(tr("grids.score"), focus.scores);
  if (focus.masked[cell.row * focus.scores.cols + cell.col] && focus.weights(cell.row, cell.col) == 0.0F)
    told(tr("grids.weight"), tr("grids.masked"));
  else
    line(tr("grids.weight"), focus.weights);
}

}  // namespace

void tell_step_cell(const StepsFrame& frame, const StepPicture& picture, Cell cell) {
  const float value = (*picture.values)(cell.row, cell.col);
  if (std::isnan(value)) return;
  const ScopedTooltip tooltip;
  if (picture.cols == StepCols::keys) return tell_pair(frame, cell);
  tell_row(frame, picture, cell.row);
  tell_column(frame, picture, cell.col);
  const ScopedFont font(fonts().mono);
  told(picture.symbol, exact_number(value));
  if (picture.is_projection && frame.context.background != nullptr) tell_projection(frame, picture, cell);
}

}  // namespace regard
