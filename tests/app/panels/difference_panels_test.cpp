// SPDX-License-Identifier: Apache-2.0
// A, B and Δ in the window: what the grids copy, what the arcs and bars show, what the panels say where there is no difference.
#include "app/jobs/background.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/grids_state.h"
#include "app/panels/look/grid_look.h"
#include "app/panels/look/prediction_difference.h"
#include "app/session/action.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/session/shared_session.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_memo.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/memo.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <imgui.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace regard::test {
namespace {

using namespace regard::testing;

class DifferencePanels : public WindowHarness {
protected:
  void compare(const std::string& pinned, const std::string& text, bool causal = false) {
    snapshot = read_beside(reading_model(causal), pinned, text);
    select({1, 2}, 3, 1);
    Pin pin{"A", reading_of(session), {}};
    pin.reading.text = pinned;
    kept().pins = {pin};
    kept().baseline = "A";
    look().arc_threshold = 0.0F;
    look().shown = Shown::difference;
  }
  /// What Ctrl-C gives with the mouse on a grid.
  std::string copied(const std::string& grid) {
    window_frame();
    ImGui::GetIO().MousePos = middle(grid + ".cells");
    window_frames(3);
    hold(GLFW_KEY_C, true);
    const auto* copy = command<CopyText>();
    return copy != nullptr ? copy->text : "";
  }
  SharedSession at_baseline() { return session_at_baseline(*snapshot, session); }
};

TEST_F(DifferencePanels, copying_gives_the_numbers_of_the_text_that_is_shown) {
  compare("the old king saw a cat", "the old dog saw a cat");
  const GridView live = make_grid(*snapshot, session);
  for (const bool weights : {false, true}) {
    const std::string grid = weights ? "grid.weights" : "grid.scores";
    look().shown = Shown::live;
    EXPECT_EQ(copied(grid), grid_as_text(live, weights, "masked"));
    look().shown = Shown::baseline;
    const std::string baseline =
        grid_as_text(make_grid(*snapshot->comparison->baseline, at_baseline()), weights, "masked");
    EXPECT_EQ(copied(grid), baseline);
    EXPECT_NE(baseline, grid_as_text(live, weights, "masked"));
    look().shown = Shown::difference;
    EXPECT_EQ(copied(grid), grid_as_text(live, make_grid_difference(*snapshot, session, live), weights, "masked"));
  }
}

TEST_F(DifferencePanels, the_grids_of_a_and_b_share_one_scale_and_each_picture_has_a_revision_of_its_own) {
  compare("the old king saw a cat", "the river in a garden");
  std::vector<GridLook> looks;
  const Views& views = memo.update(snapshot, session);
  DifferenceMemo differences;
  Hover next;
  const Desk desk{preferences, world, state, nullptr, commands};
  for (const Shown shown : {Shown::live, Shown::difference}) {
    const DifferenceViews* difference = differences.update(snapshot, session, views);
    const PanelContext context{{*snapshot, views, session, hover, next, actions, shown, difference}, desk};
    looks.push_back(look_of(context, GridKind::weights));
  }
  ViewMemo other;
  const SharedSession of_baseline = at_baseline();
  const PanelContext context{
      {*snapshot->comparison->baseline, other.update(snapshot->comparison->baseline, of_baseline), of_baseline, hover,
       next, actions, Shown::baseline, differences.update(snapshot, session, views)},
      desk};
  looks.push_back(look_of(context, GridKind::weights));
  EXPECT_EQ(looks[0].high, looks[2].high);
  EXPECT_EQ(looks[0].high, std::max(views.grid.weight_limit, context.views.grid.weight_limit));
  EXPECT_EQ(looks[1].low, -looks[1].high);
  EXPECT_NE(looks[0].revision, looks[1].revision);
  EXPECT_NE(looks[0].revision, looks[2].revision);
  EXPECT_NE(looks[1].revision, looks[2].revision);
}

TEST_F(DifferencePanels, a_click_on_a_key_that_only_a_has_changes_nothing_and_one_of_b_is_selected) {
  compare("the old king saw a cat", "the king saw a red cat");
  window_frames(2);
  // [CLS] the -old king saw a +red cat [SEP]
  click_item("question.changes.bar.2");
  EXPECT_EQ(action<SelectKey>(), nullptr);
  click_item("question.changes.bar.3");
  ASSERT_NE(action<SelectKey>(), nullptr);
  EXPECT_EQ(action<SelectKey>()->token, 2U);
  EXPECT_TRUE(has("question.scores.bar.8"));
  EXPECT_TRUE(has("question.products.bar.0"));
}

TEST_F(DifferencePanels, a_query_that_only_b_has_is_told_instead_of_bars) {
  compare("the king saw a cat", "the red king saw a cat");
  selection().query = anchor_of(2, snapshot->encoding);
  window_frames(2);
  EXPECT_FALSE(has("question.changes.bar.0"));
  selection().query = anchor_of(3, snapshot->encoding);
  window_frames(2);
  EXPECT_TRUE(has("question.changes.bar.0"));
}

TEST_F(DifferencePanels, predictions_of_both_texts_come_from_the_background) {
  compare("the old king saw a cat", "the old king saw a dog", true);
  Background jobs({}, 1);
  background = &jobs;
  for (int frame = 0; frame < 2000 && !has("predictions.row.9"); ++frame) {
    window_frame();
    std::this_thread::yield();
  }
  EXPECT_TRUE(has("predictions.row.9"));
  const Outcome<PredictionDifference> known = jobs.look<PredictionDifferenceSlot>();
  ASSERT_NE(known.value, nullptr);
  EXPECT_GT(known.value->divergence, 0.0);
  background = nullptr;
}

TEST_F(DifferencePanels, nothing_is_drawn_where_the_other_model_has_no_such_head) {
  compare("the old king", "the old king");
  snapshot->comparison = std::make_shared<const Comparison>(
      regard::compare(read_text(reading_model(false, 1), "the old king"), *snapshot, "A"));
  window_frames(2);
  EXPECT_FALSE(has("grid.weights.cells"));
  EXPECT_FALSE(has("question.changes.bar.0"));
  EXPECT_FALSE(has("question.weights.bar.0")) << "nor B's numbers under the name of Δ";
  selection().head = {0, 1};
  window_frames(2);
  EXPECT_TRUE(has("grid.weights.cells"));
  EXPECT_TRUE(has("question.changes.bar.0"));
}

TEST_F(DifferencePanels, every_view_can_be_drawn_in_a_small_window_too) {
  compare("the old king saw a cat", "the king saw a red cat");
  ImGui::GetIO().DisplaySize = {1000.0F, 640.0F};
  for (const Shown shown : {Shown::baseline, Shown::live, Shown::difference})
    for (const char* panel : {"scores", "weights", "arcs", "question", "layers", "kv_cache"}) {
      look().shown = shown;
      choose(panel);
      window_frames(2);
      EXPECT_TRUE(has(std::string("panel.") + panel)) << panel;
    }
}

}  // namespace
}  // namespace regard::test
