// SPDX-License-Identifier: Apache-2.0
#include "app/shell/lesson_printer.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostSaid = 64 * 1024;  // bytes

/// All that comes out of a pipe; what is too much is read, too, so that nobody waits for us. Closes it.
std::string all_of_pipe(int pipe) {
  std::string said;
  std::array<char, 4096> bytes{};
  for (;;) {
    const ssize_t count = ::read(pipe, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    if (said.size() < kMostSaid) said.append(bytes.data(), static_cast<std::size_t>(count));
  }
  ::close(pipe);
  return said;
}

}  // namespace

struct LessonPrinter::Child {
  std::mutex mutex{};
  pid_t pid = -1;          ///< -1: not started, or ended
  bool cancelled = false;  ///< it must not be started any more

  /// Starts this program; what it says to standard error comes out of the pipe that is returned. Throws Error.
  int start(const std::vector<std::string>& command);
  /// Waits for its end: did it end well?
  bool ended_well();
};

int LessonPrinter::Child::start(const std::vector<std::string>& command) {
  std::array<int, 2> pipe{-1, -1};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    throw Error("unexpected", {.found = std::generic_category().message(errno)});
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], 2);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& each : command)
    arguments.push_back(const_cast<char*>(each.c_str()));  // NOLINT: it is not written to
  arguments.push_back(nullptr);
  int problem = ECANCELED;
  {
    const std::lock_guard lock(mutex);
    pid_t started = -1;
    if (!cancelled) problem = ::posix_spawn(&started, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
    if (problem == 0) pid = started;
  }
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  if (problem == 0) return pipe[0];
  ::close(pipe[0]);
  throw Error("unexpected", {.found = std::generic_category().message(problem)});
}

bool LessonPrinter::Child::ended_well() {
  siginfo_t ended{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
  const std::lock_guard lock(mutex);  // the destructor signals nobody else's process
  int status = 0;
  ::waitpid(pid, &status, 0);
  pid = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::vector<std::string> print_command(const std::vector<fs::path>& lessons, const fs::path& file, Language language) {
  std::vector<std::string> command{"regard", "lesson", "print", "--lang", language == Language::ru ? "ru" : "en"};
  command.insert(command.end(), {"--output", file.string()});
  for (const fs::path& lesson : lessons)
    command.push_back(lesson.string());
  return command;
}

std::vector<std::string> sentences_of(const std::string& lines) {
  static constexpr std::string_view kBefore = "regard: ";
  std::vector<std::string> sentences;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    std::string_view line = std::string_view(lines).substr(at, end - at);
    if (line.starts_with(kBefore)) line.remove_prefix(kBefore.size());
    if (!line.empty()) sentences.emplace_back(line);
    at = end + 1;
  }
  return sentences;
}

LessonPrinter::~LessonPrinter() {
  if (!child_) return;
  const std::lock_guard lock(child_->mutex);
  child_->cancelled = true;
  if (child_->pid > 0) ::kill(child_->pid, SIGKILL);  // the window must not wait for it
}

void LessonPrinter::begin(std::function<std::vector<fs::path>()> lessons, fs::path file, Language language) {
  child_ = std::make_shared<Child>();
  printing_.begin(
      [child = child_, lessons = std::move(lessons), file = std::move(file), language] {
        const int pipe = child->start(print_command(lessons(), file, language));
        std::string said = all_of_pipe(pipe);
        const bool whole = child->ended_well();
        return Printed{file, whole, sentences_of(said)};
      },
      wake_);
}

}  // namespace regard::shell
