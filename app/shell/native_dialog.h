// SPDX-License-Identifier: Apache-2.0
// The desktop's own dialog for files: zenity or kdialog, started beside the window. No shell is involved, and nobody waits for it.
// UI thread only.
#pragma once

#include "app/panels/common/dialog_state.h"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace regard::shell {

/// What the desktop is asked, in words and patterns.
struct NativeQuestion {
  std::string title{};
  std::filesystem::path start{};  ///< a folder, or the file that is proposed
  bool saving = false;
  std::string filter_name{};
  std::vector<std::string> patterns{};  ///< "*.png"
};
[[nodiscard]] NativeQuestion native_question(const PathDialog& dialog);

/// The environment that decides: an empty value is as good as none.
struct DesktopEnvironment {
  std::string path{};     ///< PATH
  std::string display{};  ///< DISPLAY or WAYLAND_DISPLAY
  std::string desktop{};  ///< XDG_CURRENT_DESKTOP or DESKTOP_SESSION
};
[[nodiscard]] DesktopEnvironment desktop_environment();

/// The program that asks: kdialog first where the desktop is KDE's, else zenity first; nothing without a desktop session or
/// where neither is installed.
[[nodiscard]] std::optional<std::filesystem::path> native_program(const DesktopEnvironment& environment);

/// Its arguments, the program itself first. Pure.
[[nodiscard]] std::vector<std::string> native_command(const std::filesystem::path& program,
                                                      const NativeQuestion& question);

class NativeDialog {
public:
  /// `wake` is called from another thread when the answer has come.
  explicit NativeDialog(std::function<void()> wake) : wake_(std::move(wake)) {}
  ~NativeDialog() { cancel(); }
  NativeDialog(const NativeDialog&) = delete;
  NativeDialog& operator=(const NativeDialog&) = delete;

  /// False: it could not be started.
  bool start(const std::vector<std::string>& command);
  [[nodiscard]] bool running() const { return reader_.joinable(); }
  /// Closes it; there will be no answer.
  void cancel();

  struct Answer {
    std::filesystem::path path{};  ///< empty: nothing was chosen
    bool failed = false;           ///< it never came up
  };
  [[nodiscard]] std::optional<Answer> take();

private:
  struct Child;
  std::function<void()> wake_;
  std::shared_ptr<Child> child_{};
  std::thread reader_{};
};

}  // namespace regard::shell
