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
  if (!is_file(file)) return shelf;
  try {
    GlossaryFile read = load_glossary(file);
    shelf.glossary = std::make_shared<const Glossary>(make_glossary(std::move(read.terms)));
    for (const LessonMistake& mistake : read.mistakes)
      shelf.problems.push_back(mistake.error);
  } catch (const Error& error) {  // the lessons are none the worse
    shelf.problems.push_back(error);
  }
  return shelf;
}

LessonHost::Read LessonHost::read(const Wanted& wanted, const fs::path& built_in) {
  const fs::path file = file_of_lesson(wanted.lesson, wanted.language, built_in);
  const FileStamp stamp = stamp_of(file);
  auto opened = std::make_shared<OpenedLesson>();
  opened->name = wanted.lesson;
  opened->lesson = load_lesson(file);
  opened->sessions = load_lesson_sessions(opened->lesson);
  return {std::move(opened), stamp};
}

bool LessonHost::take_shelf() {
  auto brought = looking_.take();
  if (!brought) return false;
  if (brought->problem) problems_.push_back(*brought->problem);
  if (!brought->value) return false;
  shelf_ = std::move(*brought->value);
  problems_.insert(problems_.end(), shelf_.problems.begin(), shelf_.problems.end());
  shelf_.problems.clear();
  return true;
}

bool LessonHost::take_lesson() {
  auto brought = reading_.take();
  if (!brought) return false;
  const bool written = std::exchange(reads_what_was_written_, false);
  if (brought->problem) problems_.push_back(*brought->problem);
  if (!brought->value || !read_ || brought->value->lesson->name != read_->lesson) return false;
  const Lesson& lesson = brought->value->lesson->lesson;
  if (written && open_ && lesson.file != open_->lesson.file) {  // that one is away: it may come again
    watch_.watch(open_->lesson.file, {});
    return false;
  }
  watch_.watch(lesson.file, brought->value->stamp);
  const bool worse = !lesson.mistakes.empty() && (lesson.steps.empty() || (open_ && open_->lesson.mistakes.empty()));
  if (written && open_ && open_->name == read_->lesson && worse) {
    kept_ = {lesson.file, lesson.mistakes.front()};
    return false;
  }
  open_ = std::move(brought->value->lesson);
  open_in_ = read_->language;
  return true;
}

LessonsCame LessonHost::follow(const std::string& lesson, Language language) {
  LessonsCame came{.shelf = take_shelf()};
  if (!looking_.under_way() && looked_in_ != language) {
    looked_in_ = language;
    looking_.begin([folder = built_in_, language] { return shelf_of(folder, language); }, wake_);
  }
  came.lesson = take_lesson();
  if (lesson.empty()) {
    if (read_) watch_.watch({}, {});
    open_.reset();
    read_.reset();
    return {.shelf = came.shelf};
  }
  const Wanted wanted{lesson, language};
  if (reading_.under_way()) return came;
  const bool written = watch_.take_change() && read_ == wanted;
  if (read_ == wanted && !written) return came;
  if (open_ && open_->name != lesson) open_.reset();
  read_ = wanted;
  reads_what_was_written_ = written;
  reading_.begin([folder = built_in_, wanted] { return read(wanted, folder); }, wake_);
  return came;
}

std::vector<Error> LessonHost::take_problems() {
  return std::exchange(problems_, {});
}

std::optional<LessonKept> LessonHost::take_kept() {
  return std::exchange(kept_, std::nullopt);
}

}  // namespace regard::shell
