// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/flow_view.h"
#include "app/session/look.h"
#include "app/session/selection.h"

#include "app/viewmodel/anomalies_view.h"
#include "app/viewmodel/attribution_view.h"
#include "app/viewmodel/value_grid.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

std::shared_ptr<const Trace> read_by(bool causal) {
  return testing::read_text(testing::reading_model(causal), "the old king saw a cat")->trace;
}

float sum_of_row(std::span<const float> row) {
  return std::accumulate(row.begin(), row.end(), 0.0F);
}

TEST(FlowView, HandsDownAllOfATokenAndEndsInItsRowOfRollout) {
  const auto graph = make_graph({read_by(true), AttentionKind::self, edges_of(FlowMode::rollout)});
  const auto view = make_flow({graph, FlowMode::rollout, 5, 2, 0});
  ASSERT_EQ(view->passed.size(), 2U);
  for (const std::vector<float>& level : view->nodes)
    EXPECT_NEAR(sum_of_row(level), 1.0F, 1e-5F);
  const Matrix rolled = rollout(std::span(graph->layers).first(2));
  for (std::size_t token = 0; token < rolled.cols; ++token)
    EXPECT_NEAR(view->sources[token], rolled(5, token), 1e-6F);
}

TEST(FlowView, OfAFlowPassesAsMuchThroughEveryLevel) {
  const auto graph = make_graph({read_by(false), AttentionKind::self, edges_of(FlowMode::flow)});
  const auto view = make_flow({graph, FlowMode::flow, 4, 3, 1});
  const float value = view->sources[1];
  EXPECT_GT(value, 0.0F);
  for (const std::vector<float>& level : view->nodes)
    EXPECT_NEAR(sum_of_row(level), value, 1e-5F);
  EXPECT_NEAR(view->nodes[3][4], value, 1e-6F);
  EXPECT_NEAR(view->nodes[0][1], value, 1e-6F);
  EXPECT_EQ(view->largest_source, *std::max_element(view->sources.begin(), view->sources.end()));
}

TEST(AttributionView, TotalsAndPartsAreTheWhole) {
  for (const bool causal : {false, true}) {
    const auto trace = read_by(causal);
    const auto view = make_attribution({trace, 3});
    EXPECT_EQ(view->of.token, view->best.front().id);
    const AttributionTotals& totals = view->totals;
    EXPECT_NEAR(totals.embedding + totals.attention + totals.cross_attention + totals.feed_forward + totals.biases +
                    totals.interventions,
                view->numbers.sum(), 1e-9);
    EXPECT_NEAR(view->running.back() + view->numbers.head_bias, view->numbers.sum(), 1e-9);
    ASSERT_EQ(view->parts.size(), 1 + 3 * (4 + 1)) << "embedding, heads, feed-forward blocks";
    for (std::size_t place = 1; place < view->parts.size(); ++place)
      EXPECT_GE(std::abs(view->parts[place - 1].value), std::abs(view->parts[place].value));
    EXPECT_LT(std::abs(view->numbers.remainder()), 1e-4);
  }
}

TEST(ValueGrid, OfTheAttentionIsTheHeadsOwnAndRolloutStopsAtItsLayer) {
  const auto trace = read_by(true);
  const auto plain = make_value_grid({trace, AttentionKind::self, {1, 2}, GridWeight::attention});
  EXPECT_EQ(plain->weights, weights(*trace, {1, 2}));
  const auto first = make_value_grid({trace, AttentionKind::self, {0, 2}, GridWeight::rollout});
  EXPECT_EQ(first->weights, layer_edges({*trace, AttentionKind::self, 0}, LayerEdges::with_residual));
  const auto output = make_value_grid({trace, AttentionKind::self, {1, 2}, GridWeight::output});
  for (std::size_t row = 0; row < output->weights.rows; ++row)
    EXPECT_NEAR(sum_of_row(output->weights.row(row)), 1.0F, 1e-5F);
  EXPECT_NE(output->weights, plain->weights);
}

TEST(ValueGrid, OfMaxFlowIsThatOfEachTokenAndStopsAtItsLayer) {
  const auto trace = read_by(true);
  const auto grid = make_value_grid({trace, AttentionKind::self, {1, 0}, GridWeight::max_flow});
  std::vector<Matrix> layers;
  for (std::size_t layer = 0; layer < 2; ++layer)
    layers.push_back(layer_edges({*trace, AttentionKind::self, layer}, LayerEdges::with_residual));
  for (std::size_t query = 0; query < trace->tokens(); ++query)
    for (std::size_t key = 0; key < trace->tokens(); ++key)
      EXPECT_EQ(grid->weights(query, key), static_cast<float>(max_flow(layers, query, key).value)) << query << key;
  EXPECT_GT(grid->weights(2, 0), 0.0F);
}

