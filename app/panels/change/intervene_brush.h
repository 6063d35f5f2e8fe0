// SPDX-License-Identifier: Apache-2.0
// The brush on the two grids: the panel of grids calls these around its heat maps. With no tool in hand and an empty list nothing
// here draws or takes a click.
#pragma once

#include "app/panels/change/intervene_state.h"
#include "app/panels/common/grids_state.h"
#include "app/widgets/heat_map.h"

#include <imgui.h>
#include <string>

namespace regard {

/// Once a frame, before the grids.
void begin_brush(PanelContext& context);
[[nodiscard]] bool has_tool_in_hand(const PanelContext& context);
/// A line over the grids while a tool is in hand: what it is and does, or why it rests.
void draw_brush_line(PanelContext& context);
/// What the frames around cells mean, where there are some: a line as high as a frame.
[[nodiscard]] bool has_brush_marks(const PanelContext& context);
void draw_brush_marks(PanelContext& context);
/// Frames around what the list changes, and whether a drag paints. The spec's axes must be set.
void brush_on_grid(PanelContext& context, HeatMapSpec& spec);
/// Behind heat_map(): what was painted becomes an item of the list.
void take_stroke(PanelContext& context, GridKind kind, const HeatMapSpec& spec, const HeatMapResult& result);

/// A key or a click on the tool that is in hand puts it away.
void choose_tool(PanelContext& context, BrushTool tool);
/// False where none is in hand.
bool put_tool_away(PanelContext& context);
[[nodiscard]] std::string tool_name(BrushTool tool);
[[nodiscard]] ImVec4 tool_colour(BrushTool tool);
/// Why the brush rests (a sentence), or "".
[[nodiscard]] std::string brush_obstacle(const PanelContext& context);

/// Cell, row or column.
void draw_shape_choice(PanelContext& context, const char* id);
/// One head, a layer, or all. A model of two texts: of the decoder.
void draw_reach_choice(PanelContext& context, const char* id);
/// The number a tool works with; false where it has none.
bool draw_tool_amount(PanelContext& context, const char* id, float width);

}  // namespace regard
