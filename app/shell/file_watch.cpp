// SPDX-License-Identifier: Apache-2.0
#include "app/shell/file_watch.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

namespace regard::shell {

FileStamp stamp_of(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  if (error) return {};
  const auto written = std::filesystem::last_write_time(file, error);
  if (error) return {};
  return {bytes, written.time_since_epoch().count()};
}

/// `mutex` guards everything but the thread.
struct FileWatch::State {
  std::mutex mutex{};
  std::condition_variable_any news{};
  std::function<void()> wake{};
  std::chrono::milliseconds pause{};
  std::filesystem::path file{};
  FileStamp known{};
  bool changed = false;
  std::jthread thread{};  ///< last: joined before anything it uses is gone; started with the first file

  void loop(const std::stop_token& quit);
};

void FileWatch::State::loop(const std::stop_token& quit) {
  std::unique_lock lock(mutex);
  FileStamp before{};
  while (!quit.stop_requested()) {
    news.wait(lock, quit, [this] { return !file.empty(); });
    const bool settling = before != known;  // somebody writes: it is not waited for long
    news.wait_for(lock, quit, settling ? pause / 8 : pause, [] { return false; });
    const std::filesystem::path looked_at = file;
    lock.unlock();
    const FileStamp now = stamp_of(looked_at);
    lock.lock();
    if (looked_at != file) continue;
    const bool stays = std::exchange(before, now) == now;
    if (now == known || !stays) continue;
    known = now;
    changed = true;
    lock.unlock();
    wake();
    lock.lock();
  }
}

FileWatch::FileWatch(std::function<void()> wake, std::chrono::milliseconds pause) : state_(std::make_unique<State>()) {
  state_->wake = std::move(wake);
  state_->pause = pause;
}

FileWatch::~FileWatch() = default;

void FileWatch::watch(const std::filesystem::path& file, FileStamp read) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->file = file;
    state_->known = read;
    state_->changed = false;
  }
  if (!file.empty() && !state_->thread.joinable())
    state_->thread = std::jthread([state = state_.get()](const std::stop_token& quit) { state->loop(quit); });
  state_->news.notify_all();
}

bool FileWatch::take_change() {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->changed, false);
}

}  // namespace regard::shell
