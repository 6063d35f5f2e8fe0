// SPDX-License-Identifier: Apache-2.0
// The two grids of a text that is too long for a cell a pixel: maps from a pyramid that is computed in the background. Parts
// of the panel of grids.
#pragma once

#include "app/panels/common/grids_state.h"
#include "app/panels/common/panel.h"
#include "app/widgets/heat_map.h"

#include <optional>
#include <string>

namespace regard {

/// Is the text of the shown head so long that its grids are maps?
[[nodiscard]] bool shows_map(const PanelContext& context);
/// Once a frame before the grids: asks for what is visible and makes the numbers to draw of what there is.
void prepare_map(PanelContext& context);
/// For a text whose grids are no maps: what is kept of the last one's can be sixty megabytes.
void forget_map(PanelContext& context);
/// The spec's numbers, axes and marks; id, size, colours and picture are set already. False while nothing is computed yet.
bool fill_map_spec(PanelContext& context, GridKind kind, HeatMapSpec& spec);
/// Hover, clicks, the minimap; around heat_map().
HeatMapResult draw_map(PanelContext& context, GridKind kind, const HeatMapSpec& spec);
/// "a cell is 8 × 8 tokens", or that all numbers are exact; with the progress of what is being computed.
[[nodiscard]] std::string map_note(const PanelContext& context);
/// Switch peak | mean, at the right end of the line.
void draw_pooling_switch(PanelContext& context);
[[nodiscard]] float pooling_switch_width();
/// The exact number the legend points at: of the hovered pair, else of the selection.
[[nodiscard]] std::optional<float> current_map_number(const PanelContext& context, GridKind kind);
/// Alt with arrows moves the map by a quarter of what is visible.
void pan_map(PanelContext& context, int cols, int rows);

}  // namespace regard