TEST(ValueGrid, OfMaxFlowIsToldOfTokensAndOfShortTextsAlone) {
  const auto model = testing::reading_model(true);
  const auto seen = testing::read_text(model, "the old king saw a cat");
  testing::SessionInParts session = testing::session_for(*seen, {1, 2}, 4, 3);
  session.look().grid_weight = GridWeight::max_flow;
  EXPECT_EQ(why_no_weight(*seen, session, make_grid(*seen, session)), NoWeight::none);
  session.look().word_level = true;
  EXPECT_EQ(why_no_weight(*seen, session, make_grid(*seen, session)), NoWeight::words);
  session.look().word_level = false;
  std::string text = "the";
  for (std::size_t word = 1; word <= longest_flow_grid; ++word)
    text += " king";
  const auto longer = testing::read_text(model, text);
  EXPECT_EQ(why_no_weight(*longer, session, make_grid(*longer, session)), NoWeight::long_flow);
}

TEST(ValueGrid, OfUnitsIsSummedOverPiecesThatAreLookedAtAndAveragedOverThoseThatAsk) {
  ValueGrid grid;
  grid.weights = Matrix(3, 3);
  grid.weights.values = {1, 0, 0, 0.5F, 0.5F, 0, 0.25F, 0.25F, 0.5F};
  GridView view;
  view.rows.units = view.cols.units = {{"word", {0, 1}}, {"end", {2}}};
  const Matrix words = weights_of_units(grid, view);
  EXPECT_EQ(words.values, (std::vector<float>{1, 0, 0.5F, 0.5F}));
  view.rows.units = view.cols.units = {{"one", {1}}, {"end", {2}}};  // the first is hidden
  view.renormalised = true;
  EXPECT_NEAR(weights_of_units(grid, view)(1, 1), 0.5F / 0.75F, 1e-6F);
  EXPECT_EQ(largest_weight(words), 1.0F);
  EXPECT_EQ(largest_weight(Matrix(2, 2)), 1.0F) << "a scale of nothing";
}

TEST(ValueGrid, OfRolloutIsHatchedWhereTheKeyComesLaterAndNotWhereThisHeadAloneIsClosed) {
  const auto model = testing::reading_model(true);
  testing::set_window(*model, 2);
  const auto seen = testing::read_text(model, "the old king saw a cat");
  const testing::SessionInParts session = testing::session_for(*seen, {1, 2}, 4, 3);
  const GridView view = make_grid(*seen, session);
  ASSERT_TRUE(view.is_masked(4, 2)) << "outside the window of one layer";
  for (const GridWeight weight : {GridWeight::value, GridWeight::rollout, GridWeight::max_flow}) {
    const auto grid = make_value_grid({seen->trace, AttentionKind::self, session.selection().head, weight});
    const Matrix numbers = weights_of_units(*grid, view);
    const std::vector<bool> masked = masked_units(*grid, view, numbers);
    ASSERT_EQ(masked.size(), numbers.values.size());
    for (std::size_t row = 0; row < numbers.rows; ++row)
      for (std::size_t col = 0; col < numbers.cols; ++col) {
        const bool closed = weight == GridWeight::value ? view.is_masked(row, col) : col > row;
        EXPECT_EQ(static_cast<bool>(masked[row * numbers.cols + col]), closed) << row << " " << col;
      }
    if (weight != GridWeight::value) {
      EXPECT_GT(numbers(4, 2), 0.0F) << "through the layer below";
    }
  }
}

TEST(ValueGrid, OfRolloutIsHatchedNowhereInAModelThatLooksBothWays) {
  Intervention hidden{.kind = InterventionKind::mask};
  hidden.scope = {1, 2};
  hidden.cells.push_back({{3, 4}, {1, 2}});
  const auto seen = testing::read_text(testing::reading_model(false), "the old king saw a cat", {hidden});
  const testing::SessionInParts session = testing::session_for(*seen, {1, 2}, 4, 3);
  const GridView view = make_grid(*seen, session);
  ASSERT_TRUE(view.is_masked(3, 1));
  const auto grid = make_value_grid({seen->trace, AttentionKind::self, session.selection().head, GridWeight::rollout});
  const Matrix numbers = weights_of_units(*grid, view);
  EXPECT_GT(numbers(3, 1), 0.0F);
  const std::vector<bool> masked = masked_units(*grid, view, numbers);
  EXPECT_EQ(std::count(masked.begin(), masked.end(), true), 0);
}

TEST(ValueGrid, IsToBeHadOfAGridThatIsShownWhole) {
  const auto seen = testing::read_text(testing::reading_model(false), "the old king");
  testing::SessionInParts session;
  GridView view;
  EXPECT_EQ(why_no_weight(*seen, session, view), NoWeight::none);
  session.look().grid_weight = GridWeight::rollout;
  EXPECT_EQ(why_no_weight(*seen, session, view), NoWeight::none);
  view.outside = {0.5F};
  EXPECT_EQ(why_no_weight(*seen, session, view), NoWeight::long_grid);
}

TEST(AnomaliesView, LeavesOutWhatTheTokenizerPutAroundTheTextButNoMask) {
  const auto seen = testing::read_text(testing::reading_model(false), "the old king saw a [MASK]");
  const std::vector<bool> marks = separators(seen->encoding);
  ASSERT_EQ(marks.size(), 8U);
  for (std::size_t token = 0; token < marks.size(); ++token)
    EXPECT_EQ(marks[token], token == 0 || token == 7) << token;
}

}  // namespace
}  // namespace regard
