// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/heads/curve_chart.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/changes.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kCurveMargin = 0.04F;  ///< of the range, above and below all curves

using CurveValues = std::array<std::vector<float>, 1 + random_orders>;

CurveValues curve_values(const ImportanceView& view) {
  CurveValues values;
  for (std::size_t order = 0; order < values.size(); ++order) {
    const std::vector<double> rises = pruning_curve(view.losses, order, view.steps.size());
    values[order].assign(rises.begin(), rises.end());
  }
  return values;
}

void tell_point(const ImportanceView& view, const CurveValues& values, std::size_t place) {
  const ScopedTooltip tooltip;
  coloured(theme().text, tr_plural("pruning.removed", view.steps[place]));
  const ScopedFont font(fonts().small);
  coloured(theme().text, tr("pruning.tip_ordered", {{"value", signed_number(values[0][place], 4)}}));
  std::string random;
  for (std::size_t order = 1; order < values.size(); ++order)
    random += (order > 1 ? "; " : "") + signed_number(values[order][place], 4);
  coloured(theme().text_muted, tr("pruning.tip_random", {{"values", random}}));
}

/// All heads where loss never rises above the line.
void draw_breaking(const ImportanceView& view, float line) {
  const auto removed = [&](std::size_t order) {
    return removed_before_break(view, order, static_cast<double>(line)).value_or(view.steps.back());
  };
  std::string random;
  for (std::size_t order = 1; order <= random_orders; ++order)
    random += (order > 1 ? ", " : "") + std::to_string(removed(order));
  wrapped(theme().text, tr_plural("pruning.breaks", removed(0),
                                  {{"heads", view.steps.back()}, {"line", number(line, 2)}, {"random", random}}));
  probe_last_item("pruning.breaks");
}

void draw_curve_picture(PruningState& state, const ImportanceView& view) {
  const CurveValues values = curve_values(view);
  float low = 0.0F, high = std::max(2.0F * state.line, 0.1F);
  for (const std::vector<float>& curve : values) {
    low = std::min(low, *std::min_element(curve.begin(), curve.end()));
    high = std::max(high, *std::max_element(curve.begin(), curve.end()));
  }
  std::array<CurveLine, 1 + random_orders> lines;
  for (std::size_t order = 1; order < values.size(); ++order)
    lines[order - 1] = {values[order], theme().text_muted, 0.7F};
  lines.back() = {values[0], theme().accent, 1.5F, true};
  CurveChartSpec spec;
  spec.id = "pruning.curve";
  spec.size = {ImGui::GetContentRegionAvail().x,
               std::clamp(ImGui::GetContentRegionAvail().y - em(7.0F), em(11.0F), em(22.0F))};
  spec.places = view.steps;
  const float margin = kCurveMargin * (high - low);
  spec.low = low < 0.0F ? low - margin : low;
  spec.high = high + margin;
  spec.lines = lines;
  spec.across = state.line;
  if (!is_few(view.losses)) spec.marked = removed_before_break(view, 0, static_cast<double>(state.line));
  spec.below = tr("pruning.axis");
  if (const std::optional<std::size_t> hovered = curve_chart(spec)) tell_point(view, values, *hovered);
  const ScopedFont font(fonts().small);
  coloured(theme().accent, tr("pruning.line_ordered"));
  ImGui::SameLine(0.0F, em());
  caption(tr("pruning.line_random"));
  if (!spec.marked) return;
  if (ImGui::GetItemRectMax().x + em() + ImGui::CalcTextSize(tr("pruning.line_breaks")).x <
      ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x)
    ImGui::SameLine(0.0F, em());
  coloured(theme().warning, tr("pruning.line_breaks"));
}

}  // namespace

void draw_pruning_curve(PanelContext& context, PruningState& state, const PruningPart& part) {
  heading(tr("pruning.curve"));
  wrapped_caption(tr("pruning.curve_about"));
  if (!part.complete) return wrapped_caption(tr("pruning.after_map"));
  const PruningQuestion question{part.question, least_first(importances(part.view.losses, state.by))};
  const Outcome<ImportanceView> curve = ask_long_map<PruningSlot>(context, state.curve, part.quick, question);
  const LongMapProgress progress = progress_of(curve);
  SliderSpec spec;
  spec.id = "pruning.line";
  spec.label = tr("pruning.line");
  spec.width = std::min(em(20.0F), ImGui::GetContentRegionAvail().x - em(9.0F));
  slider(spec, state.line, 0.01F, 2.0F, true);
  hint(tr("pruning.line_hint"));
  draw_long_map_button(context, slot_id<PruningSlot>(), "pruning.run", state.curve, part.quick, progress);
  draw_progress_line(progress);
  if (curve.error) wrapped_caption(tr(*curve.error));
  const PruningQuestion asked{kept(part.question), question.order};
  if (curve.fresh) state.curve_of = asked;
  if (!curve.value || state.curve_of != asked || curve.value->losses.texts == 0) return;
  if (curve.value->losses.texts < curve.value->sentences)
    wrapped_caption(tr("pruning.so_far", {{"done", curve.value->losses.texts}, {"sentences", curve.value->sentences}}));
  if (!is_few(curve.value->losses)) draw_breaking(*curve.value, state.line);
  draw_curve_picture(state, *curve.value);
}

}  // namespace regard
