// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/grid_map.h"
#include "app/session/look.h"

#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

std::string long_text(std::size_t words) {
  std::string text;
  for (std::size_t word = 0; word < words; ++word)
    text += (word == 0 ? "w" : " w") + std::to_string(word % 97);
  return text;
}

Axis numbered_axis(std::size_t size) {
  Axis axis;
  for (std::size_t unit = 0; unit < size; ++unit)
    axis.units.push_back({"w" + std::to_string(unit), {unit}, false});
  axis.window = {0, size};
  axis.total = size;
  return axis;
}

TEST(GridMap, ChoosesBlocksWhoseCellsAreAtLeastAPixel) {
  EXPECT_EQ(block_for(0.2F), 1U);
  EXPECT_EQ(block_for(1.0F), 1U);
  EXPECT_EQ(block_for(1.1F), 2U);
  EXPECT_EQ(block_for(9.0F), 16U);
  EXPECT_EQ(block_of_whole(900), 1U);
  EXPECT_EQ(block_of_whole(1025), 2U);
  EXPECT_EQ(block_of_whole(32768), 32U);
}

TEST(GridMap, ComputesMoreThanIsVisibleAndNothingAnewForASmallMove) {
  MapView view{.left = 2000.0F, .top = 1000.0F, .cols = 600.0F, .rows = 600.0F, .units_per_pixel = 1.0F};
  const MapRegion region = region_for(view, 4096, 4096);
  EXPECT_EQ(region.block, 1U);
  EXPECT_LE(region.cols.begin, 1700U);
  EXPECT_GE(region.cols.end, 2900U);
  const AttentionMap map{region.rows, region.cols, region.block, {}, {}, {}, {}, {}};
  EXPECT_TRUE(serves(map, view, 4096, 4096));
  view.left += 250.0F;
  EXPECT_TRUE(serves(map, view, 4096, 4096));
  view.left += 2000.0F;
  EXPECT_FALSE(serves(map, view, 4096, 4096));
  view = {.left = 3496.0F, .top = 0.0F, .cols = 600.0F, .rows = 600.0F, .units_per_pixel = 1.0F};
  const MapRegion corner = region_for(view, 4096, 4096);
  EXPECT_EQ(corner.cols.end, 4096U);
  EXPECT_EQ(corner.rows.begin, 0U);
  view.units_per_pixel = 0.25F;  // zoomed in: blocks of 2 would be too coarse
  EXPECT_FALSE(serves({corner.rows, corner.cols, 2, {}, {}, {}, {}, {}}, view, 4096, 4096));
}

class LongGrid : public ::testing::Test {
protected:
  LongGrid() {
    axis = make_axis(*snapshot, axis_inputs(session), snapshot->encoding);
    for (const Unit& unit : axis.units)
      groups.push_back(unit.tokens);
  }
  [[nodiscard]] MapSource source(bool renormalised = false) const {
    return {*snapshot->trace, {1, 3}, groups, groups, renormalised};
  }
  std::shared_ptr<Snapshot> snapshot = testing::handmade_snapshot(long_text(300), {.causal = true, .layers = 2});
  testing::SessionInParts session = testing::session_for(*snapshot);
  Axis axis{};
  std::vector<TokenGroup> groups{};
};

TEST_F(LongGrid, KeepsTheBrightestCellAtEveryLevelOfThePyramid) {
  const MapPyramid pyramid = make_pyramid(source());
  ASSERT_GE(pyramid.levels.size(), 2U);
  const Matrix exact = weights(*snapshot->trace, {1, 3});
  const float brightest = *std::max_element(exact.values.begin(), exact.values.end());
  EXPECT_EQ(pyramid.weight_limit, brightest);
  for (const AttentionMap& level : pyramid.levels)
    EXPECT_EQ(largest_shown(shown_weights(level, MapPooling::peak)), brightest) << level.block;
  EXPECT_EQ(&level_for(pyramid, 1.0F), &pyramid.levels[0]);
  EXPECT_EQ(level_for(pyramid, 1.7F).block, 2U);
  EXPECT_EQ(&level_for(pyramid, 1e6F), &pyramid.levels.back());
}

TEST_F(LongGrid, MarksWhatIsMaskedAndAveragesTheRest) {
  const AttentionMap map = attention_map(source(), {0, groups.size()}, {0, groups.size()}, 4);
  const Matrix mean = shown_weights(map, MapPooling::mean), peak = shown_weights(map, MapPooling::peak);
  EXPECT_TRUE(std::isnan(mean(0, 5)));
  EXPECT_TRUE(std::isnan(shown_scores(map, MapPooling::peak)(0, 5)));
  EXPECT_LT(mean(20, 5), peak(20, 5));
}

TEST_F(LongGrid, TellsExactNumbersWhateverIsDrawn) {
  const ExactCell cell = exact_cell(source(), 250, 17);
  EXPECT_EQ(cell.weight, weights(*snapshot->trace, {1, 3})(250, 17));
  EXPECT_NEAR(cell.score, testing::plain_score(*snapshot->trace, {1, 3}, 250, 17), 1e-5);
  EXPECT_TRUE(exact_cell(source(), 17, 250).masked);
  session.look().hide_special = true;
  axis = make_axis(*snapshot, axis_inputs(session), snapshot->encoding);
  groups.clear();
  for (const Unit& unit : axis.units)
    groups.push_back(unit.tokens);
  const GridView grid = make_grid(*snapshot, session);
  ASSERT_TRUE(grid.renormalised);
  EXPECT_NEAR(exact_cell(source(true), 100, 50).weight, grid.weights(100, 50), 1e-7);
}

TEST(GridMap, MovesTheViewToAPointInsideTheAxes) {
  const MapView view{.left = 0.0F, .top = 0.0F, .cols = 100.0F, .rows = 50.0F, .units_per_pixel = 1.0F};
  EXPECT_EQ(centred(view, 500.0F, 700.0F, 1000, 1000).left, 650.0F);
  EXPECT_EQ(centred(view, 500.0F, 700.0F, 1000, 1000).top, 475.0F);
  EXPECT_EQ(centred(view, 3.0F, 998.0F, 1000, 1000).left, 900.0F);
  EXPECT_EQ(centred(view, 3.0F, 998.0F, 1000, 1000).top, 0.0F);
}

TEST(GridMap, FindsUnitsByNumberOrByText) {
  const Axis axis = numbered_axis(120);
  EXPECT_EQ(find_units(axis, "17"), std::vector<std::size_t>{17});
  EXPECT_EQ(find_units(axis, "W11"), (std::vector<std::size_t>{11, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119}));
  EXPECT_TRUE(find_units(axis, "x").empty());
  EXPECT_TRUE(find_units(axis, "").empty());
  const std::vector<std::size_t> found{5, 9, 70};
  EXPECT_EQ(next_of(found, 9, 1), 70U);
  EXPECT_EQ(next_of(found, 70, 1), 5U);
  EXPECT_EQ(next_of(found, 9, -1), 5U);
  EXPECT_EQ(next_of(found, 5, -1), 70U);
}

}  // namespace
}  // namespace regard
