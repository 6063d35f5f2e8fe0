// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/importance_view.h"

#include <gtest/gtest.h>
#include <array>

namespace regard {
namespace {

TEST(ImportanceView, a_rise_and_a_fall_each_have_a_reach_of_their_own) {
  const SignedReach reach = signed_reach(std::array{0.2F, -0.7F, 0.0F, 0.5F});
  EXPECT_EQ(reach.rise, 0.5F) << "not that of the larger fall";
  EXPECT_EQ(reach.fall, 0.7F);
  EXPECT_EQ(signed_reach(std::array{-0.1F}).rise, 0.0F);
  EXPECT_EQ(signed_reach({}).fall, 0.0F);
}

TEST(ImportanceView, the_model_breaks_behind_the_last_point_that_is_not_above_the_line) {
  ImportanceView view;
  view.steps = {2, 4, 6};
  view.losses.rows = 1;
  for (const double rise : {0.0, 0.05, 0.3, 0.2, 0.3, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0})
    view.losses.changes.push_back({.loss = rise});
  EXPECT_EQ(removed_before_break(view, 0, 0.1), 4U);
  EXPECT_EQ(removed_before_break(view, 1, 0.1), 0U);
  EXPECT_EQ(removed_before_break(view, 2, 0.1), std::nullopt);
}

TEST(ImportanceView, a_small_loss_has_as_many_digits_as_it_takes_to_tell_it_from_nothing) {
  EXPECT_EQ(loss_decimals(0.24F), 2);
  EXPECT_EQ(loss_decimals(-1.3F), 2);
  EXPECT_EQ(loss_decimals(0.004F), 3);
  EXPECT_EQ(loss_decimals(-0.0004F), 4);
  EXPECT_EQ(loss_decimals(0.0F), 2);
}

}  // namespace
}  // namespace regard
