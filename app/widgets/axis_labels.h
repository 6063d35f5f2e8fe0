// SPDX-License-Identifier: Apache-2.0
// Labels around a grid: rows at the left, columns on top, slanted where they are longer than a cell. When cells are small
// only every n-th label is written, but always the selected and the hovered one. Used by the heat map.
#pragma once

#include "app/viewmodel/views.h"

#include <imgui.h>

namespace regard {

/// Pixels that labels take around the cells.
struct AxisRoom {
  float left = 0.0F;
  float top = 0.0F;
  float right = 0.0F;    ///< how far the last slanted labels lean out
  bool slanted = false;  ///< column labels
};

/// `cell` is the side of a cell, about; `size` the whole widget.
[[nodiscard]] AxisRoom axis_room(const Axis* rows, const Axis* cols, float cell, ImVec2 size);

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
