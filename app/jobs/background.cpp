// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/background.h"

#include "app/jobs/error_from.h"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace regard {
namespace {

/// The calling thread gets what the others leave over. Linux gives each thread a niceness of its own.
void lower_priority() {
#ifdef __linux__
  constexpr int niceness = 10;
  (void)setpriority(PRIO_PROCESS, 0, niceness);  // where it is refused the tasks just run as usual
#endif
}

bool same(const std::weak_ptr<const void>& first, const std::weak_ptr<const void>& second) {
  return !first.owner_before(second) && !second.owner_before(first);
}

}  // namespace

bool operator==(const TaskKey& first, const TaskKey& second) {
  return first.parameters == second.parameters &&
         std::equal(first.objects.begin(), first.objects.end(), second.objects.begin(), second.objects.end(), same);
}

/// `mutex` guards everything but a running task's progress.
struct Background::State {
  /// What is known under one name.
  struct Entry {
    std::type_index type = typeid(void);
    TaskKey key{};
    std::uint64_t generation = 0;  ///< grows with every key: what an older task publishes is dropped
    AnyTask task{};                ///< while it waits
    AnyValue value{};
    bool fresh = false;
    TaskState state = TaskState::none;
    std::optional<Error> error{};
    bool occupied = false;  ///< a thread is inside a task of this name
    std::stop_source stop{};
    Progress progress{};
  };

  mutable std::mutex mutex{};
  std::condition_variable_any work_up{};
  std::condition_variable_any held_up{};
  std::map<std::string, Entry, std::less<>> entries{};  // entries never move: threads keep references
  std::deque<std::string> queue{};                      ///< names that wait, oldest first
  bool held = false;
  std::function<void()> wake{};
  std::vector<std::jthread> threads{};  ///< last: joined before anything they use is gone

  void loop(const std::stop_token& quit);
  [[nodiscard]] std::deque<std::string>::iterator next_name();
  void serve(Entry& entry, std::unique_lock<std::mutex>& lock);
  void publish(Entry& entry, std::uint64_t generation, AnyValue value);
  void give_way(const std::stop_token& stop);
  void drop_waiting(std::string_view name);
  void stop_task(std::string_view name, Entry& entry);
  [[nodiscard]] static AnyOutcome outcome_of(const Entry& entry);
};

/// The first name whose predecessor has left.
std::deque<std::string>::iterator Background::State::next_name() {
  return std::find_if(queue.begin(), queue.end(),
                      [this](const std::string& name) { return !entries.find(name)->second.occupied; });
}

void Background::State::loop(const std::stop_token& quit) {
  lower_priority();
  std::unique_lock lock(mutex);
  while (work_up.wait(lock, quit, [this] { return next_name() != queue.end(); })) {
    if (quit.stop_requested()) return;
    const auto name = next_name();
    Entry& entry = entries.find(*name)->second;
    queue.erase(name);
    serve(entry, lock);
    work_up.notify_one();  // a successor of this name may have waited for it
  }
}

/// Runs one task; `lock` is held before and after, not in between.
void Background::State::serve(Entry& entry, std::unique_lock<std::mutex>& lock) {
  const std::uint64_t generation = entry.generation;
  AnyTask task = std::exchange(entry.task, nullptr);
  entry.occupied = true;
  entry.state = TaskState::running;
  entry.progress.fraction = 0.0F;
  const std::stop_token stop = entry.stop.get_token();
  lock.unlock();

  AnyValue value;
  std::optional<Error> error;
  bool cancelled = false;
  try {
    value = task({stop, &entry.progress, [&](AnyValue part) { publish(entry, generation, std::move(part)); },
                  [&] { give_way(stop); }});
  } catch (const Cancelled&) {
    cancelled = true;
  } catch (const std::exception& thrown) {
    error = error_from(thrown);
  } catch (...) {
    error = Error("unexpected", {.found = "?"});
  }
  task = nullptr;  // lets go of its inputs

  lock.lock();
  entry.occupied = false;
  if (entry.generation == generation) {
    entry.state = cancelled ? TaskState::cancelled : error ? TaskState::failed : TaskState::done;
    entry.error = std::move(error);
    if (entry.state == TaskState::done) {
      entry.value = std::move(value);
      entry.fresh = true;
    }
  }
  lock.unlock();
  if (wake) wake();
  lock.lock();
}

