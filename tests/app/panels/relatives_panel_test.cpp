// SPDX-License-Identifier: Apache-2.0
// Models that were trained in other kinds, above the head on show: folded at first, a table for each text, and each model is opened.
#include "app/session/reading.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

namespace regard::test {
namespace {

class RelativesPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    snapshot = regard::testing::read_text(regard::testing::reading_model(false), "the old king saw a cat");
    select();
    choose("kinds");
    frames_until_ready();
    EXPECT_FALSE(has("relatives.open.base")) << "folded at first";
    click_item("relatives.table");
    frames_until_ready();
  }
};

TEST_F(RelativesPanel, opens_each_model_but_the_one_on_show) {
  for (const std::string name : {"base", "window", "linear", "no-positions", "alibi", "1", "2", "8"})
    EXPECT_TRUE(has("relatives.open." + name)) << name;
  click_item("relatives.open.linear");
  ASSERT_NE(action<OpenModel>(), nullptr);
  EXPECT_EQ(action<OpenModel>()->model, "narrator-relatives/linear");
  reading().model = "narrator-relatives/linear";
  window_frames(2);
  click_item("relatives.open.linear");
  EXPECT_EQ(action<OpenModel>(), nullptr);
}

TEST_F(RelativesPanel, shows_other_texts_and_folds_them) {
  EXPECT_TRUE(has("relatives.text.1"));
  click_item("relatives.text.1");
  window_frames(2);
  click_item("relatives.table");
  window_frames(2);
  EXPECT_FALSE(has("relatives.text.1"));
}

TEST_F(RelativesPanel, leaves_the_grids_in_order_where_the_table_takes_all_the_room) {
  expect_in_order_in_every_size({"kinds"});
}

}  // namespace
}  // namespace regard::test
