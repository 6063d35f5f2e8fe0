// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/worker.h"
#include "tests/app/jobs/eventually.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/core/base/littered_heap.h"

#include <gtest/gtest.h>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace regard {
namespace {

using namespace regard::testing;

/// A model and a run that tests hold in their hands: loads and runs wait at a gate until they are let through or stopped.
class Bench {
public:
  Bench() {
    options_.layers = 1;
    options_.heads = 2;
    options_.kv_heads = 1;
  }

  [[nodiscard]] WorkerTools tools() {
    return {[this](const std::filesystem::path& path, std::span<const AdapterUse>, const std::stop_token& stop,
                   Progress* progress) {
              ++loads;
              progress->fraction = 0.5F;
              pass(load_gate, stop);
              if (path == "/broken") throw Error("file_missing", {.file = path.string()});
              if (path == "/huge") throw std::bad_alloc();
              auto model = handmade_model(options_);
              model->name = path.filename().string();
              model->config.context = 6;
              return std::shared_ptr<const Model>(std::move(model));
            },
            [this](const std::shared_ptr<const Model>& model, Request request,
                   const std::shared_ptr<const Trace>& previous, const std::stop_token& stop, Progress* progress) {
              ++runs;
              last_previous = previous.get();
              progress->fraction = reached.load();
              pass(run_gate, stop);
              if (request.ids.size() == 5)
                throw Error("token_id", {.item = model->name, .expected = "1", .found = "2"});
              Encoding encoding;
              for (const std::int32_t id : request.ids)
                encoding.tokens.emplace_back().id = id;
              HandmadeOptions options = options_;
              options.temperature = request.temperature;
              const std::shared_ptr<Trace> trace = handmade_trace(model, encoding, options, 1);
              trace->request = std::move(request);
              return std::shared_ptr<const Trace>(trace);
            },
            picture_every};
  }

  std::chrono::milliseconds picture_every{3'600'000};  ///< never by the clock
  std::atomic<float> reached{0.25F};                   ///< how far a run that waits at its gate says it is

  std::atomic<bool> load_gate{true}, run_gate{true};  ///< open
  std::atomic<int> loads{0}, runs{0}, wakes{0};
  std::atomic<const Trace*> last_previous{nullptr};

private:
  static void pass(const std::atomic<bool>& gate, const std::stop_token& stop) {
    while (!gate) {
      throw_if_stopped(stop);
      std::this_thread::yield();
    }
    throw_if_stopped(stop);
  }

  HandmadeOptions options_{};
};

struct WorkerTest : ::testing::Test {
  Bench bench{};
  Worker worker{[](const std::string& name) { return "/" + name; }, [this] { ++bench.wakes; }, bench.tools()};

