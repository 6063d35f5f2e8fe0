// SPDX-License-Identifier: Apache-2.0
// Rotary positions stretched to a longer context, and what that costs on the text.
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/positions_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kStretchName = 9.0F, kStretchNumber = 5.0F;  ///< ems, where there is room
constexpr int kStretchDigits = 4;

/// A name and up to three numbers below their titles.
void draw_stretch_row(const ImVec4& colour, const std::string& name, std::initializer_list<std::string> cells) {
  const float left = ImGui::GetCursorPosX(), room = ImGui::GetContentRegionAvail().x;
  const float width = std::min(em(kStretchName + 3.0F * kStretchNumber), room);
  const float names = width * kStretchName / (kStretchName + 3.0F * kStretchNumber), each = (width - names) / 3.0F;
  coloured(colour, fitted(name, names));
  std::size_t column = 0;
  for (const std::string& cell : cells) {
    const float right = left + names + static_cast<float>(++column) * each;
    ImGui::SameLine(right - ImGui::CalcTextSize(cell.c_str()).x);
    coloured(colour, cell);
  }
}

std::string stretch_number(double value) {
  return std::isfinite(value) ? number(static_cast<float>(value), kStretchDigits) : "–";
}

void draw_costs(const StretchCosts& costs) {
  draw_stretch_row(theme().text_muted, "",
                   {tr("positions.stretch.loss"), tr("positions.stretch.rise"), tr("positions.stretch.divergence")});
  draw_stretch_row(theme().text, tr("positions.stretch.trained"), {stretch_number(costs.loss)});
  for (std::size_t index = 0; index < costs.each.size(); ++index) {
    const StretchCost& cost = costs.each[index];
    draw_stretch_row(
        theme().text, tr("positions.stretch." + std::string(name_of(cost.of.method)), {{"factor", cost.of.factor}}),
        {stretch_number(cost.loss), stretch_number(cost.loss - costs.loss), stretch_number(cost.divergence)});
    probe_last_item("positions.stretch." + std::to_string(index));
  }
}

}  // namespace

void draw_stretch(PanelContext& context, PositionsState& state) {
  const std::shared_ptr<const Trace>& trace = context.snapshot.trace;
  if (shown_kind(context.snapshot, context.session) != AttentionKind::self) return;
  const StretchObstacle obstacle = obstacle_to_stretch(*trace->model);
  if (obstacle == StretchObstacle::not_rotary) return;  // the sentence above says what there is instead
  gap(0.5F);
  check("positions.stretch", tr("positions.stretch.title"), state.stretch);
  hint(tr("positions.stretch.hint"));
  if (!state.stretch) return;
  if (obstacle != StretchObstacle::none)
    return wrapped_caption(tr("positions.stretch_obstacle." + std::string(name_of(obstacle))));
  const Outcome<StretchAnswer> made =
      context.background->ask<StretchSlot>({trace, predicted_positions(context.snapshot.encoding)});
  if (!made.value || !made.fresh) return draw_job_line(context, "positions.stretch.job", slot_id<StretchSlot>(), made);
  draw_costs(made.value->costs);
  wrapped_caption(made.value->costs.predicted > 0 ? tr_plural("positions.stretch.about", made.value->costs.predicted)
                                                  : std::string(tr("positions.stretch.about_both_ways")));
}

}  // namespace regard
