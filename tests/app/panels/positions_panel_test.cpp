// SPDX-License-Identifier: Apache-2.0
// The view of positions in the whole window: the curve, the clocks, and what stands there in models without rotary positions.
#include "app/panels/kinds/positions_parts.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <cmath>

namespace regard::test {
namespace {

class PositionsPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    read(regard::testing::reading_model(true));
  }

  void read(const std::shared_ptr<const Model>& model, HeadRef head = {0, 3}) {
    snapshot = regard::testing::read_text(model, "the old king saw a cat in the garden");
    select(head, 6, 2);
    look().stage.workspace = "kinds";
    choose("positions");
    look().stage.filling = "positions";
    frames_until_ready();
  }

  [[nodiscard]] const PositionsState& shown() { return state.of<PositionsState>(); }
};

TEST_F(PositionsPanel, the_curve_and_a_clock_for_every_plane_stand_there) {
  EXPECT_TRUE(has("positions.chart"));
  ASSERT_NE(shown().answer, nullptr);
  EXPECT_EQ(shown().answer->curve.mean.size(), usual_reach) << "distances 0 … 63: the model reads 64 tokens";
  ASSERT_NE(shown().terms, nullptr);
  ASSERT_EQ(shown().terms->terms.planes.size(), 4U);
  for (std::size_t plane = 0; plane < 4; ++plane)
    EXPECT_TRUE(has("positions.clock." + std::to_string(plane))) << plane;
  EXPECT_NEAR(shown().terms->terms.sum(), scores(*snapshot->trace, selection().head)(6, 2), 1e-5);
}

TEST_F(PositionsPanel, other_positions_are_applied_changed_and_taken_back) {
  for (const char* refused : {"positions.apply.0", "positions.apply.2"})
    EXPECT_FALSE(has(refused)) << "heads of this model share keys";
  EXPECT_TRUE(has("positions.refused.0"));
  click_item("positions.scope.2");
  frames_until_ready();
  EXPECT_FALSE(has("positions.refused.0"));
  for (std::size_t index = 0; index < position_infos().size(); ++index)
    EXPECT_TRUE(has("positions.cost." + std::to_string(index))) << index;
  click_item("positions.apply.0");
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(reading().interventions.front().item, with_positions({}, {PositionForm::none}));
  frames_until_ready();
  click_item("positions.apply.6");
  ASSERT_EQ(reading().interventions.size(), 1U) << "one at a time for the same heads";
  EXPECT_EQ(reading().interventions.front().item.positioned, usual_positions(PositionForm::yarn));
  frames_until_ready();
  click_item("positions.apply.6");
  EXPECT_TRUE(reading().interventions.empty());
}

TEST_F(PositionsPanel, clocks_stand_by_share_or_by_wavelength) {
  const std::vector<std::size_t>& order = shown().terms->order;
  const auto before = [&](std::size_t first, std::size_t second) {
    const ProbeItem a = item("positions.clock." + std::to_string(first)),
                    b = item("positions.clock." + std::to_string(second));
    return a.min.y < b.min.y - 1.0F || (std::abs(a.min.y - b.min.y) < 1.0F && a.min.x < b.min.x);
  };
  for (std::size_t place = 1; place < order.size(); ++place)
    EXPECT_TRUE(before(order[place - 1], order[place])) << place;
  click_item("positions.order.1");
  window_frames(2);
  for (std::size_t plane = 1; plane < order.size(); ++plane)
    EXPECT_TRUE(before(plane - 1, plane)) << plane;
}

TEST_F(PositionsPanel, the_pair_under_the_mouse_in_another_view_is_taken_apart) {
  hover.query = 5;
  hover.key = 1;
  for (int frame = 0; frame < 200 && shown().terms->of.query != 5; ++frame) {
    hover.query = 5;
    hover.key = 1;
    window_frame();
  }
  EXPECT_EQ(shown().terms->of.query, 5U);
  EXPECT_EQ(shown().terms->of.key, 1U);
}

TEST_F(PositionsPanel, other_heads_and_a_wider_reach_are_asked_for) {
  EXPECT_TRUE(shown().answer->others.empty());
  click_item("positions.others");
  frames_until_ready();
  ASSERT_EQ(shown().answer->others.size(), 4U);
  EXPECT_NEAR(shown().answer->others[selection().head.head][3], shown().answer->curve.mean[3], 1e-5);
  click_item("positions.reach.1");
  frames_until_ready();
  EXPECT_EQ(shown().answer->of.reach, 256U);
}

TEST_F(PositionsPanel, what_a_stretched_context_costs_is_told_when_it_is_asked_for) {
  EXPECT_FALSE(has("positions.stretch.0"));
  click_item("positions.stretch");
  frames_until_ready();
  for (std::size_t index = 0; index < usual_stretches.size(); ++index)
    EXPECT_TRUE(has("positions.stretch." + std::to_string(index))) << index;
  read(regard::testing::reading_model(false));
  EXPECT_FALSE(has("positions.stretch")) << "nothing is turned";
}

TEST_F(PositionsPanel, learned_positions_have_a_grid_of_places_in_layer_0_alone) {
  read(regard::testing::reading_model(false));
  EXPECT_TRUE(has("positions.places.cells"));
  EXPECT_FALSE(has("positions.clock.0"));
  selection().head = {1, 0};
  frames_until_ready();
  EXPECT_FALSE(has("positions.places.cells"));
  EXPECT_EQ(shown().answer->obstacle, DistanceObstacle::stream);
  EXPECT_TRUE(has("positions.chart")) << "the scores of the text itself";
}

TEST_F(PositionsPanel, a_bias_for_the_distance_has_a_picture_of_all_heads) {
  const auto model = regard::testing::reading_model(true);
  regard::testing::set_positions(*model, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  read(model);
  EXPECT_TRUE(has("positions.biases"));
  ASSERT_EQ(shown().answer->biases.size(), 4U);
  EXPECT_NEAR(shown().answer->biases[1][8], -2.0, 1e-6);
}

TEST_F(PositionsPanel, is_in_order_in_every_size) {
  expect_in_order_in_every_size({"positions"});
  read(regard::testing::reading_model(false));
  expect_in_order_in_every_size({"positions"});
}

}  // namespace
}  // namespace regard::test
