// SPDX-License-Identifier: Apache-2.0
// What learns beside the window, whatever it learns: one thread, made when it is first needed; one order at a time, and the newest
// counts; it pauses, goes on and ends when it is told to.
#pragma once

#include "app/jobs/error_from.h"
#include "app/jobs/run_folder.h"
#include "core/base/error.h"
#include "core/base/one_thread.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace regard {

/// Seconds that a step takes, of late: their running mean, with that of one more step. 0: none is known.
[[nodiscard]] inline double with_step(double mean, double seconds) {
  constexpr double kNewest = 0.1;
  return mean <= 0.0 ? seconds : (1.0 - kNewest) * mean + kNewest * seconds;
}

/// News has a state, an error and the number of its run. `mutex` guards everything but the thread and `wake`. Who derives from it ends the
/// thread first of all.
template <class Order, class News>
struct TrainingThread {
  enum class Wish { run, pause, stop };
  using Phase = decltype(News::state);

  mutable std::mutex mutex{};
  std::condition_variable_any changed{};
  std::function<void()> wake{};
  News news{};
  std::optional<Order> next{};
  Wish wish = Wish::run;
  std::jthread thread{};

  TrainingThread() = default;
  TrainingThread(const TrainingThread&) = delete;
  TrainingThread& operator=(const TrainingThread&) = delete;
  virtual ~TrainingThread() = default;

  /// Runs in the thread until the order is done, another has come, or it is told to stop.
  virtual void train(const Order& order, const std::stop_token& quit) = 0;

  /// Whoever gave another order meanwhile does not hear of the run before.
  void become(Phase state, const std::optional<Error>& error = {}) {
    {
      const std::lock_guard lock(mutex);
      if (next) return;
      news.state = state;
      news.error = error;
    }
    if (wake) wake();
  }

  void loop(const std::stop_token& quit) {
    come_last();
    const OnOneThread alone;
    std::unique_lock lock(mutex);
    while (changed.wait(lock, quit, [this] { return next.has_value(); })) {
      const Order order = std::move(*next);
      next.reset();
      lock.unlock();
      try {
        train(order, quit);
      } catch (const std::exception& thrown) {
        become(Phase::failed, error_from(thrown));
      }
      lock.lock();
    }
  }

  /// `begun` is what there is to tell until the thread says more.
  void start(Order order, News begun) {
    {
      const std::lock_guard lock(mutex);
      begun.run = news.run + 1;
      news = std::move(begun);
      wish = Wish::run;
      next = std::move(order);
    }
    if (thread.joinable()) return changed.notify_all();
    try {
      thread = std::jthread([this](const std::stop_token& quit) { loop(quit); });
    } catch (const std::exception& thrown) {  // the system has no thread left
      const std::lock_guard lock(mutex);
      next.reset();
      news.state = Phase::failed;
      news.error = error_from(thrown);
    }
  }

  void wish_for(Wish wanted) {
    {
      const std::lock_guard lock(mutex);
      wish = wanted;
    }
    changed.notify_all();
  }

  [[nodiscard]] bool busy() const {
    const std::lock_guard lock(mutex);
    return news.state == Phase::preparing || news.state == Phase::running;
  }

  void end() {
    thread.request_stop();
    if (thread.joinable()) thread.join();
  }
};

}  // namespace regard
