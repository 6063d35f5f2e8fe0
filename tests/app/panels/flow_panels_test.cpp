// SPDX-License-Identifier: Apache-2.0
// Flow, attribution and anomalies in the whole window, with numbers from a real background.
#include "app/panels/common/world.h"
#include "app/panels/heads/anomalies_parts.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/panels/heads/flow_parts.h"
#include "app/panels/look/grid_look.h"
#include "app/panels/look/weight_kind.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;

float sum_of(const Matrix& matrix, std::size_t row) {
  float sum = 0.0F;
  for (const float value : matrix.row(row))
    sum += value;
  return sum;
}

class FlowPanels : public WindowWithJobs {
protected:
  void look_at(std::shared_ptr<Snapshot> seen, const char* panel) {
    snapshot = std::move(seen);
    select({1, 2}, 4, 3);
    choose(panel);
  }
  void fill(const char* panel) {  // the graph is large enough to be clicked
    look().stage.filling = panel;
    frames_until_ready();
  }
};

TEST_F(FlowPanels, a_click_on_a_node_follows_that_token_from_there_and_one_on_the_input_makes_it_the_key) {
  look_at(read_text(reading_model(true), "the old king saw a cat"), "flow");
  fill("flow");
  auto view = jobs.look<FlowSlot>().value;
  ASSERT_TRUE(view);
  EXPECT_EQ(view->of.token, 4U) << "the selected query";
  EXPECT_EQ(view->of.place, 3U);
  click_item("flow.node.2.3");
  frames_until_ready();
  view = jobs.look<FlowSlot>().value;
  EXPECT_EQ(selected_query(*snapshot, session), 3U);
  EXPECT_EQ(view->of.token, 3U);
  EXPECT_EQ(view->of.place, 2U);
  click_item("flow.node.0.1");
  EXPECT_EQ(selected_key(*snapshot, session), 1U);
  click_item("flow.top");
  frames_until_ready();
  EXPECT_EQ(jobs.look<FlowSlot>().value->of.place, 3U);
}

TEST_F(FlowPanels, edges_are_looked_for_once_and_again_for_another_threshold_or_view) {
  look_at(read_text(reading_model(true), "the old king saw a cat"), "flow");
  fill("flow");
  DrawnEdges& drawn = state.of<FlowState>().drawn;
  const std::uint64_t before = drawn.revision;
  ASSERT_FALSE(drawn.edges.empty());
  window_frames(5);
  EXPECT_EQ(drawn.revision, before) << "frames alone make nothing anew";
  const std::size_t edges = drawn.edges.size();
  state.of<FlowState>().threshold = 0.4F;
  window_frames(2);
  EXPECT_EQ(drawn.revision, before + 1);
  EXPECT_LT(drawn.edges.size(), edges);
  click_item("flow.node.2.3");
  frames_until_ready();
  EXPECT_GT(drawn.revision, before + 1) << "another token is followed";
}

TEST_F(FlowPanels, every_mode_draws_its_own_numbers) {
  look_at(read_text(reading_model(false), "the old king saw a cat"), "flow");
  fill("flow");
  std::vector<std::vector<float>> seen;
  for (std::size_t mode = 0; mode < flow_modes; ++mode) {
    click_item("flow.mode." + std::to_string(mode));
    frames_until_ready();
    const auto view = jobs.look<FlowSlot>().value;
    ASSERT_TRUE(view);
    EXPECT_EQ(view->of.mode, static_cast<FlowMode>(mode));
    for (const std::vector<float>& other : seen)
      EXPECT_NE(view->sources, other);
    seen.push_back(view->sources);
    EXPECT_TRUE(has("flow.node.0.0"));
  }
}

TEST_F(FlowPanels, a_flow_leads_to_the_selected_key) {
  look_at(read_text(reading_model(true), "the old king saw a cat"), "flow");
  state.of<FlowState>().mode = FlowMode::flow;
  fill("flow");
  const auto view = jobs.look<FlowSlot>().value;
  ASSERT_TRUE(view);
  EXPECT_EQ(view->of.input, 3U);
  float arrived = 0.0F;
  for (std::size_t token = 0; token < view->sources.size(); ++token)
    arrived += view->nodes[0][token];
  EXPECT_NEAR(arrived, view->sources[3], 1e-6F) << "all of it at the key";
}

