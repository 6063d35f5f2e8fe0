// SPDX-License-Identifier: Apache-2.0
// Handouts, written by a process of its own: this program, as `regard lesson print`. Laying them out runs models and speaks the
// language chosen, which only one thread may do, and the window must not wait for it. UI thread only.
#pragma once

#include "app/jobs/errand.h"
#include "app/session/preferences.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard::shell {

/// What became of a handout.
struct Printed {
  std::filesystem::path file{};
  bool whole = false;               ///< it was written
  std::vector<std::string> said{};  ///< sentences of the process: remarks, or at last why it was not written
};

/// The arguments, the program's name first.
[[nodiscard]] std::vector<std::string> print_command(const std::vector<std::filesystem::path>& lessons,
                                                     const std::filesystem::path& file, Language language);
/// The sentences of a process's lines, without the "regard: " before them. Pure.
[[nodiscard]] std::vector<std::string> sentences_of(const std::string& lines);

class LessonPrinter {
public:
  /// `wake` is called from another thread when the process has ended.
  explicit LessonPrinter(std::function<void()> wake) : wake_(std::move(wake)) {}
  /// Ends the process.
  ~LessonPrinter();
  LessonPrinter(const LessonPrinter&) = delete;
  LessonPrinter& operator=(const LessonPrinter&) = delete;

  /// `lessons` tells their files and is called on the other thread. None must be under way.
  void begin(std::function<std::vector<std::filesystem::path>()> lessons, std::filesystem::path file,
             Language language);
  [[nodiscard]] bool busy() const { return printing_.under_way(); }
  /// What came of it, once. An Error: the process could not be started.
  [[nodiscard]] std::optional<Brought<Printed>> take() { return printing_.take(); }

private:
  struct Child;
  std::function<void()> wake_;
  std::shared_ptr<Child> child_{};
  Errand<Printed> printing_{};
};

}  // namespace regard::shell
