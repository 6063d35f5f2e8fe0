// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/background.h"

#include "app/jobs/error_from.h"
#include "core/base/free_memory.h"
#include "core/engine/layer_watch.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

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

}  // namespace

/// `mutex` guards everything but a running task's progress. A turn is what a task needs to run; who sleeps aside has given its own away, and
/// there are always as many threads that do not sleep aside as there are turns.
struct Background::State {
  /// What one slot knows.
  struct Entry {
    const Kind* kind = nullptr;    ///< null before the first question
    AnyValue asked{};              ///< the last question; null: none
    std::uint64_t generation = 0;  ///< grows with every question: what an older task publishes is dropped
    AnyValue value{};
    bool fresh = false;
    TaskState state = TaskState::none;
    std::optional<Error> error{};
    bool occupied = false;   ///< a thread is inside a task of this slot
    bool aside = false;      ///< that task sleeps, without a turn
    bool wanted = false;     ///< somebody has asked or looked since forget_idle()
    bool stays = false;      ///< what was asked follows from models alone
    std::uint64_t seen = 0;  ///< the frame in which somebody has asked or looked last
    std::stop_source stop{};
    Progress progress{};
  };

  mutable std::mutex mutex{};
  std::condition_variable_any work_up{};
  std::condition_variable_any held_up{};
  std::map<SlotId, Entry> entries{};  // entries never move: threads keep references
  std::deque<SlotId> queue{};         ///< slots that wait, oldest first
  bool held = false;
  std::uint64_t frame = 0;
  std::size_t turns = 0;   ///< tasks that may be awake at once
  std::size_t awake = 0;   ///< tasks that have a turn; one more while a stopped task that slept aside leaves
  std::size_t asides = 0;  ///< tasks that sleep aside
  std::function<void()> wake{};
  std::vector<std::jthread> threads{};  ///< last: joined before anything they use is gone

