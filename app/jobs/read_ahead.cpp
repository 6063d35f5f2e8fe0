// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/read_ahead.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace regard {
namespace {

namespace fs = std::filesystem;
using Opened = std::shared_ptr<const Model>;

constexpr std::size_t kMostTouched = std::size_t{1} << 30U;  // bytes of a model that are read from the disk ahead
constexpr std::size_t kPage = 4096;

void leave_the_others_first() {
#ifdef __linux__
  constexpr int kNiceness = 10;
  (void)setpriority(PRIO_PROCESS, 0, kNiceness);  // where it is refused it just runs as usual
#endif
}

/// A weight that is first needed in a run would be fetched from the disk in it.
void touch(const Model& model, const std::stop_token& stop) {
  std::size_t touched = 0;
  unsigned sum = 0;
  for (const std::shared_ptr<const MappedFile>& file : model.files)
    for (std::size_t at = 0; at < file->bytes().size() && touched < kMostTouched; at += kPage, touched += kPage) {
      if (touched % (256 * kPage) == 0) throw_if_stopped(stop);
      sum += static_cast<unsigned>(*static_cast<const volatile std::byte*>(file->bytes().data() + at));
    }
  static_cast<void>(sum);
}

bool is_unchanged(const Model& model) {
  try {
    for (const std::shared_ptr<const MappedFile>& file : model.files)
      file->check_unchanged();
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

/// `mutex` guards everything but the thread. A path is in `tried` once it has been opened or has failed since it is wanted.
struct ReadAhead::State {
  mutable std::mutex mutex{};
  std::condition_variable_any changed{};
  Load load_model{};
  fs::path shown{};
  std::vector<fs::path> next{};
  std::map<fs::path, Opened> ready{};  ///< null: it could not be opened
  std::optional<fs::path> reading{};
  std::stop_source stop{};  ///< of what is being read
  std::jthread thread{};    ///< last: joined before anything it uses is gone

  [[nodiscard]] bool is_wanted(const fs::path& path) const {
    return path == shown || std::find(next.begin(), next.end(), path) != next.end();
  }
  [[nodiscard]] std::vector<fs::path>::const_iterator first_to_read() const {
    return std::find_if(next.begin(), next.end(), [this](const fs::path& path) { return !ready.contains(path); });
  }
  void loop(const std::stop_token& quit);
  void keep(const fs::path& path, Opened model);
};

void ReadAhead::State::keep(const fs::path& path, Opened model) {
  if (is_wanted(path)) ready[path] = std::move(model);
}

void ReadAhead::State::loop(const std::stop_token& quit) {
  leave_the_others_first();
  std::unique_lock lock(mutex);
  while (changed.wait(lock, quit, [this] { return first_to_read() != next.end(); })) {
    const fs::path path = *first_to_read();
    reading = path;
    stop = std::stop_source();
    const std::stop_token stopped = stop.get_token();
    lock.unlock();
    Opened model;
    bool given_up = false;
    try {
      model = load_model(path, {}, stopped, nullptr);
      touch(*model, stopped);
    } catch (const Cancelled&) {
      given_up = true;
    } catch (const std::exception&) {  // whoever loads it learns why
      model.reset();
    }
    lock.lock();
    reading.reset();
    if (!given_up) keep(path, std::move(model));
    changed.notify_all();
  }
}

ReadAhead::ReadAhead(Load load) : state_(std::make_unique<State>()) {
  state_->load_model = std::move(load);
  state_->thread = std::jthread([state = state_.get()](const std::stop_token& quit) { state->loop(quit); });
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->next.clear();
    state_->stop.request_stop();
  }
  state_->thread.request_stop();
  state_->thread.join();
}

void ReadAhead::want(const fs::path& shown, std::vector<fs::path> next) {
  std::vector<Opened> dropped;  // unmapped when the lock is free
  const std::lock_guard lock(state_->mutex);
  if (state_->shown == shown && state_->next == next) return;
  state_->shown = shown;
  state_->next = std::move(next);
  for (auto each = state_->ready.begin(); each != state_->ready.end();) {
    if (state_->is_wanted(each->first)) {
      ++each;
    } else {
      dropped.push_back(std::move(each->second));
      each = state_->ready.erase(each);
    }
  }
  if (state_->reading && !state_->is_wanted(*state_->reading)) state_->stop.request_stop();
  state_->changed.notify_all();
}

std::shared_ptr<const Model> ReadAhead::load(const fs::path& path, std::span<const AdapterUse> adapters,
                                             const std::stop_token& stop, Progress* progress) {
  if (!adapters.empty()) return state_->load_model(path, adapters, stop, progress);
  {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, stop, [&] { return state_->reading != path; });
    throw_if_stopped(stop);
    const auto found = state_->ready.find(path);
    Opened model = found == state_->ready.end() ? nullptr : found->second;
    lock.unlock();
    if (model && is_unchanged(*model)) return model;
  }
  Opened model = state_->load_model(path, adapters, stop, progress);
  const std::lock_guard lock(state_->mutex);
  state_->keep(path, model);
  return model;
}

bool ReadAhead::busy() const {
  const std::lock_guard lock(state_->mutex);
  return state_->reading || state_->first_to_read() != state_->next.end();
}

std::size_t ReadAhead::held() const {
  const std::lock_guard lock(state_->mutex);
  return static_cast<std::size_t>(std::count_if(state_->ready.begin(), state_->ready.end(),
                                                [](const auto& each) { return each.second != nullptr; }));
}

}  // namespace regard
