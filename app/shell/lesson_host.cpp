// SPDX-License-Identifier: Apache-2.0
#include "app/shell/lesson_host.h"

#include "app/panels/lesson/glossary_file.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLessons = 500;  // of a folder

const char* suffix_of(Language language) {
  return language == Language::ru ? ".ru.md" : ".en.md";
}
Language other(Language language) {
  return language == Language::ru ? Language::en : Language::ru;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// "01-look" of "01-look.ru.md" and of "01-look.md"; empty where the name is none of a lesson.
std::string lesson_stem(const std::string& name) {
  for (const std::string_view suffix : {".ru.md", ".en.md", ".md"})
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  return {};
}

/// Names of a folder's lessons, sorted, each once.
std::vector<std::string> stems_in(const fs::path& folder) {
  static const std::set<std::string> kNone{"", "README", "glossary"};
  std::set<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string stem = lesson_stem(entry->path().filename().string());
    if (!kNone.contains(stem) && !stem.starts_with('.') && found.size() < kMostLessons) found.insert(stem);
  }
  return {found.begin(), found.end()};
}

LessonEntry entry_of_lesson(std::string lesson, const fs::path& file, bool own) {
  const Lesson read = load_lesson(file);
  return {.lesson = std::move(lesson),
          .title = read.title.empty() ? lesson_stem(file.filename().string()) : read.title,
          .minutes = read.minutes,
          .steps = read.steps.size(),
          .own = own,
          .broken = read.steps.empty()};
}

}  // namespace

fs::path own_lessons_folder() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && fs::path(data).is_absolute())
    return fs::path(data) / "regard" / "lessons";
  const char* home = std::getenv("HOME");
  if (home == nullptr || !fs::path(home).is_absolute()) return {};
  return fs::path(home) / ".local" / "share" / "regard" / "lessons";
}

fs::path file_of_lesson(const std::string& lesson, Language language, const fs::path& built_in) {
  const fs::path named(lesson);
  if (named.is_absolute() && is_file(named)) return named;
  const std::string stem = named.is_absolute() ? lesson_stem(lesson) : (built_in / lesson).string();
  for (const Language each : {language, other(language)})
    if (fs::path file = stem + suffix_of(each); !stem.empty() && is_file(file)) return file;
  return named.is_absolute() ? named : fs::path(stem + suffix_of(language));
}

std::string lesson_meant(const std::string& given, const fs::path& built_in) {
  std::error_code ignored;
  if (given.find('/') != std::string::npos || given.ends_with(".md") || is_file(given))
    return fs::absolute(given, ignored).lexically_normal().string();
  const std::vector<std::string> names = stems_in(built_in);
  std::vector<std::string> begun;
  for (const std::string& name : names) {
    if (name == given) return name;
    const bool number = name.starts_with("0" + given + "-");
    if (name.starts_with(given) || number) begun.push_back(name);
  }
  if (begun.size() == 1) return begun.front();
  std::string known;
  for (const std::string& name : names)
    known += (known.empty() ? "" : ", ") + name;
  throw Error("lesson_unknown", {.item = "--lesson", .expected = known, .found = given});
}

LessonHost::Shelf LessonHost::shelf_of(const fs::path& built_in, Language language) {
  Shelf shelf;
  for (const std::string& stem : stems_in(built_in))
    shelf.entries.push_back(entry_of_lesson(stem, file_of_lesson(stem, language, built_in), false));
  if (const fs::path folder = own_lessons_folder(); !folder.empty())
    for (const std::string& stem : stems_in(folder)) {
      const std::string lesson = (folder / (stem + ".md")).string();
      shelf.entries.push_back(entry_of_lesson(lesson, file_of_lesson(lesson, language, built_in), true));
    }
  const fs::path file = file_of_lesson("glossary", language, built_in);
  if (is_file(file)) {
    GlossaryFile read = load_glossary(file);
    shelf.glossary = std::make_shared<const Glossary>(make_glossary(std::move(read.terms)));
    for (const LessonMistake& mistake : read.mistakes)
      shelf.problems.push_back(mistake.error);
  }
  return shelf;
}

bool LessonHost::follow(const std::string& lesson, Language language) {
  if (const auto brought = looking_.take(); brought && brought->value) shelf_ = *brought->value;
  if (!looking_.under_way() && looked_in_ != language) {
    looked_in_ = language;
    looking_.begin([folder = built_in_, language] { return shelf_of(folder, language); }, wake_);
  }
  bool came = false;
  if (const auto brought = reading_.take();
      brought && brought->value && read_ && (*brought->value)->name == read_->lesson) {
    open_ = *brought->value;
    came = true;
  }
  if (lesson.empty()) {
    open_.reset();
    read_.reset();
    return false;
  }
  const Wanted wanted{lesson, language};
  if (reading_.under_way() || read_ == wanted) return came;
  if (open_ && open_->name != lesson) open_.reset();
  read_ = wanted;
  reading_.begin(
      [folder = built_in_, wanted] {
        auto opened = std::make_shared<OpenedLesson>();
        opened->name = wanted.lesson;
        opened->lesson = load_lesson(file_of_lesson(wanted.lesson, wanted.language, folder));
        opened->sessions = load_lesson_sessions(opened->lesson);
        return std::shared_ptr<const OpenedLesson>(std::move(opened));
      },
      wake_);
  return came;
}

std::vector<Error> LessonHost::take_problems() {
  return std::exchange(shelf_.problems, {});
}

}  // namespace regard::shell