void Background::State::publish(Entry& entry, std::uint64_t generation, AnyValue value) {
  {
    const std::lock_guard lock(mutex);
    if (entry.generation != generation) return;
    entry.value = std::move(value);
    entry.fresh = true;
  }
  if (wake) wake();
}

void Background::State::give_way(const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  held_up.wait(lock, stop, [this] { return !held; });
  throw_if_stopped(stop);
}

void Background::State::drop_waiting(std::string_view name) {
  queue.erase(std::remove(queue.begin(), queue.end(), name), queue.end());
}

/// Whatever was asked for under the name is not wanted any more.
void Background::State::stop_task(std::string_view name, Entry& entry) {
  ++entry.generation;
  entry.stop.request_stop();
  entry.task = nullptr;
  drop_waiting(name);
}

Background::AnyOutcome Background::State::outcome_of(const Entry& entry) {
  const float progress = entry.state == TaskState::running ? entry.progress.fraction.load() : 0.0F;
  return {entry.value, entry.fresh, entry.state, progress, entry.error};
}

Background::Background(std::function<void()> wake, std::size_t threads) : state_(std::make_unique<State>()) {
  state_->wake = std::move(wake);
  for (std::size_t thread = 0; thread < threads; ++thread)
    state_->threads.emplace_back([state = state_.get()](const std::stop_token& quit) { state->loop(quit); });
}

Background::~Background() {
  {
    const std::lock_guard lock(state_->mutex);
    for (auto& [name, entry] : state_->entries)
      state_->stop_task(name, entry);
  }
  for (std::jthread& thread : state_->threads)
    thread.request_stop();
  state_->threads.clear();
}

Background::AnyOutcome Background::ask_any(std::string_view name, std::type_index type, TaskKey key, AnyTask task) {
  const std::lock_guard lock(state_->mutex);
  State::Entry& entry = state_->entries.try_emplace(std::string(name)).first->second;
  assert(entry.type == typeid(void) || entry.type == type);
  if (entry.state != TaskState::none && entry.key == key) return State::outcome_of(entry);
  state_->stop_task(name, entry);
  entry.type = type;
  entry.key = std::move(key);
  entry.task = std::move(task);
  entry.fresh = false;
  entry.state = TaskState::waiting;
  entry.error.reset();
  entry.stop = std::stop_source();
  state_->queue.emplace_back(name);
  state_->work_up.notify_one();
  return State::outcome_of(entry);
}

Background::AnyOutcome Background::look_any(std::string_view name, [[maybe_unused]] std::type_index type) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(name);
  if (found == state_->entries.end()) return {};
  assert(found->second.type == type);
  return State::outcome_of(found->second);
}

void Background::cancel(std::string_view name) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(name);
  if (found == state_->entries.end()) return;
  State::Entry& entry = found->second;
  if (entry.state != TaskState::waiting && entry.state != TaskState::running) return;
  state_->stop_task(name, entry);
  entry.state = TaskState::cancelled;
}

void Background::retry(std::string_view name) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(name);
  if (found == state_->entries.end()) return;
  State::Entry& entry = found->second;
  if (entry.state == TaskState::failed || entry.state == TaskState::cancelled) entry.state = TaskState::none;
}

void Background::forget(std::string_view name) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(name);
  if (found == state_->entries.end()) return;
  State::Entry& entry = found->second;
  state_->stop_task(name, entry);
  entry.state = TaskState::none;
  entry.value.reset();
  entry.fresh = false;
  entry.error.reset();
}

void Background::hold(bool on) {
  const std::lock_guard lock(state_->mutex);
  state_->held = on;
  if (!on) state_->held_up.notify_all();
}

bool Background::busy() const {
  const std::lock_guard lock(state_->mutex);
  return std::any_of(state_->entries.begin(), state_->entries.end(), [](const auto& entry) {
    return entry.second.state == TaskState::waiting || entry.second.state == TaskState::running;
  });
}

}  // namespace regard
