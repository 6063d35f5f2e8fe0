// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/lesson_files.h"

#include "app/lesson/lesson_number.h"
#include "core/base/error.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLessonEnding = ".md";

const char* suffix_of(Language language) {
  return language == Language::ru ? ".ru.md" : ".en.md";
}
Language other_language(Language language) {
  return language == Language::ru ? Language::en : Language::ru;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// Without the ending, and the language in it; empty where it ends otherwise.
std::string without_ending(const std::string& name) {
  for (const std::string_view suffix : {std::string_view(".ru.md"), std::string_view(".en.md"), kLessonEnding})
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  return {};
}

/// The number a lesson's name begins with: 1 of "01-look".
std::optional<std::size_t> number_of_name(std::string_view name) {
  return whole_number(name.substr(0, name.find('-')));
}

/// Those of some names that are meant; at most one where it is clear.
std::vector<std::string> names_meant(const std::string& given, const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), given) != names.end()) return {given};
  const std::optional<std::size_t> number = whole_number(given);
  std::vector<std::string> meant;
  for (const std::string& name : names)
    if (number ? number_of_name(name) == number : name.starts_with(given)) meant.push_back(name);
  return meant;
}

}  // namespace

std::string lesson_stem(const std::string& file_name) {
  const std::string stem = without_ending(file_name);
  return stem == "README" || stem == "glossary" || stem.starts_with('.') ? std::string() : stem;
}

std::optional<Language> language_of_lesson(const fs::path& file) {
  const std::string name = file.filename().string();
  for (const Language language : {Language::ru, Language::en})
    if (name.ends_with(suffix_of(language))) return language;
  return std::nullopt;
}

std::vector<std::string> lessons_in(const fs::path& folder) {
  std::set<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string stem = lesson_stem(entry->path().filename().string());
    if (!stem.empty() && found.size() < max_lessons_in_folder) found.insert(stem);
  }
  return {found.begin(), found.end()};
}

std::vector<fs::path> lesson_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const std::string& stem : lessons_in(folder))
    for (const std::string_view suffix : {kLessonEnding, std::string_view(".en.md"), std::string_view(".ru.md")})
      if (fs::path file = folder / (stem + std::string(suffix)); is_there(file)) files.push_back(std::move(file));
  return files;
}

bool is_lesson_file(const fs::path& file) {
  return !lesson_stem(file.filename().string()).empty() && is_there(file);
}

fs::path file_of_lesson(const std::string& lesson, Language language, const fs::path& built_in) {
  const fs::path named(lesson);
  if (named.is_absolute() && is_there(named)) return named;
  const std::string stem = named.is_absolute() ? without_ending(lesson) : (built_in / lesson).string();
  for (const Language each : {language, other_language(language)})
    if (fs::path file = stem + suffix_of(each); !stem.empty() && is_there(file)) return file;
  return named.is_absolute() ? named : fs::path(stem + suffix_of(language));
}

fs::path lesson_beside(const fs::path& from, const std::string& name) {
  return from.parent_path() / (name.ends_with(kLessonEnding) ? name : name + std::string(kLessonEnding));
}

std::string lesson_meant(const std::string& given, const fs::path& built_in) {
  std::error_code ignored;
  if (given.find('/') != std::string::npos || given.ends_with(kLessonEnding) || is_there(given))
    return fs::absolute(given, ignored).lexically_normal().string();
  const std::vector<std::string> names = lessons_in(built_in);
  const std::vector<std::string> meant = names_meant(given, names);
  if (meant.size() == 1) return meant.front();
  std::string known;
  for (const std::string& name : names)
    known += (known.empty() ? "" : ", ") + name;
  throw Error("lesson_unknown", {.expected = known, .found = given});
}

}  // namespace regard