TEST_F(FlowPanels, the_grid_of_weights_holds_what_is_chosen_for_it) {
  look_at(read_text(reading_model(true), "the old king saw a cat"), "weights");
  frames_until_ready();
  EXPECT_FALSE(jobs.look<ValueGridSlot>().value) << "the weights themselves are there already";
  for (const GridWeight weight : {GridWeight::value, GridWeight::output, GridWeight::rollout}) {
    click_item("grids.kind");
    window_frames(2);
    click_item("grids.kind." + std::to_string(static_cast<std::size_t>(weight)));
    settle();
    frames_until_ready();
    ASSERT_EQ(look().grid_weight, weight);
    const auto grid = jobs.look<ValueGridSlot>().value;
    ASSERT_TRUE(grid);
    EXPECT_EQ(grid->of.head, selection().head);
    const WeightKindState& shown = state.of<WeightKindState>();
    EXPECT_TRUE(shown.ready);
    EXPECT_EQ(shown.values, grid->weights) << "tokens are the units";
    EXPECT_NE(shown.values, weights(*snapshot->trace, selection().head));
    for (std::size_t row = 0; row < shown.values.rows; ++row)
      EXPECT_NEAR(sum_of(shown.values, row), 1.0F, 1e-5F);
    EXPECT_TRUE(has("grid.weights.cells"));
    expect_in_order();
  }
  look().grid_weight = GridWeight::attention;
  frames_until_ready();
  EXPECT_FALSE(state.of<WeightKindState>().ready);
  EXPECT_TRUE(has("grid.weights.cells"));
}

TEST_F(FlowPanels, the_grid_hatches_what_is_closed_to_the_numbers_on_show) {
  const auto model = reading_model(true);
  regard::testing::set_window(*model, 2);
  look_at(read_text(model, "the old king saw a cat"), "weights");
  look().grid_weight = GridWeight::rollout;
  frames_until_ready();
  ASSERT_TRUE(state.of<WeightKindState>().ready);
  Hover next;
  const Views& views = memo.update(snapshot, session);
  ASSERT_TRUE(views.grid.is_masked(4, 2)) << "outside the window of this layer";
  const PanelContext context{{*snapshot, views, session, hover, next, actions},
                             {preferences, world, state, nullptr, commands, background}};
  const GridLook look = look_of(context, GridKind::weights);
  const std::size_t cols = views.grid.cols.size();
  EXPECT_FALSE((*look.masked)[4 * cols + 2]) << "rollout goes through the layer below";
  EXPECT_GT((*look.values)(4, 2), 0.0F);
  EXPECT_TRUE((*look.masked)[2 * cols + 4]) << "the key comes later";
  EXPECT_TRUE((*look_of(context, GridKind::scores).masked)[4 * cols + 2]) << "the scores are the head's";
}

TEST_F(FlowPanels, while_the_numbers_are_made_it_is_told_and_can_be_stopped) {
  look_at(read_text(reading_model(true), "the old king saw a cat"), "weights");
  look().grid_weight = GridWeight::rollout;
  jobs.hold(true);
  window_frames(3);
  EXPECT_TRUE(has("grid.weights.job.stop"));
  EXPECT_FALSE(has("grid.weights.cells"));
  click_item("grid.weights.job.stop");
  window_frames(2);
  EXPECT_FALSE(has("grid.weights.job.stop"));
  ASSERT_TRUE(has("grid.weights.job.start"));
  jobs.hold(false);
  click_item("grid.weights.job.start");
  frames_until_ready();
  EXPECT_TRUE(state.of<WeightKindState>().ready);
  EXPECT_TRUE(has("grid.weights.cells"));
  EXPECT_FALSE(has("grid.weights.job.start"));
}

