// SPDX-License-Identifier: Apache-2.0
// Keeps the window's state on the disk as it changes: beside the old file and renamed over it, at most once in half a second, on a
// thread of its own. Every window has a file of its own in $XDG_STATE_HOME/regard/ and holds a lock on it, so that several windows
// do not overwrite each other; a lock ends with its process, however that ends. UI thread only.
#pragma once

#include "app/session/history.h"
#include "app/session/kept_state.h"
#include "core/base/error.h"

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace regard::shell {

/// $XDG_STATE_HOME/regard, ~/.local/state/regard; empty where there is no home either.
[[nodiscard]] std::filesystem::path state_folder();

/// The file of one window, locked as long as it lives.
class StateFile {
public:
  /// The newest file that no window holds, where `go_on` and no window is open; else one that holds nothing. No file at all where
  /// the folder cannot be written. What a window that was killed had half written beside it is removed.
  StateFile(const std::filesystem::path& folder, bool go_on);
  ~StateFile();
  StateFile(StateFile&& other) noexcept;
  StateFile& operator=(StateFile&& other) noexcept;
  StateFile(const StateFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }  ///< empty: nothing is kept
  [[nodiscard]] bool goes_on() const { return goes_on_; }                    ///< there may be something to go on with

private:
  std::filesystem::path path_{};
  int lock_ = -1;
  bool goes_on_ = false;
};

/// What was kept, if something was. A file that cannot be read is set aside as "….unreadable", and `problem` says so.
[[nodiscard]] std::optional<KeptState> take_up(const StateFile& file, std::optional<Error>& problem);

class StateKeeper {
public:
  /// `wake` is called from another thread when there is a problem to take.
  explicit StateKeeper(StateFile file, std::function<void()> wake = {});
  /// Writes what has not been written yet.
  ~StateKeeper();
  StateKeeper(const StateKeeper&) = delete;
  StateKeeper& operator=(const StateKeeper&) = delete;

  /// Once a frame, `seconds` being a clock: hands on what changed since the last time, if that is long enough ago. Seconds until
  /// it wants to be asked again, 0 if it need not be. What could not be written is handed on again: a disk may have room by then.
  double offer(const History& history, double seconds);
  /// The first failure, once and never again: nothing is kept then until writing succeeds.
  [[nodiscard]] std::optional<Error> take_problem();

private:
  void write_on();
  [[nodiscard]] bool is_kept(const History& history);
  void hand_on(const History& history);

  StateFile file_;
  std::function<void()> wake_;
  std::uint64_t kept_revision_ = 0;
  const History* last_ = nullptr;  ///< for the end
  double kept_at_ = -1e9;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::optional<KeptState> waiting_{};
  std::optional<Error> problem_{};
  bool told_ = false;
  bool failed_ = false;  ///< the last writing
  bool ends_ = false;
  std::thread thread_{};
};

}  // namespace regard::shell
