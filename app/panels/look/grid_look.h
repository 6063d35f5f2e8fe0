// SPDX-License-Identifier: Apache-2.0
// Which numbers a grid shows, in which colours, and what it says about one of them: of the live text, of the baseline, or what
// changed. UI thread only.
#pragma once

#include "app/panels/common/grids_state.h"
#include "app/panels/common/panel.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {

struct GridLook {
  const char* id;         ///< "grid.scores", "grid.weights"
  const char* legend_id;  ///< "legend.scores", "legend.weights"
  GridKind kind;
  const Matrix* values;
  const std::vector<bool>* masked;
  const gfx::ColourMap* map;
  gfx::HeatMapImage* image;
  float low, high;
  std::uint64_t revision;       ///< of the numbers, different for each of the texts
  std::vector<float> beside{};  ///< [rows] of the head's sink; empty: it has none, or these numbers do not tell of it
};
/// Of the grid, not of a long text's map. While two texts can be turned to each other, their legends are one.
[[nodiscard]] GridLook look_of(const PanelContext& context, GridKind kind);

/// What stands beside the heading.
[[nodiscard]] std::string grid_note(const PanelContext& context, GridKind kind);

/// The row or column that has a token; kNone where none has, or no token is meant.
[[nodiscard]] std::size_t linked_unit(const Axis& axis, std::optional<std::size_t> token);

/// The name of the column of sinks, as an axis of one unit.
[[nodiscard]] Axis sink_label();
/// What it says about a row, and what a sink is.
void sink_tooltip(const PanelContext& context, std::size_t row);

/// All digits of a cell, of both texts where there are two. Inside a tooltip.
void grid_tooltip(const PanelContext& context, const Cell& cell);

}  // namespace regard
