// SPDX-License-Identifier: Apache-2.0
// The workspace Training in the whole window: choices, a run that learns beside it, the run that ships, the cursor, the way to all views.
#include "app/panels/common/trainer_desk.h"
#include "app/panels/training/training_parts.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "core/train/recorded_run.h"
#include "tests/app/panels/window_harness.h"
#include "tests/core/base/temporary_folder.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

namespace regard::test {
namespace {

class TrainingPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    state.of<TrainerDesk>() = {std::make_unique<Trainer>(), folder.path()};
    look().stage.workspace = "training";
    look().training.task = {.kind = train::TaskKind::repeat, .symbols = 8, .least_period = 3, .most_period = 5};
    look().training.shape = {.layers = 1, .heads = 2, .width = 16, .context = 40};
    look().training.batch = 4;
    window_frames(2);
  }

  [[nodiscard]] TrainingRoom& room() { return state.of<TrainingRoom>(); }
  [[nodiscard]] ProbeItem item(const std::string& id) const {
    for (const ProbeItem& each : probe_items())
      if (each.id == id) return each;
    ADD_FAILURE() << id;
    return {};
  }
  /// Frames until it is so, or for five minutes: what learns comes last on a full machine.
  void frames_until(const std::function<bool()>& so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    while (!so() && std::chrono::steady_clock::now() < end) {
      window_frames(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_TRUE(so());
    frames_until_ready();
  }
  void learn(std::size_t steps) {
    look().training.steps = steps;
    window_frames(2);
    click_item("training.start");
    frames_until([&] { return room().news.state == TrainingState::reached; });
  }
  void look_at_recorded() {
    click_item("training.recorded");
    frames_until([&] { return room().runs[0].maps != nullptr; });
  }

  regard::testing::TemporaryFolder folder{};
};

TEST_F(TrainingPanel, says_first_what_can_be_done) {
  EXPECT_TRUE(has("training.start"));
  EXPECT_TRUE(has("training.recorded"));
  EXPECT_TRUE(has("training.task.sort"));
  EXPECT_FALSE(has("training.loss"));
  EXPECT_FALSE(has("training.stop"));
}

TEST_F(TrainingPanel, choices_are_kept_in_the_session) {
  click_item("training.task.sort");
  EXPECT_EQ(look().training.task.kind, train::TaskKind::sort);
  EXPECT_EQ(look().training.task.symbols, 0U) << "as many as the task usually has";
  click_item("training.width.32");
  EXPECT_EQ(look().training.shape.width, 32U);
  click_item("training.positions.alibi");
  EXPECT_EQ(look().training.shape.positions, train::PositionKind::alibi);
  click_item("training.attention.linear");
  EXPECT_EQ(look().training.shape.weigh, train::WeighKind::linear);
  click_item("training.task.repeat");
  window_frames(2);
  click_item("training.fixed");
  EXPECT_EQ(look().training.task.least_period, look().training.task.most_period);
}

TEST_F(TrainingPanel, what_does_not_fit_is_said_and_nothing_begins) {
  look().training.shape.heads = 3;
  window_frames(3);
  EXPECT_TRUE(has("training.problem"));
  click_item("training.start");
  window_frames(2);
  EXPECT_EQ(state.of<TrainerDesk>().trainer->news().state, TrainingState::none);
  look().training.shape.heads = 4;
  window_frames(3);
  EXPECT_FALSE(has("training.problem"));
}

TEST_F(TrainingPanel, a_run_learns_and_is_seen) {
  learn(60);
  EXPECT_TRUE(has("training.loss"));
  EXPECT_TRUE(has("training.accuracy"));
  EXPECT_TRUE(has("training.heads_chart"));
  EXPECT_TRUE(has("training.resume"));
  EXPECT_TRUE(has("training.map.0.0.cells"));
  EXPECT_TRUE(has("training.map.0.1.cells"));
  EXPECT_EQ(room().learning.points.size(), 61U);
  EXPECT_EQ(step_in_sight(room(), 0), 60U);
  EXPECT_EQ(room().runs[0].maps->of.step, 60U);
}

TEST_F(TrainingPanel, goes_on_and_stops_by_its_buttons) {
  look().training.steps = 100'000;
  window_frames(2);
  click_item("training.start");
  frames_until([&] { return room().news.steps > 2; });
  click_item("training.pause");
  frames_until([&] { return room().news.state == TrainingState::paused; });
  const std::size_t at = room().news.steps;
  click_item("training.step");
  frames_until([&] { return room().news.steps == at + 1; });
  click_item("training.resume");
  frames_until([&] { return room().news.steps > at + 2; });
  click_item("training.stop");
  frames_until([&] { return room().news.state == TrainingState::stopped; });
  EXPECT_FALSE(has("training.stop"));
  EXPECT_TRUE(has("training.loss")) << "what it has learned stays";
}

TEST_F(TrainingPanel, diverging_is_said) {
  train::Recipe recipe = recipe_of(look().training);
  recipe.optimiser.rate = 1e30F;
  state.of<TrainerDesk>().trainer->start({recipe, 100, folder.path()});
  frames_until([&] { return room().news.state == TrainingState::diverged; });
  EXPECT_TRUE(has("training.state"));
  EXPECT_TRUE(room().news.error.has_value());
}

TEST_F(TrainingPanel, the_run_that_ships_is_scrubbed) {
  look_at_recorded();
  const TrainingRun* run = run_in_sight(room(), 0);
  ASSERT_NE(run, nullptr);
  EXPECT_EQ(step_in_sight(room(), 0), run->checkpoints.back());
  click_item("training.previous");
  frames_until_ready();
  EXPECT_EQ(step_in_sight(room(), 0), run->checkpoints[run->checkpoints.size() - 2]);
  EXPECT_EQ(room().runs[0].maps->of.step, step_in_sight(room(), 0));
  const ProbeItem track = item("training.track");
  drag({{track.min.x, track.min.y}});
  frames_until_ready();
  EXPECT_EQ(step_in_sight(room(), 0), 0U);
  click_item("training.change");
  window_frames(1);
  EXPECT_GT(step_in_sight(room(), 0), 300U);
  EXPECT_LT(step_in_sight(room(), 0), 600U);
  const ProbeItem chart = item("training.loss");
  drag({{chart.min.x + 2.0F, 0.5F * (chart.min.y + chart.max.y)}});
  EXPECT_EQ(step_in_sight(room(), 0), 0U) << "a click on a curve";
  click_item("training.newest");
  window_frames(1);
  EXPECT_EQ(step_in_sight(room(), 0), run->checkpoints.back());
  EXPECT_TRUE(has("training.map.0.7.cells"));
}

TEST_F(TrainingPanel, the_choices_of_a_run_are_taken) {
  look_at_recorded();
  click_item("training.take");
  EXPECT_EQ(look().training.shape.heads, 4U);
  EXPECT_EQ(look().training.batch, 64U);
  EXPECT_FALSE(room().problem.has_value());
}

TEST_F(TrainingPanel, two_runs_stand_side_by_side_at_the_same_step) {
  learn(60);
  click_item("training.beside");
  window_frames(2);
  click_item("training.run.2");
  frames_until([&] { return room().runs[1].maps != nullptr; });
  EXPECT_TRUE(has("training.map.0.0.cells"));
  EXPECT_TRUE(has("training.map.1.7.cells"));
  EXPECT_EQ(step_in_sight(room(), 1), 50U) << "kept nearest to step 60";
  EXPECT_EQ(room().runs[1].maps->of.step, 50U);
}

TEST_F(TrainingPanel, a_run_of_before_can_be_looked_at_again) {
  learn(30);
  const std::filesystem::path first = room().learning.folder;
  look().training.seed = 2;
  window_frames(2);
  click_item("training.start");
  frames_until([&] { return room().news.run == 2 && room().news.state == TrainingState::reached; });
  click_item("training.shown");
  frames_until([&] { return has("training.run.3"); });
  click_item("training.run.3");
  frames_until([&] { return run_in_sight(room(), 0) != nullptr; });
  EXPECT_EQ(room().runs[0].choice.folder, first);
  EXPECT_EQ(run_in_sight(room(), 0)->recipe.seed, 1U);
}

TEST_F(TrainingPanel, a_run_that_was_stopped_goes_on_and_one_of_before_does_too) {
  learn(30);
  EXPECT_FALSE(has("training.continue")) << "it only rests";
  EXPECT_FALSE(has("training.delete"));
  click_item("training.stop");
  frames_until([&] { return room().news.state == TrainingState::stopped; });
  const std::filesystem::path first = room().learning.folder;
  look().training.steps = 40;
  window_frames(2);
  click_item("training.continue");
  frames_until([&] { return room().news.state == TrainingState::reached && room().news.steps == 40; });
  EXPECT_EQ(room().learning.folder, first);
  EXPECT_EQ(room().learning.points.size(), 41U);
  learn(20);  // another one
  click_item("training.shown");
  frames_until([&] { return has("training.run.3"); });
  click_item("training.run.3");
  frames_until([&] { return run_in_sight(room(), 0) != nullptr && has("training.continue"); });
  look().training.steps = 50;
  window_frames(2);
  click_item("training.continue");
  frames_until([&] { return room().news.state == TrainingState::reached && room().news.steps == 50; });
  EXPECT_EQ(room().learning.folder, first);
  EXPECT_TRUE(room().runs[0].choice.live);
}

TEST_F(TrainingPanel, a_run_is_deleted_once_a_person_says_so) {
  learn(30);
  click_item("training.stop");
  frames_until([&] { return room().news.state == TrainingState::stopped; });
  const std::filesystem::path run = room().learning.folder;
  click_item("training.delete");
  window_frames(2);
  click_item("training.delete.no");
  window_frames(2);
  EXPECT_TRUE(std::filesystem::exists(run));
  click_item("training.delete");
  window_frames(2);
  click_item("training.delete.yes");
  frames_until([&] { return !room().deleting.has_value(); });
  EXPECT_FALSE(std::filesystem::exists(run));
  EXPECT_TRUE(room().runs[0].choice.none());
  EXPECT_TRUE(has("training.recorded")) << "there is nothing to be seen";
}

TEST_F(TrainingPanel, the_control_stands_beside_the_recorded_run_with_one_click) {
  look_at_recorded();
  EXPECT_FALSE(has("training.delete")) << "it comes with the program";
  EXPECT_FALSE(has("training.continue"));
  click_item("training.control");
  frames_until([&] { return room().runs[1].maps != nullptr; });
  EXPECT_EQ(run_in_sight(room(), 1)->recipe.shape.layers, 1U);
  EXPECT_EQ(step_in_sight(room(), 1), step_in_sight(room(), 0));
  EXPECT_TRUE(has("training.map.1.3.cells"));
  EXPECT_FALSE(has("training.control"));
}

TEST_F(TrainingPanel, the_step_at_the_cursor_opens_like_any_other_model) {
  look_at_recorded();
  click_item("training.change");
  frames_until_ready();
  const std::size_t step = *step_in_sight(room(), 0);
  click_item("training.open");
  EXPECT_EQ(reading().model, train::checkpoint_folder(recorded_run_folder(), step).string());
  EXPECT_EQ(reading().text, room().runs[0].example->text);
  EXPECT_EQ(look().stage.workspace, "training");
  click_item("training.ablate");
  EXPECT_EQ(look().stage.workspace, "change");
}

TEST_F(TrainingPanel, curves_and_film_become_files) {
  learn(30);
  click_item("training.export");
  frames_until([&] { return has("training.written"); });
  const std::filesystem::path files = folder.path() / "exports" / room().learning.folder.filename();
  EXPECT_TRUE(std::filesystem::exists(files / "curves.svg"));
  EXPECT_TRUE(std::filesystem::exists(files / "film" / "0003.png")) << "steps 0, 25, 30";
}

TEST_F(TrainingPanel, plays_from_the_beginning) {
  look_at_recorded();
  click_item("training.play");
  EXPECT_TRUE(room().playing);
  EXPECT_LT(step_in_sight(room(), 0), 300U);
  click_item("training.play");
  EXPECT_FALSE(room().playing);
}

TEST_F(TrainingPanel, a_head_is_followed_in_the_curves) {
  look_at_recorded();
  const std::vector<std::size_t> heads = most_changing(*run_in_sight(room(), 0), HeadCurve::induction, 6);
  ASSERT_FALSE(heads.empty());
  click_item("training.head." + std::to_string(heads.front()));
  EXPECT_EQ(room().head, heads.front());
  click_item("training.measure.0");
  EXPECT_EQ(room().measure, HeadCurve::previous);
}

TEST_F(TrainingPanel, is_in_order_in_every_size) {
  expect_in_order_in_every_size({"training"});
  room().tab = 1;  // where there is no room for both
  window_frames(2);
  look_at_recorded();
  expect_in_order_in_every_size({"training"});
  show_run(room(), 1, {.folder = recorded_run_folder()});
  expect_in_order_in_every_size({"training"});
}

}  // namespace
}  // namespace regard::test
