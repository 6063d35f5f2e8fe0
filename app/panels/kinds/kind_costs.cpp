// SPDX-License-Identifier: Apache-2.0
// What the kinds cost as the text grows.
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/panels/kinds/cost_chart.h"
#include "app/panels/kinds/kinds.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

double cost_number(const KindCost& cost, bool bytes) {
  return bytes ? cost.bytes : cost.multiply_adds;
}

std::string told_cost(double value, bool bytes) {
  return bytes ? file_size(static_cast<std::uint64_t>(std::llround(value))) : short_count(value);
}

/// Of this text; counted anew when it, the head or the kinds have changed.
const std::vector<KindCost>& costs_of_text(KindsState& state, const KindCostsQuestion& question, std::size_t tokens) {
  if (state.costs_of == question && state.costs_tokens == tokens) return state.costs_here;
  state.costs_of = question;
  state.costs_tokens = tokens;
  state.costs_here.clear();
  for (const KindOfAttention& kind : question.kinds)
    state.costs_here.push_back(kind_cost(kind, question.shape, tokens));
  return state.costs_here;
}

}  // namespace

void draw_kind_costs(PanelContext& context) {
  if (!context.tabbed) heading(tr("kind_costs.title"));
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || context.background == nullptr) return wrapped_caption(tr("grids.empty"));
  KindsState& state = context.state.of<KindsState>();
  const Trace& trace = shown_trace(snapshot, context.session);
  const std::vector<KindOfAttention>& kinds = context.look().kinds;
  const HeadRef head = shown_head(snapshot, context.session);
  if (!has_products(trace, head.layer) || !has_values(trace, head.layer))  // a captured run: there are no widths
    return wrapped_caption(tr("kinds.obstacle.not_captured"));
  const KindCostsQuestion question{kinds, head_shape(trace, head)};
  const Outcome<KindCosts> made = context.background->ask<KindCostsSlot>(question);
  state.bytes = choose("kind_costs.what", {tr("kind_costs.adds"), tr("kind_costs.bytes")}, state.bytes ? 1 : 0) == 1;
  wrapped_caption(tr(state.bytes ? "kind_costs.about_bytes" : "kind_costs.about_adds"));
  if (!made.value || !made.fresh) return draw_job_line(context, "kind_costs.job", slot_id<KindCostsSlot>(), made);
  const std::vector<KindCost>& here = costs_of_text(state, question, trace.tokens());
  std::vector<CostLine> lines;
  for (std::size_t index = 0; index < kinds.size(); ++index) {
    CostLine line{.colour = head_colour(index)};
    for (const KindCost& cost : made.value->curves[index])
      line.values.push_back(cost_number(cost, state.bytes));
    line.here = cost_number(here[index], state.bytes);
    lines.push_back(std::move(line));
  }
  const float list = static_cast<float>(kinds.size() + 1) * ImGui::GetTextLineHeightWithSpacing() + em(1.0F);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const std::optional<std::size_t> hovered =
      cost_chart({.id = "kind_costs.chart",
                  .size = {room.x, std::clamp(room.y - list, em(10.0F), em(24.0F))},
                  .lengths = cost_lengths(),
                  .lines = lines,
                  .here = trace.tokens(),
                  .bytes = state.bytes});
  caption(tr_plural("kind_costs.at", hovered ? cost_lengths()[*hovered] : trace.tokens()));
  for (std::size_t index = 0; index < kinds.size(); ++index) {
    const double value = hovered ? lines[index].values[*hovered] : lines[index].here;
    coloured(lines[index].colour, fitted(kind_title(kinds[index]), room.x - em(6.0F)));
    ImGui::SameLine(room.x - em(5.5F));
    coloured(theme().text, told_cost(value, state.bytes));
  }
}

}  // namespace regard
