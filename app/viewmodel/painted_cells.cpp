// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/painted_cells.h"

#include <algorithm>
#include <map>

namespace regard {
namespace {

/// Ascending tokens as runs of neighbours.
std::vector<Range> runs_of(const std::vector<std::size_t>& tokens) {
  std::vector<Range> runs;
  for (const std::size_t token : tokens) {
    if (!runs.empty() && runs.back().end == token)
      ++runs.back().end;
    else
      runs.push_back({token, token + 1});
  }
  return runs;
}

void append(std::vector<std::size_t>& tokens, const Axis& axis, std::size_t unit) {
  if (unit >= axis.size()) return;
  tokens.insert(tokens.end(), axis.units[unit].tokens.begin(), axis.units[unit].tokens.end());
}

/// All that the axis shows.
std::vector<Range> whole_axis(const Axis& axis, bool hides) {
  if (!hides) return {{0, kToEnd}};
  std::vector<std::size_t> tokens;
  for (std::size_t unit = 0; unit < axis.size(); ++unit)
    append(tokens, axis, unit);
  return runs_of(tokens);
}

std::vector<Cells> product(const std::vector<Range>& queries, const std::vector<Range>& keys) {
  std::vector<Cells> cells;
  for (const Range& query : queries)
    for (const Range& key : keys)
      cells.push_back({query, key});
  return cells;
}

/// Rows of single cells: neighbouring queries with the same keys become one rectangle.
std::vector<Cells> merged_rows(const std::set<GridPlace>& painted, const Axis& rows, const Axis& cols) {
  std::map<std::size_t, std::vector<std::size_t>> keys_of;  // query token -> key tokens, ascending
  for (const GridPlace& place : painted)
    if (place.row < rows.size())
      for (const std::size_t query : rows.units[place.row].tokens)
        append(keys_of[query], cols, place.col);
  std::vector<Cells> cells;
  std::vector<Range> above;
  std::size_t begin = 0, end = 0;
  const auto close = [&] {
    const std::vector<Cells> block = product({{begin, end}}, above);
    cells.insert(cells.end(), block.begin(), block.end());
  };
  for (const auto& [query, keys] : keys_of) {
    std::vector<Range> here = runs_of(keys);
    if (query != end || here != above) {
      close();
      begin = query;
      above = std::move(here);
    }
    end = query + 1;
  }
  close();
  return cells;
}

/// What is left of a rectangle: above and below the hole, then left and right of it.
void cut(const Cells& from, const Cells& hole, std::vector<Cells>& left) {
  const Range queries = intersection(from.queries, hole.queries), keys = intersection(from.keys, hole.keys);
  if (queries.size() == 0 || keys.size() == 0) return left.push_back(from);
  if (from.queries.begin < queries.begin) left.push_back({{from.queries.begin, queries.begin}, from.keys});
  if (from.keys.begin < keys.begin) left.push_back({queries, {from.keys.begin, keys.begin}});
  if (keys.end < from.keys.end) left.push_back({queries, {keys.end, from.keys.end}});
  if (queries.end < from.queries.end) left.push_back({{queries.end, from.queries.end}, from.keys});
}

/// The units that hold a token of the range, as a range of them inside `window`.
Range units_of(const Axis& axis, const Range& tokens, const Range& window) {
  const auto first = std::lower_bound(axis.units.begin(), axis.units.end(), tokens.begin,
                                      [](const Unit& unit, std::size_t token) { return unit.tokens.back() < token; });
  const auto last = std::lower_bound(axis.units.begin(), axis.units.end(), tokens.end,
                                     [](const Unit& unit, std::size_t token) { return unit.tokens.front() < token; });
  const Range found{static_cast<std::size_t>(first - axis.units.begin()),
                    static_cast<std::size_t>(last - axis.units.begin())};
  return intersection(found, window);
}

/// What the item changes, as rectangles; none where it works on whole heads or on something else.
std::vector<Cells> cells_of(const Intervention& item) {
  std::vector<Cells> cells;
  switch (item.kind) {
    case InterventionKind::mask:
    case InterventionKind::add:
    case InterventionKind::set_weight:
      return item.cells;
    case InterventionKind::copy_pattern:
      if (item.positions.empty()) return {Cells{}};
      for (const Range& range : item.positions)
        cells.push_back({range, {0, kToEnd}});
      return cells;
    case InterventionKind::hide_tokens:
      if (item.positions.empty()) return {Cells{}};
      for (const Range& range : item.positions)
        cells.push_back({{0, kToEnd}, range});
      return cells;
    default:
      return cells;
  }
}

}  // namespace

std::vector<GridPlace> line_between(GridPlace from, GridPlace to) {
  const auto signed_of = [](std::size_t value) { return static_cast<std::ptrdiff_t>(value); };
  const std::ptrdiff_t rows = signed_of(to.row) - signed_of(from.row), cols = signed_of(to.col) - signed_of(from.col);
  const std::ptrdiff_t steps = std::max(std::abs(rows), std::abs(cols));
  std::vector<GridPlace> line;
  for (std::ptrdiff_t step = 1; step <= steps; ++step) {
    const auto at = [&](std::size_t start, std::ptrdiff_t length) {  // rounded to the nearest
      const std::ptrdiff_t twice = 2 * length * step + (length < 0 ? -steps : steps);
      return static_cast<std::size_t>(signed_of(start) + twice / (2 * steps));
    };
    line.push_back({at(from.row, rows), at(from.col, cols)});
  }
  return line;
}

std::vector<Cells> painted_cells(const std::set<GridPlace>& painted, BrushShape shape, const Axis& rows,
                                 const Axis& cols, bool hides) {
  if (shape == BrushShape::cell) return merged_rows(painted, rows, cols);
  if (shape == BrushShape::row) return product(painted_queries(painted, rows), whole_axis(cols, hides));
  std::set<std::size_t> units;
  for (const GridPlace& place : painted)
    units.insert(place.col);
  std::vector<std::size_t> tokens;
  for (const std::size_t unit : units)
    append(tokens, cols, unit);
  return product(whole_axis(rows, hides), runs_of(tokens));
}

std::vector<Range> painted_queries(const std::set<GridPlace>& painted, const Axis& rows) {
  std::set<std::size_t> units;
  for (const GridPlace& place : painted)
    units.insert(place.row);
  std::vector<std::size_t> tokens;
  for (const std::size_t unit : units)
    append(tokens, rows, unit);
  return runs_of(tokens);
}

std::vector<Cells> without(std::vector<Cells> cells, std::span<const Cells> erased) {
  for (const Cells& hole : erased) {
    std::vector<Cells> left;
    for (const Cells& each : cells)
      cut(each, hole, left);
    cells = std::move(left);
  }
  return cells;
}

std::vector<Range> without(std::vector<Range> ranges, std::span<const Range> erased, std::size_t tokens) {
  if (ranges.empty()) ranges.push_back({0, tokens});
  for (const Range& hole : erased) {
    std::vector<Range> left;
    for (const Range& each : ranges) {
      const Range gone = intersection(each, hole);
      if (gone.size() == 0) {
        left.push_back(each);
        continue;
      }
      if (each.begin < gone.begin) left.push_back({each.begin, gone.begin});
      if (gone.end < each.end) left.push_back({gone.end, each.end});
    }
    ranges = std::move(left);
  }
  return ranges;
}

bool may_look(const Trace& trace, std::size_t layer, const Unit& row, const Unit& col) {
  return std::any_of(row.tokens.begin(), row.tokens.end(), [&](std::size_t query) {
    const AllowedKeys keys = allowed_keys(trace, layer, query);
    return std::any_of(col.tokens.begin(), col.tokens.end(), [&](std::size_t key) { return keys.contains(key); });
  });
}

std::size_t pairs_in(std::span<const Cells> cells, std::size_t tokens) {
  std::size_t count = 0;
  for (const Cells& each : cells)
    count += intersection(each.queries, {0, tokens}).size() * intersection(each.keys, {0, tokens}).size();
  return count;
}

std::vector<TouchedCell> touched_cells(std::span<const Intervention> list, const std::vector<bool>& acts,
                                       const Trace& trace, HeadRef head, const Axis& row_axis, const Axis& col_axis,
                                       Range rows, Range cols) {
  constexpr std::size_t nobody = kToEnd;
  rows = intersection(rows, {0, row_axis.size()});
  cols = intersection(cols, {0, col_axis.size()});
  std::vector<std::size_t> last(rows.size() * cols.size(), nobody);
  bool any = false;
  for (std::size_t item = 0; item < list.size(); ++item) {
    if (!acts[item] || !list[item].scope.covers(head)) continue;
    for (const Cells& cells : cells_of(list[item])) {
      const Range touched = units_of(col_axis, cells.keys, cols);
      const Range asking = units_of(row_axis, cells.queries, rows);
      for (std::size_t row = asking.begin; row < asking.end; ++row)
        for (std::size_t col = touched.begin; col < touched.end; ++col)
          last[(row - rows.begin) * cols.size() + col - cols.begin] = item;
      any = any || (asking.size() > 0 && touched.size() > 0);
    }
  }
  std::vector<TouchedCell> found;
  if (!any) return found;
  for (std::size_t row = rows.begin; row < rows.end; ++row)
    for (std::size_t col = cols.begin; col < cols.end; ++col) {
      const std::size_t item = last[(row - rows.begin) * cols.size() + col - cols.begin];
      if (item != nobody && may_look(trace, head.layer, row_axis.units[row], col_axis.units[col]))
        found.push_back({{row, col}, item});
    }
  return found;
}

}  // namespace regard
