// SPDX-License-Identifier: Apache-2.0
// Who runs and who sleeps: tasks give way to the worker, and those that are kept while nobody looks give way to those that are looked at.
#include "core/engine/engine.h"
#include "core/engine/variants.h"
#include "tests/app/jobs/background_tasks.h"
#include "tests/core/engine/random_model.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <vector>

namespace regard {
namespace {

using testing::boxed;
using testing::eventually;
using testing::Task;
using OneSlot = testing::Slot<0>;
using OtherSlot = testing::Slot<1>;
using KeptSlot = testing::StayingSlot<0>;
using OtherKeptSlot = testing::StayingSlot<1>;

struct BackgroundTurns : testing::TaskBench {};

/// One turn, kept tasks that go on step by step until they are told to end, and nobody looks at them after pass().
struct OneTurn : ::testing::Test {
  const std::shared_ptr<const Model> model = std::make_shared<const Model>();
  std::atomic<int> steps{0}, other_steps{0};
  std::atomic<bool> end{false};
  Background background{{}, 1};

  [[nodiscard]] Task stepping(std::atomic<int>& count) {
    return [this, &count](const Job<int>& job) {
      while (!end) {
        job.give_way();
        ++count;
        std::this_thread::yield();
      }
      return boxed(1);
    };
  }
  void ask_kept() { (void)background.ask<KeptSlot>({model, model, stepping(steps)}); }
  void ask_other_kept() { (void)background.ask<OtherKeptSlot>({model, model, stepping(other_steps)}); }
  /// Two pictures without anything.
  void pass() {
    background.begin_frame();
    background.begin_frame();
  }
  [[nodiscard]] bool goes_on(const std::atomic<int>& count) {
    return eventually([&, before = count.load()] { return count > before + 3; });
  }
  [[nodiscard]] bool rests(const std::atomic<int>& count) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const int before = count;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return count == before;
  }
};

TEST_F(BackgroundTurns, WhatFollowsFromModelsStaysWhileAllOfThemAreOnShow) {
  const auto first = std::make_shared<const Model>(), second = std::make_shared<const Model>();
  gate = false;
  (void)background.ask<KeptSlot>({first, second, number(1)});
  (void)ask("a", number(2));
  ASSERT_TRUE(eventually([&] { return starts == 2; }));
  background.forget_idle({first.get(), second.get()});
  background.forget_idle({second.get(), first.get()});
  EXPECT_EQ(look().state, TaskState::none) << "what follows from a run goes with it";
  gate = true;
  ASSERT_TRUE(eventually([&] { return background.look<KeptSlot>().state == TaskState::done; })) << "it went on";
  const Outcome<int> known = background.ask<KeptSlot>({first, second, number(3)});
  ASSERT_TRUE(known.value && known.fresh);
  EXPECT_EQ(*known.value, 1) << "nothing was measured again";
  background.forget_idle({first.get(), second.get()});
  background.forget_idle({first.get()});
  EXPECT_EQ(background.look<KeptSlot>().state, TaskState::none) << "one of the models is not on show any more";
}

TEST_F(BackgroundTurns, AFailureIsForgottenWhenNobodyLooks) {
  const auto model = std::make_shared<const Model>();
  const Task fails = [](const Job<int>&) -> std::shared_ptr<const int> { throw Error("file_missing", {}); };
  (void)background.ask<KeptSlot>({model, model, fails});
  ASSERT_TRUE(eventually([&] { return background.look<KeptSlot>().state == TaskState::failed; }));
  background.forget_idle({model.get()});
  EXPECT_EQ(background.ask<KeptSlot>({model, model, number(1)}).state, TaskState::failed) << "while it is looked at";
  background.forget_idle({model.get()});
  background.forget_idle({model.get()});
  EXPECT_TRUE(background.ask<KeptSlot>({model, model, number(1)}).pending()) << "it is tried again";
  ASSERT_TRUE(eventually([&] { return background.look<KeptSlot>().state == TaskState::done; }));
}

TEST_F(OneTurn, AKeptTaskThatNobodyLooksAtSleepsForOneThatIsWantedAndGoesOnAfterIt) {
  ask_kept();
  ASSERT_TRUE(goes_on(steps));
  pass();
  EXPECT_TRUE(goes_on(steps)) << "nothing else is wanted";
  std::atomic<bool> wanted_ends{false};
  const OneSlot::Asked wanted{"a", nullptr, [&](const Job<int>& job) {
                                while (!wanted_ends && !job.stop.stop_requested())
                                  std::this_thread::yield();
                                return boxed(2);
                              }};
  ASSERT_TRUE(eventually([&] { return background.ask<OneSlot>(wanted).state == TaskState::running; }));
  EXPECT_TRUE(rests(steps));
  wanted_ends = true;
  ASSERT_TRUE(eventually([&] { return background.ask<OneSlot>(wanted).state == TaskState::done; }));
  EXPECT_TRUE(goes_on(steps));
  end = true;
  EXPECT_TRUE(eventually([&] { return background.look<KeptSlot>().state == TaskState::done; }));
}

TEST_F(OneTurn, ATaskThatIsLookedAtKeepsItsTurn) {
  ask_kept();
  ASSERT_TRUE(goes_on(steps));
  (void)background.ask<OneSlot>({"a", nullptr, [](const Job<int>&) { return boxed(2); }});
  for (int frame = 0; frame < 5; ++frame) {
    background.begin_frame();
    ask_kept();
    EXPECT_TRUE(goes_on(steps));
  }
  EXPECT_EQ(background.look<OneSlot>().state, TaskState::waiting);
  pass();
  EXPECT_TRUE(eventually([&] { return background.look<OneSlot>().state == TaskState::done; })) << "nobody looks";
}

TEST_F(OneTurn, WhoIsLookedAtAgainGetsTheTurnBack) {
  ask_kept();
  ASSERT_TRUE(goes_on(steps));
  pass();
  ask_other_kept();
  EXPECT_TRUE(goes_on(other_steps));
  EXPECT_TRUE(rests(steps));
  pass();
  ask_kept();
  EXPECT_TRUE(goes_on(steps));
  EXPECT_TRUE(rests(other_steps));
}

TEST_F(OneTurn, WhatIsLookedAtIsTakenFirstAndWhatIsNotIsTakenAtLast) {
  std::atomic<bool> leave{false};
  std::mutex mutex;
  std::vector<int> order;
  const auto noting = [&](int number) -> Task {
    return [&, number](const Job<int>&) {
      const std::lock_guard lock(mutex);
      order.push_back(number);
      return boxed(number);
    };
  };
  (void)background.ask<OneSlot>({"a", nullptr, [&](const Job<int>& job) {
                                   while (!leave && !job.stop.stop_requested())
                                     std::this_thread::yield();
                                   return boxed(0);
                                 }});
  ASSERT_TRUE(eventually([&] { return background.look<OneSlot>().state == TaskState::running; }));
  (void)background.ask<KeptSlot>({model, model, noting(1)});
  pass();
  (void)background.ask<OtherKeptSlot>({model, model, noting(2)});
  (void)background.ask<OtherSlot>({"b", nullptr, noting(3)});
  leave = true;
  ASSERT_TRUE(eventually([&] { return !background.busy(); }));
  EXPECT_EQ(order, (std::vector<int>{2, 3, 1}));
}

TEST_F(OneTurn, WhoSleepsForOthersIsStoppedLikeAnyOther) {
  ask_kept();
  ASSERT_TRUE(goes_on(steps));
  pass();
  ask_other_kept();
  ASSERT_TRUE(goes_on(other_steps));
  background.forget_idle({model.get()});
  background.forget_idle();  // both, one of them asleep
  EXPECT_FALSE(background.busy());
  ask_kept();
  EXPECT_TRUE(goes_on(steps)) << "its predecessor has left";
  pass();
  ask_other_kept();
  ASSERT_TRUE(goes_on(other_steps));
}  // and the end of all comes to both

TEST_F(BackgroundTurns, TasksGiveWayToTheWorkerAndGoOnAfterIt) {
  background.hold(true);
  std::atomic<int> steps{0};
  (void)ask("a", [&](const Job<int>& job) {
    ++steps;
    job.give_way();
    ++steps;
    return boxed(1);
  });
  ASSERT_TRUE(eventually([&] { return steps == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(steps, 1);
  background.hold(false);
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(steps, 2);
}

TEST_F(BackgroundTurns, RunsOfTheEngineGiveWayInTheMiddle) {
  const auto model = testing::random_bert({});
  Progress layers;
  std::atomic<bool> over = false;
  background.hold(true);
  (void)ask("a", [&](const Job<int>& job) {
    (void)run(model, {.ids = testing::some_ids(5, 101)}, nullptr, job.stop, &layers);
    over = true;
    return boxed(1);
  });
  ASSERT_TRUE(reaches(TaskState::running));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(layers.fraction, 0.0F);
  EXPECT_FALSE(over);
  background.hold(false);
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_TRUE(over);
}

TEST_F(BackgroundTurns, RunsOfSeveralVariantsGiveWayInTheMiddle) {
  const auto trace = run(testing::random_bert({}), {.ids = testing::some_ids(5, 101)});
  const std::vector<std::size_t> positions{1};
  const std::vector<std::vector<Intervention>> variants(2, {{.kind = InterventionKind::ablate}});
  std::atomic<bool> begun = false, over = false;
  background.hold(true);
  (void)ask("a", [&](const Job<int>& job) {
    begun = true;
    (void)run_variants(trace, variants, positions, job.stop);
    over = true;
    return boxed(1);
  });
  ASSERT_TRUE(eventually([&] { return begun.load(); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // many times what it takes
  EXPECT_FALSE(over);
  background.hold(false);
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_TRUE(over);
}

TEST_F(BackgroundTurns, AHeldTaskCanBeReplaced) {
  background.hold(true);
  (void)ask("a", [&](const Job<int>& job) {
    job.give_way();
    return boxed(1);
  });
  ASSERT_TRUE(reaches(TaskState::running));
  (void)ask("b", number(2));
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(*look().value, 2);
}

TEST(BackgroundTurnsEnd, ComesAlsoToATaskThatGivesWay) {
  Background background;
  background.hold(true);
  std::atomic<bool> started{false};
  const Task task = [&](const Job<int>& job) {
    started = true;
    job.give_way();
    return boxed(1);
  };
  (void)background.ask<OneSlot>({"", nullptr, task});
  ASSERT_TRUE(eventually([&] { return started.load(); }));
}

}  // namespace
}  // namespace regard
