// SPDX-License-Identifier: Apache-2.0
// A council in the workspace Training, in the whole window: choices, a run that learns beside it, what each question finds.
#include "app/panels/common/trainer_desk.h"
#include "app/panels/training/council_parts.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "tests/app/panels/window_harness.h"
#include "tests/core/base/temporary_folder.h"

#include <chrono>
#include <functional>
#include <thread>

namespace regard::test {
namespace {

class CouncilPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    state.of<TrainerDesk>() = {std::make_unique<Trainer>(), folder.path(),
                               std::make_unique<CouncilTrainer>(REGARD_ASSETS_DIR)};
    look().stage.workspace = "training";
    look().council = {.layers = 2, .heads = 2, .width = 16, .steps = 30};
    window_frames(2);
    click_item("training.kind.1");
    window_frames(2);
  }

  [[nodiscard]] CouncilRoom& room() { return state.of<CouncilRoom>(); }
  /// Frames until it is so, or for minutes: a council learns with what others leave of the processor.
  void frames_until(const std::function<bool()>& so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5);
    while (!so() && std::chrono::steady_clock::now() < end) {
      window_frames(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(so());
    frames_until_ready();
  }
  void learn() {
    const auto before = room().news.run;
    click_item("council.start");
    frames_until([&] { return room().news.run != before && room().news.state == TrainingState::reached; });
    window_frames(2);
  }

  regard::testing::TemporaryFolder folder{};
};

TEST_F(CouncilPanel, says_what_can_be_done_and_goes_back_to_tasks) {
  EXPECT_TRUE(has("council.start"));
  EXPECT_FALSE(has("council.stop"));
  EXPECT_FALSE(has("training.task.sort"));
  click_item("training.kind.0");
  window_frames(2);
  EXPECT_TRUE(has("training.task.sort"));
  EXPECT_FALSE(has("council.start"));
}

TEST_F(CouncilPanel, choices_are_kept_in_the_session) {
  EXPECT_TRUE(look().council.shown);
  click_item("training.width.32");
  EXPECT_EQ(look().council.width, 32U);
  EXPECT_EQ(look().training, TrainingChoices{}) << "those of tasks are others";
  look().council = {.shown = true, .layers = 1, .heads = 1, .width = 8};
  window_frames(3);
  EXPECT_TRUE(has("training.width.8")) << "a width that a session brings";
  EXPECT_FALSE(has("council.problem"));
  EXPECT_EQ(look().council, (CouncilChoices{.shown = true, .layers = 1, .heads = 1, .width = 8}));
  click_item("training.kind.0");
  window_frames(2);
  EXPECT_FALSE(look().council.shown);
}

TEST_F(CouncilPanel, numbers_that_only_a_foreign_session_has_are_told) {
  look().council = {.shown = true, .layers = 65'536, .heads = 0, .width = 65'536, .rate = 0.0F};
  window_frames(3);
  EXPECT_TRUE(has("council.problem"));
  click_item("council.start");
  window_frames(2);
  EXPECT_EQ(state.of<TrainerDesk>().council->news().state, TrainingState::none);
}

TEST_F(CouncilPanel, where_nothing_can_learn_a_session_of_a_council_shows_tasks) {
  state.of<TrainerDesk>().council.reset();
  window_frames(3);
  EXPECT_TRUE(look().council.shown);
  EXPECT_TRUE(has("training.task.sort"));
  EXPECT_FALSE(has("council.start"));
}

TEST_F(CouncilPanel, learns_and_tells_what_each_question_finds) {
  learn();
  EXPECT_TRUE(has("council.chart"));
  EXPECT_TRUE(has("council.question.18"));
  EXPECT_EQ(room().trained.size(), 1U);
  click_item("council.question.12");
  window_frames(1);
  EXPECT_EQ(room().question, 12U);
  click_item("council.language.1");
  window_frames(1);
  EXPECT_EQ(room().spoken, 1U);
  click_item("council.open");
  const OpenModel* open = action<OpenModel>();
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->model, room().news.folder.string());
}

