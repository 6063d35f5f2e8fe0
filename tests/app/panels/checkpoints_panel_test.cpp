// SPDX-License-Identifier: Apache-2.0
// The time line of the run that ships, in the whole window, with numbers from a real background.
#include "app/panels/change/checkpoints_parts.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/base/temporary_folder.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace regard::test {
namespace {

namespace fs = std::filesystem;
using regard::testing::read_text;

class CheckpointsPanel : public WindowWithJobs {
protected:
  void look_at(const fs::path& model) {
    snapshot = read_text(load_model(model), "A B C D A B C");
    snapshot->source_model = model.string();
    snapshot->reading.model = model.string();
    snapshot->reading.text = snapshot->source_text;
    select({1, 0}, 4, 3);
    reading().model = model.string();
    choose("checkpoints");
    look().stage.filling = "checkpoints";
  }
  [[nodiscard]] static fs::path recorded(const std::string& step) {
    return fs::path(REGARD_ASSETS_DIR) / "runs" / "induction" / step;
  }
  [[nodiscard]] ProbeItem item(const std::string& id) const {
    for (const ProbeItem& each : probe_items())
      if (each.id == id) return each;
    ADD_FAILURE() << id;
    return {};
  }
  /// Where a step of so many is in the row.
  [[nodiscard]] ImVec2 at(std::size_t step, std::size_t steps) const {
    const ProbeItem track = item("checkpoints.track");
    const float share = static_cast<float>(step) / static_cast<float>(steps - 1);
    return {track.min.x + share * (track.max.x - track.min.x), track.min.y};
  }
  [[nodiscard]] std::string step_on_show() const { return fs::path(reading().model).filename().string(); }
};

TEST_F(CheckpointsPanel, of_a_model_that_has_none_says_how_to_get_one) {
  show("the old king");
  choose("checkpoints");
  frames_until_ready();
  EXPECT_FALSE(has("checkpoints.track"));
  hold_alt(GLFW_KEY_PAGE_DOWN);
  EXPECT_EQ(action<SetCheckpoint>(), nullptr);
}

TEST_F(CheckpointsPanel, buttons_and_keys_go_from_step_to_step) {
  look_at(recorded("step-000300"));
  frames_until_ready();
  click_item("checkpoints.next");
  EXPECT_EQ(step_on_show(), "step-000350");
  click_item("checkpoints.previous");
  click_item("checkpoints.previous");
  EXPECT_EQ(step_on_show(), "step-000250");
  hold_alt(GLFW_KEY_PAGE_DOWN);
  EXPECT_EQ(step_on_show(), "step-000300");
  hold_alt(GLFW_KEY_PAGE_UP);
  EXPECT_EQ(step_on_show(), "step-000250");
}

TEST_F(CheckpointsPanel, a_drag_over_the_steps_is_one_stroke) {
  look_at(recorded("step-000300"));
  frames_until_ready();
  const std::size_t steps = jobs.look<CheckpointsSlot>().value->steps.size();
  drag({at(6, steps), at(8, steps), at(12, steps), at(10, steps)});
  std::set<std::uint64_t> strokes;
  std::string last;
  for (const Action& each : actions)
    if (const auto* set = std::get_if<SetCheckpoint>(&each)) {
      strokes.insert(set->stroke);
      last = fs::path(set->model).filename().string();
    }
  EXPECT_EQ(strokes.size(), 1U);
  EXPECT_EQ(last, "step-000500");
}

TEST_F(CheckpointsPanel, a_step_is_kept_as_a_and_compared_with) {
  look_at(recorded("step-000300"));
  frames_until_ready();
  click_item("checkpoints.pin");
  ASSERT_EQ(kept().pins.size(), 1U);
  click_item("checkpoints.next");
  EXPECT_EQ(fs::path(kept().pins[0].reading.model).filename(), "step-000300");
  EXPECT_EQ(kept().baseline, kept().pins[0].name);
  EXPECT_EQ(step_on_show(), "step-000350");
  window_frames(3);
  expect_in_order();
}

TEST_F(CheckpointsPanel, a_click_with_shift_compares_with_a_step) {
  look_at(recorded("step-000300"));
  frames_until_ready();
  const std::size_t steps = jobs.look<CheckpointsSlot>().value->steps.size();
  ImGui::GetIO().KeyShift = true;
  drag({at(2, steps)});
  ImGui::GetIO().KeyShift = false;
  ASSERT_EQ(kept().pins.size(), 1U);
  EXPECT_EQ(fs::path(kept().pins[0].reading.model).filename(), "step-000100");
  EXPECT_EQ(step_on_show(), "step-000300");
}

TEST_F(CheckpointsPanel, curves_come_and_lead_to_steps_and_heads) {
  look_at(recorded("step-000300"));
  frames_until_ready();
  ASSERT_TRUE(has("checkpoints.chart"));
  const auto curves = state.of<TimelineState>().known[1].curves;
  ASSERT_TRUE(curves);
  EXPECT_EQ(curves->points.size(), 17U);
  const HeadRef head = curves->heads[most_changing(*curves, CurveMeasure::induction, 1).front()];
  click_item("checkpoints.head." + std::to_string(head.layer) + "." + std::to_string(head.head));
  EXPECT_EQ(selection().head, head);
  const ProbeItem chart = item("checkpoints.chart");
  const ImVec2 end{chart.max.x - 1.0F, 0.5F * (chart.min.y + chart.max.y)};
  drag({end, end});
  EXPECT_EQ(step_on_show(), "step-000950");
  const auto before = curves;
  frames_until_ready();
  EXPECT_EQ(state.of<TimelineState>().known[1].curves, before) << "another step asks nothing anew";
  click_item("checkpoints.measure.3");
  frames_until_ready();
  const auto entropy = state.of<TimelineState>().known[0].curves;
  ASSERT_TRUE(entropy);
  EXPECT_TRUE(uniform_of(*entropy, CurveMeasure::entropy));
}

TEST_F(CheckpointsPanel, a_broken_step_says_why_and_is_not_gone_to) {
  const regard::testing::TemporaryFolder folder;
  for (const char* step : {"step-000300", "step-000400"})
    fs::create_directory_symlink(recorded(step), folder / step);
  fs::create_directories(folder / "step-000350");
  look_at(folder / "step-000300");
  frames_until_ready();
  EXPECT_TRUE(has("checkpoints.problem.0"));
  drag({at(0, 3), at(1, 3)});
  EXPECT_EQ(step_on_show(), "step-000300");
  click_item("checkpoints.next");
  EXPECT_EQ(step_on_show(), "step-000400") << "passed over";
}

TEST_F(CheckpointsPanel, fits_into_windows_of_every_size) {
  look_at(recorded("step-000300"));
  look().stage.filling.clear();
  frames_until_ready();
  expect_in_order_in_every_size({"checkpoints"});
}

}  // namespace
}  // namespace regard::test
