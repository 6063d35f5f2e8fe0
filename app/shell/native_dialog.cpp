// SPDX-License-Identifier: Apache-2.0
#include "app/shell/native_dialog.h"

#include "app/panels/frame/path_dialog.h"
#include "app/style/bmp_text.h"
#include "app/style/locale.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <utility>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

/// A program without a display says no as one does who presses Cancel; but nobody is that fast.
constexpr std::chrono::milliseconds kNobodyIsFaster{300};

std::string first_set(const char* name, const char* other) {
  for (const char* each : {name, other})
    if (const char* value = std::getenv(each); value != nullptr && *value != '\0') return value;
  return {};
}

std::optional<fs::path> program_on(const std::string& path, const char* name) {
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const fs::path program = fs::path(path.substr(at, end - at)) / name;
    if (program.is_absolute() && ::access(program.c_str(), X_OK) == 0) return program;
    at = end + 1;
  }
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& patterns) {
  std::string text;
  for (const std::string& pattern : patterns)
    text += (text.empty() ? "" : " ") + pattern;
  return text;
}

/// What a dialog is to begin with: a folder must end with a slash, or it is taken for a name.
std::string start_of(const NativeQuestion& question) {
  std::error_code ignored;
  const std::string start = question.start.string();
  return fs::is_directory(question.start, ignored) && !start.ends_with('/') ? start + "/" : start;
}

}  // namespace

struct NativeDialog::Child {
  std::mutex mutex{};
  pid_t pid = -1;  ///< -1: it has ended
  int output = -1;
  std::string said{};
  int status = 0;
  bool done = false;
  bool forgotten = false;  ///< nobody waits for the answer
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration lasted{};
};

NativeQuestion native_question(const PathDialog& dialog) {
  NativeQuestion question;
  question.title = tr(title_of(dialog.kind));
  question.saving = is_saving(dialog.kind);
  question.start = question.saving ? dialog.folder / from_field(dialog.field.text) : dialog.folder;
  switch (filter_of(dialog.kind)) {
    case FileFilter::sessions:
      question.filter_name = tr("files.sessions");
      question.patterns = {"*.json"};
      break;
    case FileFilter::models:
      question.filter_name = tr("files.models");
      question.patterns = {"*.gguf", "*.safetensors", "*.bin", "*.pt", "config.json"};
      break;
    case FileFilter::pictures:
      question.filter_name = tr("files.pictures");
      question.patterns = {"*.png"};
      break;
    case FileFilter::lessons:
      question.filter_name = tr("files.lessons");
      question.patterns = {"*.md"};
      break;
    case FileFilter::corpora:
      question.filter_name = tr("files.corpora");
      question.patterns = {"*.conllu", "*.conll", "*.txt"};
      break;
    case FileFilter::texts:
      question.filter_name = tr("files.texts");
      question.patterns = {"*.txt"};
      break;
    case FileFilter::exports:
      question.filter_name = tr("files.exports");
      question.patterns = {"*.png", "*.svg", "*.pdf", "*.csv", "*.json", "*.npz"};
      break;
    case FileFilter::handouts:
      question.filter_name = tr("files.handouts");
      question.patterns = {"*.pdf", "*.html"};
      break;
    case FileFilter::all:
      break;
  }
  return question;
}

DesktopEnvironment desktop_environment() {
  return {.path = first_set("PATH", "PATH"),
          .display = first_set("DISPLAY", "WAYLAND_DISPLAY"),
          .desktop = first_set("XDG_CURRENT_DESKTOP", "DESKTOP_SESSION")};
}

std::optional<fs::path> native_program(const DesktopEnvironment& environment) {
  if (environment.display.empty() || environment.desktop.empty()) return std::nullopt;
  const bool kde = environment.desktop.find("KDE") != std::string::npos;
  for (const char* name : {kde ? "kdialog" : "zenity", kde ? "zenity" : "kdialog"})
    if (std::optional<fs::path> program = program_on(environment.path, name)) return program;
  return std::nullopt;
}

std::vector<std::string> native_command(const fs::path& program, const NativeQuestion& question) {
  std::vector<std::string> command{program.string()};
  const auto add = [&](std::string argument) { command.push_back(std::move(argument)); };
  if (program.filename() == "kdialog") {
    add("--title");
    add(question.title);
    add(question.saving ? "--getsavefilename" : "--getopenfilename");
    add(start_of(question));
    if (!question.patterns.empty()) add(joined(question.patterns) + "|" + question.filter_name);
    return command;
  }
  add("--file-selection");
  add("--title=" + question.title);
  add("--filename=" + start_of(question));
  if (question.saving) add("--save");
  if (question.saving) add("--confirm-overwrite");
  if (!question.patterns.empty()) add("--file-filter=" + question.filter_name + " | " + joined(question.patterns));
  if (!question.saving) add("--file-filter=* | *");
  return command;
}

bool NativeDialog::start(const std::vector<std::string>& command) {
  cancel();
  std::array<int, 2> pipe{-1, -1};
  if (command.empty() || ::pipe2(pipe.data(), O_CLOEXEC) != 0) return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& each : command)
    arguments.push_back(const_cast<char*>(each.c_str()));  // NOLINT: it is not written to
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int problem = ::posix_spawnp(&pid, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  if (problem != 0) {
    ::close(pipe[0]);
    return false;
  }
  child_ = std::make_shared<Child>();
  child_->pid = pid;
  child_->output = pipe[0];
  reader_ = std::thread([child = child_, pid, wake = wake_] {
    std::string said;
    std::array<char, 4096> bytes{};
    for (;;) {
      const ssize_t count = ::read(child->output, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      said.append(bytes.data(), static_cast<std::size_t>(count));
    }
    ::close(child->output);
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
    {
      const std::lock_guard lock(child->mutex);
      ::waitpid(pid, &child->status, 0);  // under the lock: cancel() signals nobody else's process
      child->pid = -1;
      child->said = std::move(said);
      child->lasted = std::chrono::steady_clock::now() - child->started;
      child->done = true;
      if (wake && !child->forgotten) wake();
    }
  });
  return true;
}

void NativeDialog::cancel() {
  if (!reader_.joinable()) return;
  {
    const std::lock_guard lock(child_->mutex);
    if (child_->pid > 0) ::kill(child_->pid, SIGTERM);
    child_->forgotten = true;
  }
  reader_.detach();  // what the dialog itself has started may hold its output open
  child_.reset();
}

std::optional<NativeDialog::Answer> NativeDialog::take() {
  if (!reader_.joinable()) return std::nullopt;
  {
    const std::lock_guard lock(child_->mutex);
    if (!child_->done) return std::nullopt;
  }
  reader_.join();
  const std::shared_ptr<Child> child = std::exchange(child_, nullptr);
  std::string said = child->said;
  if (const std::size_t end = said.find_last_not_of("\r\n"); end != std::string::npos) said.resize(end + 1);
  const bool chose = WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0 && said.starts_with('/');
  if (chose) return Answer{said, false};
  const bool refused = WIFEXITED(child->status) && WEXITSTATUS(child->status) == 1;
  return Answer{{}, !refused || child->lasted < kNobodyIsFaster};
}

}  // namespace regard::shell