  [[nodiscard]] std::shared_ptr<const Snapshot> wait_for(std::uint64_t number) {
    EXPECT_TRUE(eventually([&] { return worker.latest()->number >= number; }));
    return worker.latest();
  }
  [[nodiscard]] bool idle() {
    return eventually([&] { return worker.state() == WorkerState::idle; });
  }
};

TEST_F(WorkerTest, BeforeTheFirstRequestThereIsAnEmptySnapshot) {
  ASSERT_NE(worker.latest(), nullptr);
  EXPECT_EQ(worker.latest()->number, 0U);
  EXPECT_EQ(worker.latest()->trace, nullptr);
}

TEST_F(WorkerTest, ARequestBecomesASnapshotWithItsTextTraceAndThumbnails) {
  worker.post({"tiny", "one two", MaskMode::causal, 0.5F});
  const auto snapshot = wait_for(1);
  EXPECT_EQ(snapshot->source_text, "one two");
  EXPECT_EQ(snapshot->source_model, "tiny");
  EXPECT_EQ(snapshot->model->name, "tiny");
  ASSERT_EQ(snapshot->encoding.tokens.size(), 4U);
  EXPECT_EQ(snapshot->trace->tokens(), 4U);
  EXPECT_EQ(snapshot->trace->request.mask, MaskMode::causal);
  EXPECT_EQ(snapshot->trace->request.temperature, 0.5F);
  ASSERT_EQ(snapshot->thumbnails.size(), 1U);
  EXPECT_EQ(snapshot->thumbnails[0][1].rows, 4U);
  EXPECT_FALSE(snapshot->error.has_value());
  EXPECT_TRUE(idle());
  EXPECT_GT(bench.wakes, 0);
}

TEST_F(WorkerTest, WithoutSpecialTokensTheModelReadsTheTextAlone) {
  RunRequest request{"tiny", "one two"};
  request.add_special = false;
  worker.post(request);
  const auto alone = wait_for(1);
  ASSERT_EQ(alone->encoding.tokens.size(), 2U);
  EXPECT_FALSE(alone->encoding.tokens.front().special);
  EXPECT_EQ(alone->trace->tokens(), 2U);
}

TEST_F(WorkerTest, TheNewestRequestWinsAndThoseBetweenAreNeverRun) {
  worker.post({"tiny", "first"});
  (void)wait_for(1);
  bench.run_gate = false;
  worker.post({"tiny", "a"});
  ASSERT_TRUE(eventually([&] { return bench.runs == 2; }));
  for (const char* text : {"b", "c", "d", "e"})
    worker.post({"tiny", text});
  bench.run_gate = true;
  const auto snapshot = wait_for(2);
  EXPECT_EQ(snapshot->source_text, "e");
  EXPECT_TRUE(idle());
  EXPECT_EQ(worker.latest()->number, 2U);
}

TEST_F(WorkerTest, ManyPostsEndWithTheLastText) {
  for (int round = 0; round < 300; ++round) {
    worker.post({"tiny", "text " + std::to_string(round)});
    if (round % 7 == 0) std::this_thread::yield();
  }
  EXPECT_TRUE(eventually([&] { return worker.latest()->source_text == "text 299"; }));
  EXPECT_EQ(bench.loads, 1);
}

TEST_F(WorkerTest, CancelStopsWhatRunsAndKeepsTheLastSnapshot) {
  worker.post({"tiny", "first"});
  const auto first = wait_for(1);
  bench.run_gate = false;
  worker.post({"tiny", "second"});
  ASSERT_TRUE(eventually([&] { return worker.state() == WorkerState::running; }));
  worker.cancel();
  EXPECT_TRUE(idle());
  EXPECT_EQ(worker.latest(), first);
  bench.run_gate = true;
  worker.post({"tiny", "second"});
  EXPECT_EQ(wait_for(2)->source_text, "second");
}

TEST_F(WorkerTest, ItIsComputingFromThePostToThePictureAndBetweenTwoRuns) {
  EXPECT_FALSE(worker.is_computing());
  bench.run_gate = false;
  worker.post({"tiny", "first"});
  EXPECT_TRUE(worker.is_computing()) << "its thread has not woken up yet";
  ASSERT_TRUE(eventually([&] { return bench.runs == 1; }));
  for (int run = 2; run < 50; ++run) {
    worker.post({"tiny", "text " + std::to_string(run)});  // stops the one before
    while (bench.runs < run)
      ASSERT_TRUE(worker.is_computing()) << "between two runs";
  }
  bench.run_gate = true;
  (void)wait_for(1);
  EXPECT_TRUE(eventually([&] { return !worker.is_computing(); }));
  bench.run_gate = false;
  worker.post({"tiny", "last"});
  worker.cancel();
  EXPECT_TRUE(eventually([&] { return !worker.is_computing(); }));
}

TEST_F(WorkerTest, ItTellsHowLongThePictureHasBeenOutOfDateAndHowManyTokensAreRead) {
  worker.post({"tiny", "first"});
  (void)wait_for(1);
  ASSERT_TRUE(idle());
  EXPECT_FALSE(worker.news().outdated_for);
  bench.run_gate = false;
  worker.post({"tiny", "a b"});
  ASSERT_TRUE(eventually([&] { return worker.state() == WorkerState::running && worker.news().tokens == 4; }));
  ASSERT_TRUE(eventually([&] { return worker.news().outdated_for.value_or(0.0) > 0.02; }));
  EXPECT_GT(worker.news().seconds, 0.0);
  EXPECT_FALSE(worker.news().stopping);
  bench.run_gate = true;
  EXPECT_EQ(wait_for(2)->reading.text, "a b");
  EXPECT_FALSE(worker.news().outdated_for);
}

TEST_F(WorkerTest, ARunThatDoesNotEndAtOnceIsStoppingAfterACancel) {
  std::atomic<bool> stubborn{true};
  WorkerTools tools = bench.tools();
  tools.run = [&, run = tools.run](const auto& model, Request request, const auto& previous,
                                   const std::stop_token& stop, Progress* progress) {
    while (stubborn)
      std::this_thread::yield();
    return run(model, std::move(request), previous, stop, progress);
  };
  Worker slow([](const std::string& name) { return "/" + name; }, [] {}, tools);
  slow.post({"tiny", "first"});
  ASSERT_TRUE(eventually([&] { return slow.state() == WorkerState::running; }));
  EXPECT_FALSE(slow.news().stopping);
  slow.cancel();
  EXPECT_TRUE(slow.news().stopping);
  slow.post({"tiny", "second"});
  EXPECT_FALSE(slow.news().stopping) << "something new waits: it is not about to stop";
  stubborn = false;
  ASSERT_TRUE(eventually([&] { return slow.state() == WorkerState::idle && slow.latest()->number > 0; }));
  EXPECT_FALSE(slow.news().stopping);
}

TEST_F(WorkerTest, PostingWhatAlreadyRunsDoesNotStartItAgain) {
  bench.run_gate = false;
  worker.post({"tiny", "same"});
  ASSERT_TRUE(eventually([&] { return bench.runs == 1; }));
  worker.post({"tiny", "other"});
  worker.post({"tiny", "same"});  // the first was told to stop by then, so this is a new run
  bench.run_gate = true;
  EXPECT_EQ(wait_for(1)->source_text, "same");
  bench.run_gate = false;
  worker.post({"tiny", "once"});
  const int before = bench.runs;
  ASSERT_TRUE(eventually([&] { return bench.runs > before || worker.state() == WorkerState::running; }));
  worker.post({"tiny", "once"});
  bench.run_gate = true;
  EXPECT_EQ(wait_for(2)->source_text, "once");
  EXPECT_TRUE(idle());
  EXPECT_EQ(worker.latest()->number, 2U);
}

TEST_F(WorkerTest, AFailedRunKeepsTheLastGoodStateAndTheNextOneClearsTheError) {
  worker.post({"tiny", "good"});
  const auto good = wait_for(1);
  worker.post({"tiny", "one two three"});  // five tokens, which this engine refuses
  const auto failed = wait_for(2);
  ASSERT_TRUE(failed->error.has_value());
  EXPECT_EQ(failed->error->code(), "token_id");
  EXPECT_EQ(failed->trace, good->trace);
  EXPECT_EQ(failed->source_text, "good");
  EXPECT_EQ(failed->thumbnails.size(), 1U);
  worker.post({"tiny", "again"});
  EXPECT_FALSE(wait_for(3)->error.has_value());
}

TEST_F(WorkerTest, AModelThatCannotBeLoadedLeavesTheCurrentOne) {
  worker.post({"tiny", "text"});
  const auto good = wait_for(1);
  worker.post({"broken", "text"});
  const auto failed = wait_for(2);
  ASSERT_TRUE(failed->error.has_value());
  EXPECT_EQ(failed->error->code(), "file_missing");
  EXPECT_EQ(failed->failed_model, "broken");
  EXPECT_EQ(failed->model, good->model);
  worker.post({"tiny", "more"});
  EXPECT_EQ(wait_for(3)->model, good->model);
  EXPECT_EQ(bench.loads, 2);  // tiny once, broken once
}

TEST_F(WorkerTest, NoExceptionLeavesTheThread) {
  worker.post({"huge", "text"});
  const auto failed = wait_for(1);
  ASSERT_TRUE(failed->error.has_value());
  EXPECT_EQ(failed->error->code(), "out_of_memory");
  EXPECT_EQ(failed->model, nullptr);
  worker.post({"tiny", "text"});
  EXPECT_NE(wait_for(2)->trace, nullptr);
}

TEST_F(WorkerTest, TypingWhileAModelLoadsDoesNotStartTheLoadAgain) {
  bench.load_gate = false;
  worker.post({"tiny", "a"});
  ASSERT_TRUE(
      eventually([&] { return worker.state() == WorkerState::loading_model && worker.news().progress == 0.5F; }));
  for (const char* text : {"ab", "abc"})
    worker.post({"tiny", text});
  bench.load_gate = true;
  EXPECT_EQ(wait_for(1)->source_text, "abc");
  EXPECT_TRUE(idle());
  EXPECT_EQ(bench.loads, 1);
  EXPECT_EQ(bench.runs, 1);
}

TEST_F(WorkerTest, AnotherModelStopsALoad) {
  bench.load_gate = false;
  worker.post({"slow", "a"});
  ASSERT_TRUE(eventually([&] { return bench.loads == 1; }));
  worker.post({"tiny", "a"});
  ASSERT_TRUE(eventually([&] { return bench.loads == 2; }));
  bench.load_gate = true;
  EXPECT_EQ(wait_for(1)->model->name, "tiny");
}

TEST_F(WorkerTest, ALongTextIsCutAtTheContextAndSaysSo) {
  worker.post({"tiny", "one two three four five six seven"});
  const auto snapshot = wait_for(1);
  EXPECT_EQ(snapshot->encoding.tokens.size(), 6U);
  EXPECT_EQ(snapshot->encoding.dropped, 3U);
  EXPECT_EQ(snapshot->trace->tokens(), 6U);
  EXPECT_EQ(snapshot->source_text, "one two three four five six seven");
}

TEST_F(WorkerTest, ThePreviousTraceIsOfferedForReuse) {
  worker.post({"tiny", "one"});
  const auto first = wait_for(1);
  EXPECT_EQ(bench.last_previous, nullptr);
  worker.post({"tiny", "one two"});
  (void)wait_for(2);
  EXPECT_EQ(bench.last_previous, first->trace.get());
  worker.post({"other", "one two"});
  (void)wait_for(3);
  EXPECT_EQ(bench.last_previous, nullptr);  // never across models
}

TEST_F(WorkerTest, ARunThatIsMoreThanHalfDoneFinishesBeforeTheNewestText) {
  bench.run_gate = false;
  bench.reached = 0.75F;
  worker.post({"tiny", "a"});
  ASSERT_TRUE(eventually([&] { return bench.runs == 1 && worker.news().progress == 0.75F; }));
  for (const char* text : {"ab", "abc"})
    worker.post({"tiny", text});
  bench.run_gate = true;
  EXPECT_TRUE(eventually([&] { return worker.latest()->source_text == "abc"; }));
  EXPECT_EQ(worker.latest()->number, 2U);  // "a", then the newest; "ab" was never run
  EXPECT_EQ(bench.runs, 2);
}

TEST(Worker, WhoTypesFasterThanTheModelRunsSeesAPictureAllTheSame) {
  Bench bench;
  bench.picture_every = std::chrono::milliseconds(0);  // overdue at once
  bench.run_gate = false;
  Worker worker([](const std::string& name) { return "/" + name; }, [] {}, bench.tools());
  worker.post({"tiny", "a"});
  ASSERT_TRUE(eventually([&] { return bench.runs == 1; }));
  worker.post({"tiny", "ab"});
  worker.post({"tiny", "abc"});
  bench.run_gate = true;
  EXPECT_TRUE(eventually([&] { return worker.latest()->source_text == "abc"; }));
  EXPECT_EQ(worker.latest()->number, 2U);
}

TEST(Worker, AnOverdueRunStillGivesWayToAnotherModel) {
  Bench bench;
  bench.picture_every = std::chrono::milliseconds(0);
  bench.run_gate = false;
  Worker worker([](const std::string& name) { return "/" + name; }, [] {}, bench.tools());
  worker.post({"tiny", "a"});
  ASSERT_TRUE(eventually([&] { return bench.runs == 1; }));
  worker.post({"other", "a"});
  ASSERT_TRUE(eventually([&] { return bench.loads == 2; }));  // while the gate is shut
  bench.run_gate = true;
  EXPECT_TRUE(eventually([&] { return worker.latest()->source_model == "other"; }));
  EXPECT_EQ(worker.latest()->number, 1U);
}

TEST(Worker, WhatRunsHaveFreedIsGivenBackWhenThereHasBeenNoneForAMoment) {
  if (regard::testing::has_another_malloc) GTEST_SKIP() << "another malloc";
  Bench bench;
  LitteredHeap heap;
  WorkerTools tools = bench.tools();
  bool kept = false;
  tools.run = [&, run = tools.run](auto&&... asked) {
    heap.litter();
    kept = heap.is_kept();
    return run(std::forward<decltype(asked)>(asked)...);
  };
  Worker worker([](const std::string& name) { return name; }, [] {}, tools);
  worker.post({"tiny", "a"});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 1; }));
  ASSERT_TRUE(kept) << "malloc gives back by itself: there is nothing to be done";
  EXPECT_TRUE(eventually([&] { return heap.is_gone(); }));
}

