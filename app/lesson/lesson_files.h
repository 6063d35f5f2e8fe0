// SPDX-License-Identifier: Apache-2.0
// Which files are lessons, and which of them is meant: one rule for the window, the command line and the links of lessons.
// "01-look.ru.md" and "01-look.en.md" are one lesson in two languages, "own.md" is one in whatever language. All but lesson_stem(),
// language_of_lesson() and lesson_beside() look at the disk. Any thread.
#pragma once

#include "app/session/preferences.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace regard {

inline constexpr std::size_t max_lessons_in_folder = 500;

/// "01-look" of "01-look.ru.md" and of "01-look.md"; empty where a file of that name is no lesson: README, glossary, hidden ones,
/// other endings.
[[nodiscard]] std::string lesson_stem(const std::string& file_name);
/// ".ru.md" says Russian.
[[nodiscard]] std::optional<Language> language_of_lesson(const std::filesystem::path& file);

/// Stems of a folder's lessons, sorted, each once; of more than max_lessons_in_folder those that the disk names first.
[[nodiscard]] std::vector<std::string> lessons_in(const std::filesystem::path& folder);
/// Their files, in every language, sorted.
[[nodiscard]] std::vector<std::filesystem::path> lesson_files_in(const std::filesystem::path& folder);
[[nodiscard]] bool is_lesson_file(const std::filesystem::path& file);

/// Which file a lesson is in a language: that one, or where it is not there, the other one's. `lesson` is a name of the
/// program's own, or an absolute path; of "x.md" that is not there, "x.ru.md" or "x.en.md" is taken.
[[nodiscard]] std::filesystem::path file_of_lesson(const std::string& lesson, Language language,
                                                   const std::filesystem::path& built_in);
/// The file that a link "lesson:<name>" means in a lesson that is read from `from`, where that is none of the program's.
[[nodiscard]] std::filesystem::path lesson_beside(const std::filesystem::path& from, const std::string& name);

/// What a person wrote on the command line as a LessonPlace names it: a name, the number that one begins with, the beginning of one
/// alone, or a file. Throws Error lesson_unknown that lists the names.
[[nodiscard]] std::string lesson_meant(const std::string& given, const std::filesystem::path& built_in);

}  // namespace regard
