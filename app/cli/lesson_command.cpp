// SPDX-License-Identifier: Apache-2.0
#include "app/cli/lesson_command.h"

#include "app/base/assets.h"
#include "app/base/given_path.h"
#include "app/base/model_path.h"
#include "app/jobs/waited_runs.h"
#include "app/lesson/dead_links.h"
#include "app/lesson/handout.h"
#include "app/lesson/lesson_check.h"
#include "app/lesson/lesson_files.h"
#include "app/lesson/told.h"
#include "app/style/locale.h"
#include "core/base/text_file.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <utility>

namespace regard::cli {
namespace {

namespace fs = std::filesystem;

/// A README or glossary, which "lessons/*.md" names with the lessons.
bool stands_beside_lessons(const fs::path& path) {
  return path.extension() == ".md" && lesson_stem(path.filename().string()).empty();
}

/// What was named: files; the lessons of folders; lessons of the program by name or number, in one language or in both.
std::vector<fs::path> lesson_files(const LessonCommand& command, std::optional<Language> only, std::ostream& err) {
  const fs::path built_in = assets_folder() / "lessons";
  std::vector<fs::path> files;
  for (const std::string& named : command.files) {
    const fs::path path = given_path(named);
    std::error_code none;
    if (fs::is_directory(path, none)) {
      const std::vector<fs::path> inside = lesson_files_in(path);
      if (inside.empty()) throw Refusal(tr("cli.refusal.no_lesson", {{"folder", path.string()}}));
      files.insert(files.end(), inside.begin(), inside.end());
    } else if (stands_beside_lessons(path) && fs::exists(path, none)) {
      err << "regard: " << tr("cli.remark.no_lesson", {{"file", path.string()}}) << '\n';
    } else if (fs::exists(path, none) || path.has_parent_path() || path.extension() == ".md") {
      files.push_back(path);
    } else {
      const std::string lesson = lesson_meant(named, built_in);
      for (const Language each : {Language::ru, Language::en})
        if (const fs::path file = file_of_lesson(lesson, only.value_or(each), built_in);
            std::find(files.begin(), files.end(), file) == files.end())
          files.push_back(file);
    }
  }
  if (files.empty()) throw Refusal(tr("cli.refusal.nothing_is_lesson"));
  return files;
}

class Runs {
public:
  [[nodiscard]] RunSession run() {
    return [this](const Session& session) { return runs_.of(session); };
  }

private:
  WaitedRuns runs_{[](const std::string& model) { return model_path(model).string(); }};
};

/// What a lesson's pages would lack without anybody's being told.
void remark_mistakes(const std::string& file, const HandoutLesson& lesson, std::ostream& err) {
  std::vector<std::string> said;
  for (const LessonMistake& mistake : lesson.mistakes) {
    std::string sentence = told(file, mistake);
    if (std::find(said.begin(), said.end(), sentence) != said.end()) continue;
    err << "regard: " << sentence << '\n';
    said.push_back(std::move(sentence));
  }
}

bool is_html(const fs::path& file) {
  return file.extension() == ".html" || file.extension() == ".htm";
}

}  // namespace

bool check_lessons(const LessonCommand& command, Streams streams) {
  Runs runs;
  std::size_t lines = 0, failed = 0;
  for (const fs::path& file : lesson_files(command, std::nullopt, streams.err)) {
    Lesson lesson = load_lesson(file);
    for (LessonMistake& mistake : dead_links(lesson, language_of_lesson(file).value_or(language())))
      lesson.mistakes.push_back(std::move(mistake));
    for (const CheckLine& line : check_lesson(std::move(lesson), runs.run())) {
      const char* verdict = line.passed ? "cli.lesson.passes" : "cli.lesson.fails";
      streams.out << file.string();
      if (line.line > 0) streams.out << ':' << line.line;
      streams.out << ": " << tr(verdict) << ": " << line.what << (line.what.empty() ? "" : ": ") << line.found << '\n';
      ++lines;
      if (!line.passed) ++failed;
    }
    streams.out.flush();
  }
  streams.out << tr_plural("cli.lesson.checked", lines) << "; " << tr_plural("cli.lesson.failed", failed) << '\n';
  return failed == 0;
}

void write_new_lesson(const LessonCommand& command, Streams streams) {
  const Language spoken = command.language.value_or(language_of_lesson(command.new_file).value_or(language()));
  const std::string name = spoken == Language::ru ? "ru.md" : "en.md";
  const std::string lesson = read_file(assets_folder() / "lessons" / "template" / name, max_lesson_bytes);
  if (command.new_file.empty()) {
    streams.out << lesson;
    return;
  }
  std::error_code none;
  if (fs::exists(command.new_file, none))
    throw Refusal(tr("cli.refusal.exists", {{"file", command.new_file.string()}}));
  write_file_atomically(command.new_file, lesson);
}

void print_lessons(const LessonCommand& command, Streams streams) {
  const bool html = is_html(command.out);
  if (!html && command.out.extension() != ".pdf")
    throw Refusal(tr("cli.refusal.handout_ending", {{"file", command.out.string()}}));
  std::vector<HandoutLesson> lessons;
  Runs runs;
  for (const fs::path& file : lesson_files(command, language(), streams.err)) {
    Lesson lesson = load_lesson(file);
    if (lesson.steps.empty()) throw Refusal(told(file.string(), lesson.mistakes.front()));
    {
      const ScopedLanguage spoken(command.language.value_or(language_of_lesson(file).value_or(language())));
      lessons.push_back(gather_handout(std::move(lesson), runs.run()));
    }
    remark_mistakes(file.string(), lessons.back(), streams.err);
  }
  write_file_atomically(command.out, html ? handout_as_html(lessons) : handout_as_pdf(lessons));
}

}  // namespace regard::cli
