// SPDX-License-Identifier: Apache-2.0
// `regard lesson check|new|print`: lessons without a window.
#pragma once

#include "app/cli/commands.h"
#include "app/session/preferences.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace regard::cli {

struct LessonCommand {
  std::vector<std::string> files{};  ///< lessons, or folders of them
  std::filesystem::path new_file{};  ///< empty: standard output
  std::filesystem::path out{};       ///< of print: .pdf or .html
  std::optional<Language> language{};
};

/// A line for every mistake, claim and question, with the numbers; is everything as the lessons say?
[[nodiscard]] bool check_lessons(const LessonCommand& command, Streams streams);
/// Writes a lesson with comments to begin with. A file that is there already is left alone.
void write_new_lesson(const LessonCommand& command, Streams streams);
/// Handouts; each lesson in the language its file's name ends with (".ru.md") unless another one was asked for.
void print_lessons(const LessonCommand& command, Streams streams);

}  // namespace regard::cli