TEST(Worker, ATextOfNoTokenGivesASnapshotWithoutATraceAndNoError) {
  Bench bench;
  WorkerTools tools = bench.tools();
  tools.load = [](const std::filesystem::path&, std::span<const AdapterUse>, const std::stop_token&, Progress*) {
    return std::shared_ptr<const Model>(handmade_model({.specials = false}));
  };
  Worker worker([](const std::string& name) { return name; }, [] {}, tools);
  worker.post({"bare", ""});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 1; }));
  EXPECT_FALSE(worker.latest()->error.has_value());
  EXPECT_EQ(worker.latest()->trace, nullptr);
  EXPECT_NE(worker.latest()->model, nullptr);
  EXPECT_EQ(bench.runs, 0);
}

TEST(Worker, ALongTextComesFirstWithOldThumbnailsThenWithItsOwn) {
  Bench bench;
  WorkerTools tools = bench.tools();
  tools.load = [](const std::filesystem::path&, std::span<const AdapterUse>, const std::stop_token&, Progress*) {
    return std::shared_ptr<const Model>(handmade_model({.layers = 1, .heads = 2, .kv_heads = 1}));
  };
  std::mutex mutex;
  std::vector<std::shared_ptr<const Snapshot>> seen;
  Worker* asked = nullptr;
  Worker worker([](const std::string& name) { return name; },
                [&] {
                  const std::lock_guard lock(mutex);
                  if (asked != nullptr) seen.push_back(asked->latest());
                },
                tools);
  {
    const std::lock_guard lock(mutex);
    asked = &worker;
  }
  std::string text;
  for (int word = 0; word < 200; ++word)
    text += "w ";
  worker.post({"any", "short"});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 1; }));
  worker.post({"any", text});
  ASSERT_TRUE(eventually([&] { return worker.latest()->number == 3; }));
  EXPECT_FALSE(worker.latest()->thumbnails_pending);
  EXPECT_EQ(worker.latest()->thumbnails[0][0].rows, thumbnail_side);
  const std::lock_guard lock(mutex);
  bool saw_pending = false;
  for (const auto& snapshot : seen)
    if (snapshot->number == 2) {
      saw_pending = true;
      EXPECT_TRUE(snapshot->thumbnails_pending);
      EXPECT_EQ(snapshot->thumbnails[0][0].rows, 3U);
      EXPECT_EQ(snapshot->trace->tokens(), 202U);
    }
  EXPECT_TRUE(saw_pending);
  asked = nullptr;
}

TEST(Worker, ClosingWhileARunIsInProgressReturns) {
  Bench bench;
  bench.run_gate = false;
  {
    Worker worker([](const std::string& name) { return name; }, [] {}, bench.tools());
    worker.post({"tiny", "text"});
    ASSERT_TRUE(eventually([&] { return bench.runs == 1; }));
  }
  EXPECT_EQ(bench.runs, 1);
}

}  // namespace
}  // namespace regard