  void add_thread();
  void loop(const std::stop_token& quit);
  [[nodiscard]] bool can_wait(const Entry& entry) const;
  [[nodiscard]] std::deque<SlotId>::iterator next_slot();
  [[nodiscard]] bool is_turn_wanted();
  void serve(Entry& entry, std::unique_lock<std::mutex>& lock);
  void publish(Entry& entry, std::uint64_t generation, AnyValue value);
  void give_way(Entry& entry, const std::stop_token& stop);
  void step_aside(Entry& entry, std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void see(Entry& entry);
  void stop_task(SlotId slot, Entry& entry);
  [[nodiscard]] static AnyOutcome outcome_of(const Entry& entry);
};

void Background::State::add_thread() {
  threads.emplace_back([this](const std::stop_token& quit) { loop(quit); });
}

/// It is kept, and nobody looks.
bool Background::State::can_wait(const Entry& entry) const {
  return entry.stays && entry.seen + 1 < frame;
}

void Background::State::see(Entry& entry) {
  entry.wanted = true;
  entry.seen = frame;
  if (entry.aside) held_up.notify_all();
}

/// The first slot whose predecessor has left; those that can wait come last.
std::deque<SlotId>::iterator Background::State::next_slot() {
  auto next = queue.end();
  for (auto slot = queue.begin(); slot != queue.end(); ++slot) {
    const Entry& entry = entries.find(*slot)->second;
    if (entry.occupied) continue;
    if (!can_wait(entry)) return slot;
    if (next == queue.end()) next = slot;
  }
  return next;
}

/// Is there a task without a turn that cannot wait?
bool Background::State::is_turn_wanted() {
  const auto next = next_slot();
  return (next != queue.end() && !can_wait(entries.find(*next)->second)) ||
         std::any_of(entries.begin(), entries.end(),
                     [this](const auto& each) { return each.second.aside && !can_wait(each.second); });
}

void Background::State::loop(const std::stop_token& quit) {
  lower_priority();
  const auto is_work = [this] { return awake < turns && next_slot() != queue.end(); };
  std::unique_lock lock(mutex);
  for (bool has_worked = false;; has_worked = true) {
    if (has_worked && !work_up.wait_for(lock, quit, rest_before_giving_back, is_work) && !quit.stop_requested()) {
      lock.unlock();
      give_back_free_memory();
      lock.lock();
    }
    if (!work_up.wait(lock, quit, is_work)) return;
    if (quit.stop_requested()) return;
    const auto slot = next_slot();
    Entry& entry = entries.find(*slot)->second;
    queue.erase(slot);
    held_up.notify_all();  // who slept aside for its sake may find another turn free
    serve(entry, lock);
    work_up.notify_one();  // a successor in this slot, or another slot, may have waited for it
    held_up.notify_all();  // so may who sleeps aside
  }
}

/// Runs one task; `lock` is held before and after, not in between.
void Background::State::serve(Entry& entry, std::unique_lock<std::mutex>& lock) {
  const std::uint64_t generation = entry.generation;
  AnyValue asked = entry.asked;
  const auto answer = entry.kind->answer;
  ++awake;
  entry.occupied = true;
  entry.state = TaskState::running;
  entry.progress.fraction = 0.0F;
  const std::stop_token stop = entry.stop.get_token();
  lock.unlock();

  AnyValue value;
  std::optional<Error> error;
  bool cancelled = false;
  const LayerWatch between_layers([&](const Trace*, std::size_t) { give_way(entry, stop); });
  try {
    value =
        answer(asked.get(), {stop, &entry.progress, [&](AnyValue part) { publish(entry, generation, std::move(part)); },
                             [&] { give_way(entry, stop); }});
  } catch (const Cancelled&) {
    cancelled = true;
  } catch (const std::exception& thrown) {
    error = error_from(thrown);
  } catch (...) {
    error = Error("unexpected", {.found = "?"});
  }
  asked = nullptr;  // lets go of its inputs

  lock.lock();
  --awake;
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

void Background::State::give_way(Entry& entry, const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  throw_if_stopped(stop);  // at the end of all, too: then no thread is added
  if (can_wait(entry) && awake >= turns && is_turn_wanted()) step_aside(entry, lock, stop);
  held_up.wait(lock, stop, [this] { return !held; });
  throw_if_stopped(stop);
}

/// Sleeps until somebody looks or nobody else wants the turn, and there is one.
void Background::State::step_aside(Entry& entry, std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  if (threads.size() - asides <= turns) add_thread();
  ++asides;
  --awake;
  entry.aside = true;
  work_up.notify_one();
  held_up.notify_all();  // who slept aside may be the one that is looked at
  held_up.wait(lock, stop, [&] { return awake < turns && !(can_wait(entry) && is_turn_wanted()); });
  entry.aside = false;
  ++awake;
  --asides;
}

/// Whatever the slot was asked is not wanted any more.
void Background::State::stop_task(SlotId slot, Entry& entry) {
  ++entry.generation;
  entry.stop.request_stop();
  queue.erase(std::remove(queue.begin(), queue.end(), slot), queue.end());
  held_up.notify_all();  // somebody may have slept for its sake
}

Background::AnyOutcome Background::State::outcome_of(const Entry& entry) {
  const float progress = entry.state == TaskState::running ? entry.progress.fraction.load() : 0.0F;
  return {entry.value, entry.fresh, entry.state, progress, entry.error};
}

Background::Background(std::function<void()> wake, std::size_t at_once) : state_(std::make_unique<State>()) {
  state_->wake = std::move(wake);
  const std::lock_guard lock(state_->mutex);
  state_->turns = at_once;
  for (std::size_t thread = 0; thread < at_once; ++thread)
    state_->add_thread();
}

Background::~Background() {
  {
    const std::lock_guard lock(state_->mutex);
    for (auto& [slot, entry] : state_->entries)
      state_->stop_task(slot, entry);
  }
  for (std::jthread& thread : state_->threads)
    thread.request_stop();
  state_->threads.clear();
}

Background::AnyOutcome Background::ask_any(const Kind& kind, const void* asked) {
  const std::lock_guard lock(state_->mutex);
  State::Entry& entry = state_->entries[kind.id];
  entry.kind = &kind;
  state_->see(entry);
  if (entry.state != TaskState::none && entry.asked && kind.same(entry.asked.get(), asked))
    return State::outcome_of(entry);
  state_->stop_task(kind.id, entry);
  entry.asked = kind.copy(asked);
  entry.stays = !kind.stays_with(asked).empty();
  entry.fresh = false;
  entry.state = TaskState::waiting;
  entry.error.reset();
  entry.stop = std::stop_source();
  state_->queue.push_back(kind.id);
  state_->work_up.notify_one();
  return State::outcome_of(entry);
}

Background::AnyOutcome Background::look_any(SlotId slot) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(slot);
  if (found == state_->entries.end()) return {};
  state_->see(found->second);
  return State::outcome_of(found->second);
}

void Background::begin_frame() {
  const std::lock_guard lock(state_->mutex);
  ++state_->frame;
  state_->held_up.notify_all();  // nobody may look any more at what somebody slept for
}

void Background::cancel(SlotId slot) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(slot);
  if (found == state_->entries.end()) return;
  State::Entry& entry = found->second;
  if (entry.state != TaskState::waiting && entry.state != TaskState::running) return;
  state_->stop_task(slot, entry);
  entry.state = TaskState::cancelled;
}

void Background::retry(SlotId slot) {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->entries.find(slot);
  if (found == state_->entries.end()) return;
  State::Entry& entry = found->second;
  if (entry.state == TaskState::failed || entry.state == TaskState::cancelled) entry.state = TaskState::none;
}

void Background::forget_idle(const Models& on_show) {
  const std::lock_guard lock(state_->mutex);
  const auto is_on_show = [&](const Model* model) {
    return std::find(on_show.begin(), on_show.end(), model) != on_show.end();
  };
  for (auto& [slot, entry] : state_->entries) {
    if (std::exchange(entry.wanted, false)) continue;
    const bool failed = entry.state == TaskState::failed;
    const Models models = entry.asked && !failed ? entry.kind->stays_with(entry.asked.get()) : Models{};
    if (!models.empty() && std::all_of(models.begin(), models.end(), is_on_show)) continue;
    state_->stop_task(slot, entry);
    entry.state = TaskState::none;
    entry.asked.reset();
    entry.value.reset();
    entry.fresh = false;
    entry.error.reset();
  }
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
