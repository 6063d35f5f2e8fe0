// SPDX-License-Identifier: Apache-2.0
#include "app/shell/lesson_host.h"

#include "app/lesson/lesson_files.h"
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

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
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

LessonHost::Shelf LessonHost::shelf_of(const fs::path& built_in, Language language) {
  Shelf shelf;
  for (const std::string& stem : lessons_in(built_in))
    shelf.entries.push_back(entry_of_lesson(stem, file_of_lesson(stem, language, built_in), false));
  if (const fs::path folder = own_lessons_folder(); !folder.empty())
    for (const std::string& stem : lessons_in(folder)) {
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
