// SPDX-License-Identifier: Apache-2.0
// Between the cells of a grid, as a brush goes over them, and the rectangles of tokens that interventions keep
// (core/trace/intervention.h). Pure.
#pragma once

#include "app/viewmodel/views.h"
#include "core/trace/intervention.h"

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <vector>

namespace regard {

/// A cell of a grid: units of its axes.
struct GridPlace {
  std::size_t row = 0;  ///< query
  std::size_t col = 0;  ///< key
  friend bool operator==(const GridPlace&, const GridPlace&) = default;
  friend bool operator<(const GridPlace& one, const GridPlace& other) {
    return one.row != other.row ? one.row < other.row : one.col < other.col;
  }
};

/// What one touch of the brush covers.
enum class BrushShape { cell, row, column };

/// The cells of a straight line from `from` (left out) to `to`: a fast mouse jumps over some.
[[nodiscard]] std::vector<GridPlace> line_between(GridPlace from, GridPlace to);

/// What was painted as few rectangles of tokens: consecutive keys of a query, equal rows together. Rows and columns go as far as the
/// text does where the axis hides no token (`hides`), else over what the axis shows.
[[nodiscard]] std::vector<Cells> painted_cells(const std::set<GridPlace>& painted, BrushShape shape, const Axis& rows,
                                               const Axis& cols, bool hides);

/// The queries of what was painted, as ranges of tokens.
[[nodiscard]] std::vector<Range> painted_queries(const std::set<GridPlace>& painted, const Axis& rows);

/// Rectangles without what others cover.
[[nodiscard]] std::vector<Cells> without(std::vector<Cells> cells, std::span<const Cells> erased);
/// Ranges without what others cover; empty ranges stand for every one of `tokens`.
[[nodiscard]] std::vector<Range> without(std::vector<Range> ranges, std::span<const Range> erased, std::size_t tokens);

/// May any query of the row look at any key of the column? By causality and window.
[[nodiscard]] bool may_look(const Trace& trace, std::size_t layer, const Unit& row, const Unit& col);

/// How many pairs of query and key the rectangles have in a text of so many tokens (those that overlap count twice).
[[nodiscard]] std::size_t pairs_in(std::span<const Cells> cells, std::size_t tokens);

/// A cell that items of the list change.
struct TouchedCell {
  GridPlace place{};
  std::size_t item = 0;  ///< the last one that does
};
/// The cells of `rows` × `cols` (ranges of units) of a head that the items change by cells, rows or columns: mask, add,
/// set_weight, copy_pattern, hide_tokens. Cells that the head may not look at are left out. `acts` says which items to ask.
[[nodiscard]] std::vector<TouchedCell> touched_cells(std::span<const Intervention> list, const std::vector<bool>& acts,
                                                     const Trace& trace, HeadRef head, const Axis& row_axis,
                                                     const Axis& col_axis, Range rows, Range cols);

}  // namespace regard