TEST_F(CouncilPanel, sets_councils_with_other_numbers_of_heads_side_by_side) {
  learn();
  look().council.heads = 4;
  learn();
  EXPECT_EQ(room().trained.size(), 2U);
  look().council.seed = 2;
  learn();
  ASSERT_EQ(room().trained.size(), 2U) << "the newest of each";
  EXPECT_EQ(room().trained[1].council.recipe.seed, 2U);
}

TEST_F(CouncilPanel, what_does_not_fit_is_said_and_nothing_begins) {
  look().council.heads = 3;
  window_frames(3);
  EXPECT_TRUE(has("council.problem"));
  click_item("council.start");
  window_frames(2);
  EXPECT_EQ(state.of<TrainerDesk>().council->news().state, TrainingState::none);
}

TEST_F(CouncilPanel, only_one_of_both_learns) {
  look().training.steps = 100'000;
  click_item("training.kind.0");
  window_frames(2);
  click_item("training.start");
  frames_until([&] { return state.of<TrainerDesk>().trainer->news().steps > 0; });
  click_item("training.kind.1");
  window_frames(2);
  learn();
  EXPECT_EQ(state.of<TrainerDesk>().trainer->news().state, TrainingState::paused);
}

TEST_F(CouncilPanel, councils_of_an_earlier_window_come_back) {
  learn();
  const TrainedCouncil before = room().trained.front();
  state.of<TrainerDesk>().council = std::make_unique<CouncilTrainer>(REGARD_ASSETS_DIR);
  state.of<CouncilRoom>() = {};
  frames_until([&] { return room().trained.size() == 1; });
  EXPECT_EQ(room().trained[0].folder, before.folder);
  EXPECT_EQ(room().trained[0].last().scores, before.last().scores);
  EXPECT_EQ(room().trained[0].points.size(), before.points.size());
  window_frames(2);
  EXPECT_TRUE(has("council.chart"));
  click_item("council.open");
  const OpenModel* open = action<OpenModel>();
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->model, before.folder.string());
}

TEST_F(CouncilPanel, one_of_several_councils_is_chosen_and_what_is_broken_is_said) {
  learn();
  const TrainedCouncil learned = room().trained.front();
  train::RecordedCouncil other{.recipe = learned.council.recipe, .steps = 30, .points = learned.points};
  other.recipe.seed = 5;
  for (const HeadRole& role : learned.council.set->questions.of)
    other.questions.push_back(role.relation);
  for (std::size_t language = 0; language < 2; ++language)
    other.sentences[language] = learned.council.set->held_out[language].size();
  regard::testing::write(folder.path() / "2020-01-01_council" / "council.json", council_json(other));
  regard::testing::write(folder.path() / "2020-01-02_council" / "council.json", "{");
  state.of<TrainerDesk>().council = std::make_unique<CouncilTrainer>(REGARD_ASSETS_DIR);
  state.of<CouncilRoom>() = {};
  frames_until([&] { return room().earlier != nullptr; });
  EXPECT_EQ(room().earlier->councils.size(), 2U);
  EXPECT_EQ(room().earlier->problems.size(), 1U);
  ASSERT_EQ(room().trained.size(), 1U);
  EXPECT_EQ(room().trained[0].council.recipe.seed, 1U) << "the newest";
  window_frames(2);
  click_item("council.shown");
  window_frames(2);
  click_item("council.earlier.1");
  window_frames(2);
  ASSERT_EQ(room().trained.size(), 1U);
  EXPECT_EQ(room().trained[0].council.recipe.seed, 5U);
  EXPECT_EQ(room().shown, folder.path() / "2020-01-01_council");
}

TEST_F(CouncilPanel, is_in_order_in_every_size_and_language) {
  learn();
  expect_in_order_in_every_size({"training"});
}

}  // namespace
}  // namespace regard::test
