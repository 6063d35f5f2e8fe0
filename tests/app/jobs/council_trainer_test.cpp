// SPDX-License-Identifier: Apache-2.0
// A council that learns beside the window is what `regard council` makes, bit for bit; it pauses, goes on and ends when it is told to.
#include "app/jobs/council_trainer.h"
#include "core/model/model.h"
#include "core/train/learner_model.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

namespace regard {
namespace {

using testing::TemporaryFolder;

train::CouncilRecipe little_council() {
  return {.layers = 2, .heads = 2, .width = 16, .steps = 30, .pieces = 64, .seed = 3};
}

class CouncilTrainerTest : public ::testing::Test {
protected:
  CouncilNews news_when(const std::function<bool(const CouncilNews&)>& so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(5) /* with what others leave */;
    CouncilNews news = trainer.news();
    while (!so(news) && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      news = trainer.news();
    }
    EXPECT_TRUE(so(news)) << static_cast<int>(news.state) << " at step " << news.steps
                          << (news.error ? news.error->what() : "");
    return news;
  }
  CouncilNews news_when(TrainingState state) {
    return news_when([state](const CouncilNews& news) { return news.state == state; });
  }

  TemporaryFolder folder{};
  CouncilTrainer trainer{REGARD_ASSETS_DIR};
};

TEST_F(CouncilTrainerTest, MakesTheStepsThatTheCommandLineWould) {
  trainer.start(little_council(), folder.path());
  const CouncilNews news = news_when(TrainingState::reached);
  EXPECT_EQ(news.steps, 30U);
  ASSERT_EQ(news.points.size(), 3U);
  train::CouncilLearner learner = train::make_council(little_council(), news.council.set);
  for (const train::CouncilPoint& point : news.points) {
    while (learner.steps < point.step)
      (void)train::learn(learner);
    ASSERT_TRUE(point.scores);
    EXPECT_EQ(*point.scores, train::measure_council(learner)) << point.step;
  }
  EXPECT_EQ(learner.steps, 30U);
  EXPECT_EQ(testing::read(news.folder / "model.safetensors"),
            train::weights_file(train::named_slots(learner.pass.layout), learner.parameters));
  EXPECT_EQ(load_model(news.folder)->config.heads(0), 2U);
  EXPECT_TRUE(trainer.news(news.run, news.points.size()).points.empty()) << "nothing new";
}

TEST_F(CouncilTrainerTest, PausesGoesOnAndStops) {
  train::CouncilRecipe recipe = little_council();
  recipe.steps = 100'000;
  trainer.start(recipe, folder.path());
  (void)news_when([](const CouncilNews& news) { return news.steps > 2; });
  trainer.pause();
  const std::size_t at = news_when(TrainingState::paused).steps;
  EXPECT_FALSE(trainer.busy());
  trainer.resume();
  (void)news_when([at](const CouncilNews& news) { return news.steps > at + 2; });
  trainer.stop();
  const CouncilNews news = news_when(TrainingState::stopped);
  EXPECT_EQ(news.points.back().step, news.steps) << "what it rests at is measured";
  EXPECT_NO_THROW((void)load_model(news.folder));
}

TEST_F(CouncilTrainerTest, SaysThatItDivergedAndKeepsWhatWasGood) {
  train::CouncilRecipe recipe = little_council();
  recipe.optimiser.rate = 1e30F;
  trainer.start(recipe, folder.path());
  const CouncilNews news = news_when(TrainingState::diverged);
  ASSERT_TRUE(news.error);
  EXPECT_EQ(news.error->code(), "training_diverged");
  EXPECT_NO_THROW((void)load_model(news.folder));
  recipe.heads = 3;
  trainer.start(recipe, folder.path());
  EXPECT_EQ(news_when(TrainingState::failed).error->code(), "training_value");
}

TEST(CouncilSteps, AreMeasuredAtTwoDozenPlacesAndAtTheEnd) {
  EXPECT_TRUE(is_measured_step(0, 1'200));
  EXPECT_TRUE(is_measured_step(50, 1'200));
  EXPECT_FALSE(is_measured_step(25, 1'200));
  EXPECT_TRUE(is_measured_step(30, 30));
}

}  // namespace
}  // namespace regard
