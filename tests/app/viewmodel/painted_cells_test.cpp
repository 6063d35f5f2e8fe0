// SPDX-License-Identifier: Apache-2.0
// From painted cells to rectangles of tokens and back, on every kind of axis.
#include "app/viewmodel/painted_cells.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::handmade_snapshot;
using testing::HandmadeOptions;
using testing::session_for;

Axis axis_of_units(const std::vector<std::vector<std::size_t>>& units) {
  Axis axis;
  for (const std::vector<std::size_t>& tokens : units)
    axis.units.push_back({"u", tokens, false});
  return axis;
}

Axis tokens_axis(std::size_t count) {
  std::vector<std::vector<std::size_t>> units;
  for (std::size_t token = 0; token < count; ++token)
    units.push_back({token});
  return axis_of_units(units);
}

Cells cells(std::size_t query_begin, std::size_t query_end, std::size_t key_begin, std::size_t key_end) {
  return {{query_begin, query_end}, {key_begin, key_end}};
}

/// The pairs of an n × n text that some rectangles cover.
std::set<GridPlace> covered(const std::vector<Cells>& list, std::size_t tokens) {
  std::set<GridPlace> pairs;
  for (std::size_t query = 0; query < tokens; ++query)
    for (std::size_t key = 0; key < tokens; ++key)
      for (const Cells& each : list)
        if (each.queries.contains(query) && each.keys.contains(key)) pairs.insert({query, key});
  return pairs;
}

TEST(PaintedCells, a_row_of_cells_is_one_rectangle_and_equal_rows_are_one_too) {
  const Axis axis = tokens_axis(8);
  const std::set<GridPlace> painted{{2, 1}, {2, 2}, {2, 3}, {3, 1}, {3, 2}, {3, 3}};
  EXPECT_EQ(painted_cells(painted, BrushShape::cell, axis, axis, false), std::vector{cells(2, 4, 1, 4)});
}

TEST(PaintedCells, what_is_apart_stays_apart) {
  const Axis axis = tokens_axis(8);
  const std::set<GridPlace> painted{{1, 1}, {1, 4}, {3, 1}};
  const std::vector<Cells> expected{cells(1, 2, 1, 2), cells(1, 2, 4, 5), cells(3, 4, 1, 2)};
  EXPECT_EQ(painted_cells(painted, BrushShape::cell, axis, axis, false), expected);
}

TEST(PaintedCells, a_cell_of_two_words_is_all_pairs_of_their_pieces) {
  const Axis axis = axis_of_units({{0}, {1, 2}, {3, 4, 5}, {6}});
  EXPECT_EQ(painted_cells({{1, 2}}, BrushShape::cell, axis, axis, false), std::vector{cells(1, 3, 3, 6)});
}

TEST(PaintedCells, a_whole_row_goes_as_far_as_the_text_but_leaves_hidden_tokens_out) {
  const Axis axis = tokens_axis(6);
  const std::vector<Cells> row = painted_cells({{2, 0}}, BrushShape::row, axis, axis, false);
  EXPECT_EQ(row, std::vector{cells(2, 3, 0, kToEnd)});
  const Axis hidden = axis_of_units({{1}, {2}, {3}, {4}});  // the ends are special and hidden
  EXPECT_EQ(painted_cells({{1, 0}}, BrushShape::row, hidden, hidden, true), std::vector{cells(2, 3, 1, 5)});
  EXPECT_EQ(painted_cells({{0, 2}}, BrushShape::column, hidden, hidden, true), std::vector{cells(1, 5, 3, 4)});
}

TEST(PaintedCells, erasing_leaves_exactly_the_other_pairs) {
  const std::vector<Cells> all{cells(1, 6, 2, 7)};
  const std::vector<Cells> hole{cells(3, 4, 3, 5), cells(0, 2, 0, 3)};
  std::set<GridPlace> expected = covered(all, 9);
  for (const GridPlace& gone : covered(hole, 9))
    expected.erase(gone);
  EXPECT_EQ(covered(without(all, hole), 9), expected);
  EXPECT_TRUE(without(all, std::vector{Cells{}}).empty());
  EXPECT_EQ(without(all, std::vector{cells(7, 8, 2, 7)}), all) << "untouched";
}

TEST(PaintedCells, ranges_lose_what_is_erased) {
  const std::vector<Range> hole{{2, 4}};
  EXPECT_EQ(without(std::vector<Range>{{0, 6}}, hole, 9), (std::vector<Range>{{0, 2}, {4, 6}}));
  EXPECT_EQ(without(std::vector<Range>{}, hole, 5), (std::vector<Range>{{0, 2}, {4, 5}})) << "none: every one";
}

TEST(PaintedCells, a_fast_mouse_leaves_no_gap) {
  const std::vector<GridPlace> line = line_between({5, 1}, {2, 8});
  ASSERT_EQ(line.size(), 7U);
  EXPECT_EQ(line.back(), (GridPlace{2, 8}));
  GridPlace before{5, 1};
  for (const GridPlace& each : line) {
    EXPECT_EQ(each.col, before.col + 1);
    EXPECT_LE(before.row - each.row, 1U);
    before = each;
  }
  EXPECT_TRUE(line_between({3, 3}, {3, 3}).empty());
}

TEST(PaintedCells, touched_cells_name_the_last_item_and_leave_out_what_may_not_be_looked_at) {
  const auto snapshot = handmade_snapshot("the old king gave a sword", HandmadeOptions{.causal = true});
  const HeadRef head{1, 3};
  const Axis axis = tokens_axis(snapshot->encoding.tokens.size());
  const std::vector<Intervention> list{
      {.kind = InterventionKind::mask, .scope = {1, {}}, .cells = {cells(2, 3, 0, kToEnd)}},
      {.kind = InterventionKind::add, .cells = {cells(2, 3, 1, 2)}},
      {.kind = InterventionKind::mask, .scope = {0, {}}, .cells = {Cells{}}}};
  const auto found = touched_cells(list, {true, true, true}, *snapshot->trace, head, axis, axis, {0, 9}, {0, 9});
  ASSERT_EQ(found.size(), 3U) << "keys 0, 1, 2 of query 2: the others lie ahead";
  EXPECT_EQ(found[0].item, 0U);
  EXPECT_EQ(found[1].item, 1U);
  EXPECT_EQ(found[1].place, (GridPlace{2, 1}));
  EXPECT_TRUE(touched_cells(list, {false, false, true}, *snapshot->trace, head, axis, axis, {0, 9}, {0, 9}).empty());
}

TEST(PaintedCells, copied_rows_and_hidden_columns_are_touched_as_a_whole) {
  const auto snapshot = handmade_snapshot("the old king");
  const std::size_t tokens = snapshot->encoding.tokens.size();
  const Axis axis = tokens_axis(tokens);
  const std::vector<Intervention> list{{.kind = InterventionKind::copy_pattern, .positions = {{1, 2}}},
                                       {.kind = InterventionKind::hide_tokens, .positions = {{2, 3}}}};
  const auto found = touched_cells(list, {true, true}, *snapshot->trace, {0, 0}, axis, axis, {0, tokens}, {0, tokens});
  EXPECT_EQ(found.size(), 2 * tokens - 1);
}

TEST(PaintedCells, pairs_are_counted_inside_the_text) {
  const std::vector<Cells> list{cells(1, 3, 2, kToEnd), cells(0, 1, 0, 1)};
  EXPECT_EQ(pairs_in(list, 5), 7U);
}

}  // namespace
}  // namespace regard
