// SPDX-License-Identifier: Apache-2.0
// The blocks of a step: what stands between "```state" and "```". Private to app/lesson. Pure.
#pragma once

#include "app/lesson/lesson.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Lines of a block and where the first of them stands.
struct LessonBlock {
  std::string name{};  ///< "state", "question", "check", "simplified"
  std::vector<std::string_view> lines{};
  std::size_t line = 0;  ///< of the line that opens it
};

/// "key: value" of each line; lines that are indented go on with the value before, lines that begin with # and empty ones are left
/// out. `keys`: those that may stand.
[[nodiscard]] std::vector<LessonLine> read_lines(const LessonBlock& block, std::span<const char* const> keys,
                                                 LessonNotes& notes);

[[nodiscard]] LessonState read_state(const LessonBlock& block, LessonNotes& notes);
/// Nothing where the question cannot be asked as it stands.
[[nodiscard]] std::optional<LessonQuestion> read_question(const LessonBlock& block, LessonNotes& notes);
[[nodiscard]] std::vector<LessonCheck> read_checks(const LessonBlock& block, LessonNotes& notes);

/// "a, b, c"
[[nodiscard]] std::string listed(std::span<const char* const> names);
/// What stands between spaces, commas and line ends.
[[nodiscard]] std::vector<std::string> words_in_list(std::string_view list);
[[nodiscard]] bool names_contain(std::string_view list, std::string_view name);

}  // namespace regard
