// SPDX-License-Identifier: Apache-2.0
// Labels around a grid: rows at the left, columns on top, slanted where they are longer than a cell. When cells are small
// only every n-th label is written, but always the selected and the hovered one. How labels and cells share a rectangle.
// Used by the heat map.
#pragma once

#include "app/viewmodel/views.h"

#include <imgui.h>

namespace regard {

/// How labels and cells share a rectangle, pixels.
struct AxisRoom {
  float left = 0.0F, top = 0.0F;  ///< taken by labels
  float right = 0.0F;             ///< how far the last slanted labels lean out
  bool slanted = false;           ///< column labels
  float cell = 1.0F;              ///< side of a cell, all of which are visible
};

/// Units of one axis, and their labels where they have some.
struct LabelledAxis {
  const Axis* labels = nullptr;
  std::size_t units = 0;
};

/// Labels as long as they can be without making the cells smaller: where the room is short they are cut, never the cells.
[[nodiscard]] AxisRoom axis_room(const LabelledAxis& rows, const LabelledAxis& cols, ImVec2 size);

/// Outlines of selected rows and columns stand so far around their cells.
[[nodiscard]] float outline_room();

/// One axis of the picture, pixels along it.
struct AxisPicture {
  const Axis* axis = nullptr;
  ImVec2 min{}, max{};  ///< the cells
  float cell = 1.0F;    ///< side of a cell
  float first = 0.0F;   ///< cell coordinate at min
  std::size_t selected = 0;
  std::size_t hovered = 0;
};

void paint_row_labels(ImDrawList& list, const AxisPicture& picture, float left);
/// `right` is how far labels may reach.
void paint_column_labels(ImDrawList& list, const AxisPicture& picture, const AxisRoom& room, float right);

}  // namespace regard
