// SPDX-License-Identifier: Apache-2.0
// What models trained with few heads miss, above the matrices cut into as many: the means, the table, and each model is opened.
#include "app/session/reading.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

namespace regard::test {
namespace {

class TrainedHeadsPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    snapshot = regard::testing::read_text(regard::testing::reading_model(false), "the old king saw a cat");
    select();
    choose("head_cuts");
    frames_until_ready();
    EXPECT_FALSE(has("trained_heads.open.1")) << "folded at first";
    click_item("trained_heads.table");
    frames_until_ready();
  }
};

TEST_F(TrainedHeadsPanel, opens_each_model_but_the_one_on_show) {
  for (const std::string heads : {"1", "2", "4", "8"})
    EXPECT_TRUE(has("trained_heads.open." + heads)) << heads;
  click_item("trained_heads.open.4");
  ASSERT_NE(action<OpenModel>(), nullptr);
  EXPECT_EQ(action<OpenModel>()->model, "council-heads/4");
  reading().model = "council-heads/4";
  window_frames(2);
  click_item("trained_heads.open.4");
  EXPECT_EQ(action<OpenModel>(), nullptr);
}

TEST_F(TrainedHeadsPanel, shows_the_questions_in_two_ways_and_languages_and_folds_them) {
  EXPECT_TRUE(has("trained_heads.measure.1"));
  click_item("trained_heads.measure.1");
  click_item("trained_heads.language.1");
  frames_until_ready();
  click_item("trained_heads.table");
  window_frames(2);
  EXPECT_FALSE(has("trained_heads.measure.1"));
  click_item("trained_heads.table");
  window_frames(2);
  EXPECT_TRUE(has("trained_heads.measure.1"));
  expect_in_order_in_every_size({"head_cuts"});
}

}  // namespace
}  // namespace regard::test
