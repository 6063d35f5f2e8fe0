// SPDX-License-Identifier: Apache-2.0
// The two linked grids of the selected head: scores before the mask, weights after the softmax. Each is a panel of its own;
// they share zoom, hover and brush. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

#include <imgui.h>

namespace regard {

void draw_scores(PanelContext& context);
void draw_weights(PanelContext& context);

/// What a person has taken in hand over the grids: the brush with its settings, "go to token". It lies over the first line of
/// the panels, so that nothing below moves when it comes and goes.
[[nodiscard]] bool has_grid_tools(const PanelContext& context);
void draw_grid_tools(PanelContext& context);

/// Pixels of a grid's panel that are no cells: its lines above, and the labels of usual words.
struct GridRoom {
  float lines = 0.0F;          ///< heading and legend
  float compact_lines = 0.0F;  ///< the same in one line, in low panels
  ImVec2 labels{};             ///< beside and above the cells, and some to spare
  float least_labels = 0.0F;   ///< above them at least
};
[[nodiscard]] GridRoom grid_room();

}  // namespace regard
