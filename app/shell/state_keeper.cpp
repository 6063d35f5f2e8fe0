// SPDX-License-Identifier: Apache-2.0
#include "app/shell/state_keeper.h"

#include "app/jobs/error_from.h"
#include "app/session/session.h"
#include "core/base/text_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

constexpr double kInterval = 0.5;  ///< seconds between two writings
constexpr std::size_t kMostWindows = 16;

/// A lock on a file beside the state; −1 where another window holds it, or it cannot be made.
int lock_of(const fs::path& path) {
  const int file = ::open((path.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  ::close(file);
  return -1;
}

/// Whoever holds the lock of a state is the only one who writes it: a neighbour of it is what a kill or a power cut has left.
void remove_half_written(const fs::path& path) {
  const std::string begins = path.filename().string() + ".new-";
  std::error_code error;
  std::vector<fs::path> left;
  for (const fs::directory_entry& entry : fs::directory_iterator(path.parent_path(), error))
    if (entry.path().filename().string().starts_with(begins)) left.push_back(entry.path());
  for (const fs::path& each : left)
    fs::remove(each, error);
}

bool can_write(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  return fs::is_directory(folder, error) && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

fs::path state_folder() {
  // The XDG specification: a relative path in the variable is to be ignored.
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && fs::path(state).is_absolute())
    return fs::path(state) / "regard";
  const char* home = std::getenv("HOME");
  if (home == nullptr || !fs::path(home).is_absolute()) return {};
  return fs::path(home) / ".local" / "state" / "regard";
}

StateFile::StateFile(const fs::path& folder, bool go_on) {
  if (folder.empty() || !can_write(folder)) return;
  struct Candidate {
    fs::path path;
    int lock;
    fs::file_time_type time;
    bool written;
  };
  std::vector<Candidate> candidates;
  bool alone = true;
  for (std::size_t number = 1; number <= kMostWindows; ++number) {
    const fs::path path = folder / ("window-" + std::to_string(number) + ".json");
    const int lock = lock_of(path);
    if (lock < 0) {
      alone = false;
      continue;
    }
    std::error_code error;
    const bool written = fs::is_regular_file(path, error);
    candidates.push_back({path, lock, written ? fs::last_write_time(path, error) : fs::file_time_type::min(), written});
    if (!written) break;  // those behind it were never used, or it is free itself
  }
  if (candidates.empty()) return;
  const auto older = [](const Candidate& one, const Candidate& other) { return one.time < other.time; };
  const bool takes_up = go_on && alone;
  const auto chosen = takes_up ? std::max_element(candidates.begin(), candidates.end(), older)
                               : std::min_element(candidates.begin(), candidates.end(), older);
  path_ = chosen->path;
  lock_ = chosen->lock;
  goes_on_ = takes_up && chosen->written;
  remove_half_written(path_);
  for (const Candidate& other : candidates)
    if (other.lock != lock_) ::close(other.lock);
}

StateFile::StateFile(StateFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)), goes_on_(other.goes_on_) {}

StateFile& StateFile::operator=(StateFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  std::swap(goes_on_, other.goes_on_);
  return *this;
}

StateFile::~StateFile() {
  if (lock_ >= 0) ::close(lock_);
}

std::optional<KeptState> take_up(const StateFile& file, std::optional<Error>& problem) {
  if (!file.goes_on()) return std::nullopt;
  try {
    return kept_state_from_json(read_file(file.path(), max_kept_bytes + 1), file.path().string());
  } catch (const Error& error) {
    const fs::path aside = file.path().string() + ".unreadable";
    std::error_code ignored;
    fs::rename(file.path(), aside, ignored);
    problem = Error("state_unreadable", {.file = aside.string(), .found = error.what()});
  }
  return std::nullopt;
}

StateKeeper::StateKeeper(StateFile file, std::function<void()> wake) : file_(std::move(file)), wake_(std::move(wake)) {
  if (file_.path().empty()) {
    const std::string folder = state_folder().string();
    problem_ = folder.empty() ? Error("state_no_place", {}) : Error("state_not_kept", {.file = folder});
    return;
  }
  thread_ = std::thread([this] { write_on(); });
}

StateKeeper::~StateKeeper() {
  if (!thread_.joinable()) return;
  if (last_ != nullptr && !is_kept(*last_)) hand_on(*last_);
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool StateKeeper::is_kept(const History& history) {
  const std::lock_guard lock(mutex_);
  return history.revision() == kept_revision_ && !failed_;
}

void StateKeeper::hand_on(const History& history) {
  kept_revision_ = history.revision();
  KeptState state{history.current(), history.past(max_kept_steps)};
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(state);
  }
  changed_.notify_one();
}

double StateKeeper::offer(const History& history, double seconds) {
  if (!thread_.joinable()) return 0.0;
  last_ = &history;
  if (is_kept(history)) return 0.0;
  const bool changed = history.revision() != kept_revision_;
  // A failure alone draws no frames: it is tried again in those that are drawn anyway.
  if (const double wait = kept_at_ + kInterval - seconds; wait > 0.0) return changed ? wait : 0.0;
  kept_at_ = seconds;
  hand_on(history);
  return 0.0;
}

std::optional<Error> StateKeeper::take_problem() {
  const std::lock_guard lock(mutex_);
  if (told_ || !problem_) return std::nullopt;
  told_ = true;
  return std::exchange(problem_, std::nullopt);
}

void StateKeeper::write_on() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ || ends_; });
    if (!waiting_) return;
    const KeptState state = std::move(*std::exchange(waiting_, std::nullopt));
    lock.unlock();
    std::optional<Error> problem;
    try {
      write_file_atomically(file_.path(), to_json(state));
    } catch (const std::exception& thrown) {
      problem = Error("state_not_kept", {.file = file_.path().string(), .found = error_from(thrown).what()});
    }
    lock.lock();
    failed_ = problem.has_value();
    if (!problem || told_) continue;
    problem_ = std::move(problem);
    lock.unlock();
    if (wake_) wake_();
  }
}

}  // namespace regard::shell
