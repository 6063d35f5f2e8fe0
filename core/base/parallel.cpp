// SPDX-License-Identifier: Apache-2.0
// A few threads that help the calling one. Not OpenMP's: its threads spin while they wait and all of them must arrive at the
// end of a loop, so on a machine that is busy with something else a loop became ten times slower than on one thread. Here
// pieces go to whoever is awake, a helper that never got to run is not waited for, and who waits lets others run: for a moment
// awake, because the next loop of a forward pass comes sooner than a sleeper wakes, then asleep.
#include "core/base/parallel.h"

#include "core/base/one_thread.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace regard {
namespace {

using Body = std::function<void(std::size_t, std::size_t)>;

/// OMP_NUM_THREADS, which people and test runners know, or the processors this process may use.
std::size_t wanted_threads() {
  const char* asked = std::getenv("OMP_NUM_THREADS");  // NOLINT: nothing here changes the environment
  const long threads = asked == nullptr ? 0 : std::strtol(asked, nullptr, 10);
  if (threads > 0 && threads <= 1024) return static_cast<std::size_t>(threads);
  return std::max(1U, std::thread::hardware_concurrency());
}

constexpr std::chrono::microseconds kMoment{100};

/// Until the condition holds, but no longer than a moment; whoever else wants the processor gets it meanwhile.
template <typename Condition>
void wait_awake(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + kMoment;
  while (!condition() && std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
}

/// One loop in progress: threads take pieces until none is left.
class Loop {
public:
  Loop(std::size_t count, std::size_t pieces, const Body& body) : count_(count), pieces_(pieces), body_(body) {}

  void help() {
    for (std::size_t piece = next_++; piece < pieces_; piece = next_++) {
      try {
        body_(count_ * piece / pieces_, count_ * (piece + 1) / pieces_);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
      }
    }
  }
  /// After every helper has left.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

private:
  std::size_t count_;
  std::size_t pieces_;
  const Body& body_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

/// The helpers of the process; one loop at a time.
class Helpers {
public:
  Helpers() {
    for (std::size_t thread = 1; thread < wanted_threads(); ++thread)
      threads_.emplace_back([this] { serve(); });
  }
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  ~Helpers() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
      thread.join();
  }

  [[nodiscard]] std::size_t threads() const { return threads_.size() + 1; }

  /// Runs the loop here and on whichever helpers wake in time. False, and nothing done, while another loop runs.
  bool run(Loop& loop) {
    {
      const std::lock_guard lock(mutex_);
      if (loop_ != nullptr || inside_ > 0) return false;
      loop_ = &loop;
      ++generation_;
    }
    wake_.notify_all();
    loop.help();
    {
      const std::lock_guard lock(mutex_);
      loop_ = nullptr;  // who sleeps on need not come
    }
    wait_awake([this] { return inside_ == 0; });
    std::unique_lock lock(mutex_);
    left_.wait(lock, [this] { return inside_ == 0; });
    return true;
  }

private:
  void serve() {
    std::size_t seen = 0;
    for (;;) {
      if (seen > 0) wait_awake([&] { return generation_ != seen; });
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return closing_ || (loop_ != nullptr && generation_ != seen); });
      if (closing_) return;
      seen = generation_;
      ++inside_;
      Loop* const loop = loop_;
      lock.unlock();
      loop->help();
      lock.lock();
      if (--inside_ == 0) left_.notify_all();
    }
  }

  std::mutex mutex_;  ///< for writing everything below
  std::condition_variable wake_;
  std::condition_variable left_;
  Loop* loop_ = nullptr;
  std::atomic<std::size_t> generation_{0};  ///< loops so far
  std::atomic<std::size_t> inside_{0};      ///< helpers that hold `loop_`
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

thread_local std::size_t stays_alone = 0;  ///< OnOneThread objects of this thread

}  // namespace

OnOneThread::OnOneThread() {
  ++stays_alone;
}

OnOneThread::~OnOneThread() {
  --stays_alone;
}

void parallel_for(std::size_t count, std::size_t grain, const Body& body, std::size_t pieces_per_thread) {
  if (count == 0) return;
  const std::size_t most = count / std::max<std::size_t>(grain, 1);
  if (most > 1 && stays_alone == 0) {
    static Helpers helpers;
    Loop loop(count, std::min(most, helpers.threads() * pieces_per_thread), body);
    if (helpers.threads() > 1 && helpers.run(loop)) return loop.rethrow();
  }
  body(0, count);
}

}  // namespace regard