TEST_F(FlowPanels, words_and_hidden_specials_are_those_of_the_grid) {
  look_at(read_text(reading_model(false), "the old king saw a cat"), "weights");
  look().grid_weight = GridWeight::value;
  look().hide_special = true;
  frames_until_ready();
  const WeightKindState& shown = state.of<WeightKindState>();
  ASSERT_TRUE(shown.ready);
  EXPECT_EQ(shown.values.rows, snapshot->encoding.tokens.size() - 2);
  for (std::size_t row = 0; row < shown.values.rows; ++row)
    EXPECT_NEAR(sum_of(shown.values, row), 1.0F, 1e-5F) << "made to add up to 1 again";
}

TEST_F(FlowPanels, without_the_matrix_that_a_quantity_needs_it_is_said_why_there_is_none) {
  show("the old king");  // its model has no matrices
  choose("weights");
  look().grid_weight = GridWeight::output;
  window_frames(2);
  EXPECT_EQ(state.of<WeightKindState>().why, tr("grids.kind.no_weights"));
  EXPECT_FALSE(has("grid.weights.cells"));
  look().grid_weight = GridWeight::attention;
  window_frames(2);
  EXPECT_TRUE(has("grid.weights.cells"));
}

TEST_F(FlowPanels, a_click_on_a_head_or_a_line_selects_the_head) {
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "attribution");
  fill("attribution");
  const auto view = jobs.look<AttributionSlot>().value;
  ASSERT_TRUE(view);
  EXPECT_LT(std::abs(view->numbers.remainder()), 1e-4);
  click_item("attribution.head.2.1");
  EXPECT_EQ(selection().head, (HeadRef{2, 1}));
  for (std::size_t place = 0; place < view->parts.size(); ++place)
    if (view->parts[place].kind == AttributedPart::Kind::head) {
      click_item("attribution.part." + std::to_string(place));
      EXPECT_EQ(selection().head, (HeadRef{view->parts[place].layer, view->parts[place].head}));
      break;
    }
}

TEST_F(FlowPanels, menus_choose_the_token_and_what_is_subtracted) {
  look_at(read_text(reading_model(true), "the old king saw a cat"), "attribution");
  fill("attribution");
  const std::int32_t first = jobs.look<AttributionSlot>().value->of.token;
  const std::int32_t second = snapshot->predictions.front().best[1].id;
  ASSERT_NE(first, second);
  click_item("attribution.token");
  window_frames(2);
  click_item("attribution.token." + std::to_string(second));
  frames_until_ready();
  EXPECT_EQ(jobs.look<AttributionSlot>().value->of.token, second);
  click_item("attribution.other");
  window_frames(2);
  click_item("attribution.other." + std::to_string(first));
  frames_until_ready();
  const auto view = jobs.look<AttributionSlot>().value;
  EXPECT_EQ(view->of.other, first);
  EXPECT_LT(view->numbers.logit, 0.0) << "the best token has the larger logit";
  click_item("attribution.other");
  window_frames(2);
  click_item("attribution.other.none");
  frames_until_ready();
  EXPECT_EQ(jobs.look<AttributionSlot>().value->of.other, -1);
}

TEST_F(FlowPanels, a_model_without_logits_has_nothing_to_share_out) {
  show("the old king");  // its model has no head over the vocabulary
  choose("attribution");
  window_frames(3);
  EXPECT_FALSE(has("attribution.token"));
  EXPECT_FALSE(jobs.look<AttributionSlot>().value);
}

TEST_F(FlowPanels, a_finding_leads_to_its_head_and_tokens) {
  look_at(read_text(reading_model(false), "the old king saw a cat"), "anomalies");
  fill("anomalies");
  const auto found = jobs.look<AnomaliesSlot>().value;
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->any_seen);
  const SeenToken seen = found->unseen.empty() ? found->least_seen : found->unseen.front();
  click_item("anomalies.unseen.0");
  EXPECT_EQ(selection().head, seen.head);
  EXPECT_EQ(selected_query(*snapshot, session), seen.query);
  EXPECT_EQ(selected_key(*snapshot, session), seen.key);
}

TEST_F(FlowPanels, draw_in_windows_of_every_size_and_both_languages) {
  look_at(read_text(reading_model(true), "the old king saw a cat in the garden"), "flow");
  expect_in_order_in_every_size({"flow", "attribution", "anomalies"});
}

}  // namespace
}  // namespace regard::test
