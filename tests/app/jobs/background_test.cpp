// SPDX-License-Identifier: Apache-2.0
#include "tests/app/jobs/background_tasks.h"
#include "tests/app/jobs/eventually.h"
#include "tests/core/base/littered_heap.h"

#include <gtest/gtest.h>
#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

namespace regard {
namespace {

using testing::boxed;
using testing::eventually;
using testing::Task;
using OneSlot = testing::Slot<0>;
using OtherSlot = testing::Slot<1>;

struct BackgroundTest : testing::TaskBench {};

TEST_F(BackgroundTest, NothingIsKnownOfASlotNobodyAsked) {
  EXPECT_EQ(look().state, TaskState::none);
  EXPECT_EQ(look().value, nullptr);
  EXPECT_FALSE(background.busy());
}

TEST_F(BackgroundTest, WhatIsAskedForArrivesAndWakesTheWindow) {
  gate = false;
  EXPECT_TRUE(ask("a", number(7)).pending());
  EXPECT_TRUE(background.busy());
  ASSERT_TRUE(eventually([&] { return look().progress == 0.25F; }));
  gate = true;
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(*look().value, 7);
  EXPECT_TRUE(look().fresh);
  EXPECT_FALSE(background.busy());
  EXPECT_TRUE(eventually([&] { return wakes > 0; }));
}

TEST_F(BackgroundTest, AskingInEveryFrameComputesOnce) {
  for (int frame = 0; frame < 100; ++frame)
    (void)ask("a", number(7));
  ASSERT_TRUE(reaches(TaskState::done));
  for (int frame = 0; frame < 100; ++frame)
    EXPECT_EQ(*ask("a", number(8)).value, 7);
  EXPECT_EQ(starts, 1);
}

TEST_F(BackgroundTest, AnotherQuestionCancelsAndReplacesAndTheOldValueStaysMeanwhile) {
  (void)ask("a", number(1));
  ASSERT_TRUE(reaches(TaskState::done));
  gate = false;
  (void)ask("b", number(2));
  ASSERT_TRUE(reaches(TaskState::running));
  EXPECT_EQ(*look().value, 1);
  EXPECT_FALSE(look().fresh) << "the answer to another question";
  (void)ask("c", number(3));
  ASSERT_TRUE(eventually([&] { return starts == 3; }));  // "b" has left without its gate being opened
  gate = true;
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(*look().value, 3);
  EXPECT_TRUE(look().fresh);
}

TEST_F(BackgroundTest, QuestionsBetweenTheFirstAndTheLastAreNeverComputed) {
  gate = false;
  (void)ask("first", number(0));
  ASSERT_TRUE(reaches(TaskState::running));
  std::atomic<bool> leave{false};
  // One that does not look at its stop token: its successors have to wait for it.
  (void)ask("deaf", [&](const Job<int>&) {
    ++starts;
    while (!leave)
      std::this_thread::yield();
    return boxed(-1);
  });
  ASSERT_TRUE(eventually([&] { return starts == 2; }));
  for (int key = 0; key < 50; ++key)
    (void)ask(std::to_string(key), number(key));
  EXPECT_EQ(look().state, TaskState::waiting) << "two of one slot never run at a time";
  gate = leave = true;
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(*look().value, 49) << "not what the deaf one brought";
  EXPECT_EQ(starts, 3);
}

TEST_F(BackgroundTest, PartsAreShownWhileTheRestIsComputed) {
  std::atomic<int> allowed{0};
  (void)ask("a", [&](const Job<int>& job) {
    for (int part = 1; part <= 3; ++part) {
      while (allowed < part)
        std::this_thread::yield();
      job.publish(boxed(part));
    }
    while (allowed < 4)
      std::this_thread::yield();
    return boxed(4);
  });
  for (int part = 1; part <= 3; ++part) {
    allowed = part;
    ASSERT_TRUE(eventually([&] { return look().value && *look().value == part; }));
    EXPECT_TRUE(look().fresh);
    EXPECT_TRUE(look().pending());
  }
  allowed = 4;
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(*look().value, 4);
}

TEST_F(BackgroundTest, WhatAReplacedTaskPublishesIsDropped) {
  std::atomic<bool> replaced{false}, done{false};
  (void)ask("old", [&](const Job<int>& job) {
    while (!replaced)
      std::this_thread::yield();
    job.publish(boxed(1));
    done = true;
    return boxed(1);
  });
  ASSERT_TRUE(reaches(TaskState::running));
  gate = false;
  (void)ask("new", number(2));
  replaced = true;
  ASSERT_TRUE(eventually([&] { return done.load(); }));
  ASSERT_TRUE(reaches(TaskState::running));
  EXPECT_EQ(look().value, nullptr);
  gate = true;
  ASSERT_TRUE(reaches(TaskState::done));
}

TEST_F(BackgroundTest, AFailureIsAValueAndTheLastGoodResultStays) {
  (void)ask("good", number(5));
  ASSERT_TRUE(reaches(TaskState::done));
  (void)ask("bad",
            [](const Job<int>&) -> std::shared_ptr<const int> { throw Error("file_missing", {.file = "notes.txt"}); });
  ASSERT_TRUE(reaches(TaskState::failed));
  ASSERT_TRUE(look().error);
  EXPECT_EQ(look().error->code(), "file_missing");
  EXPECT_EQ(*look().value, 5);
  EXPECT_FALSE(look().fresh);
  (void)ask("huge", [](const Job<int>&) -> std::shared_ptr<const int> { throw std::bad_alloc(); });
  ASSERT_TRUE(reaches(TaskState::failed));
  EXPECT_EQ(look().error->code(), "out_of_memory");
  (void)ask("odd", [](const Job<int>&) -> std::shared_ptr<const int> { throw 3; });
  ASSERT_TRUE(reaches(TaskState::failed));
  EXPECT_EQ(look().error->code(), "unexpected");
  (void)ask("good again", number(6));
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_FALSE(look().error);
}

TEST_F(BackgroundTest, AFailedTaskIsTriedAgainOnlyOnRequest) {
  const Task fails = [this](const Job<int>&) -> std::shared_ptr<const int> {
    ++starts;
    throw std::runtime_error("no");
  };
  (void)ask("a", fails);
  ASSERT_TRUE(reaches(TaskState::failed));
  (void)ask("a", fails);
  EXPECT_EQ(look().state, TaskState::failed);
  background.retry(slot_id<OneSlot>());
  (void)ask("a", fails);
  ASSERT_TRUE(eventually([&] { return starts == 2; }));
}

TEST_F(BackgroundTest, ACancelledTaskStaysCancelledWhileItsQuestionIsAsked) {
  gate = false;
  (void)ask("a", number(1));
  ASSERT_TRUE(reaches(TaskState::running));
  background.cancel(slot_id<OneSlot>());
  EXPECT_EQ(ask("a", number(1)).state, TaskState::cancelled);
  EXPECT_FALSE(background.busy());
  gate = true;
  background.retry(slot_id<OneSlot>());
  (void)ask("a", number(1));
  ASSERT_TRUE(reaches(TaskState::done));
}

TEST_F(BackgroundTest, WhatNobodyAsksAnyMoreIsForgottenWithItsQuestion) {
  auto object = std::make_shared<const int>(3);
  const std::weak_ptr<const int> asked_about = object;
  (void)background.ask<OneSlot>({"a", object, number(1)});
  object.reset();
  ASSERT_TRUE(reaches(TaskState::done));
  const std::weak_ptr<const int> value = look().value;
  background.forget_idle();
  EXPECT_FALSE(value.expired()) << "it was asked for since the last time";
  background.forget_idle();
  EXPECT_TRUE(eventually([&] { return value.expired() && asked_about.expired(); }));
  EXPECT_EQ(look().state, TaskState::none);
}

TEST_F(BackgroundTest, WhatNobodyAsksAnyMoreIsStopped) {
  gate = false;
  (void)ask("a", number(1));
  ASSERT_TRUE(reaches(TaskState::running));
  background.forget_idle();
  background.forget_idle();
  EXPECT_FALSE(background.busy());
  EXPECT_EQ(look().state, TaskState::none);
  gate = true;
  (void)ask("a", number(2));
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(*look().value, 2) << "not what the forgotten one brought";
}

TEST_F(BackgroundTest, AnotherObjectWithTheSameNumbersIsAnotherQuestion) {
  const auto first = std::make_shared<const int>(3), second = std::make_shared<const int>(3);
  (void)background.ask<OneSlot>({"a", first, number(1)});
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(background.ask<OneSlot>({"a", first, number(2)}).state, TaskState::done);
  EXPECT_TRUE(background.ask<OneSlot>({"a", second, number(2)}).pending());
  ASSERT_TRUE(reaches(TaskState::done));
  EXPECT_EQ(*look().value, 2);
}

TEST_F(BackgroundTest, SlotsRunSideBySide) {
  gate = false;
  (void)background.ask<OneSlot>({"1", nullptr, number(1)});
  ASSERT_TRUE(eventually([&] { return starts == 1; }));
  (void)background.ask<OtherSlot>({"1", nullptr, [](const Job<int>&) { return boxed(2); }});
  ASSERT_TRUE(eventually([&] { return background.look<OtherSlot>().state == TaskState::done; }));
  EXPECT_EQ(look().state, TaskState::running);
}

TEST(BackgroundEnd, CancelsWhatRunsAndDropsWhatWaits) {
  std::atomic<int> started{0}, stopped{0};
  {
    Background background({}, 1);
    const Task task = [&](const Job<int>& job) -> std::shared_ptr<const int> {
      ++started;
      while (!job.stop.stop_requested())
        std::this_thread::yield();
      ++stopped;
      throw Cancelled{};
    };
    (void)background.ask<testing::Slot<0>>({"", nullptr, task});
    (void)background.ask<testing::Slot<1>>({"", nullptr, task});
    (void)background.ask<testing::Slot<2>>({"", nullptr, task});
    ASSERT_TRUE(eventually([&] { return started == 1; }));
  }
  EXPECT_EQ(started, 1);
  EXPECT_EQ(stopped, 1);
}

TEST(Background, WhatTasksHaveFreedIsGivenBackWhenThereHasBeenNoneForAMoment) {
  if (testing::has_another_malloc) GTEST_SKIP() << "another malloc";
  testing::LitteredHeap heap;
  Background background;
  bool kept = false;
  const OneSlot::Asked asked{"a", nullptr, [&](const Job<int>&) {
                               heap.litter();
                               kept = heap.is_kept();
                               return boxed(1);
                             }};
  ASSERT_TRUE(eventually([&] { return background.ask<OneSlot>(asked).state == TaskState::done; }));
  ASSERT_TRUE(kept) << "malloc gives back by itself: there is nothing to be done";
  EXPECT_TRUE(eventually([&] { return heap.is_gone(); }));
}

}  // namespace
}  // namespace regard
