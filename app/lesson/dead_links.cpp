// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/dead_links.h"

#include "app/base/assets.h"
#include "core/base/text_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostGlossaryBytes = std::size_t{1} << 20;
constexpr std::array<std::string_view, 3> kLessonEndings{".ru.md", ".en.md", ".md"};

bool is_there(const fs::path& file) {
  std::error_code none;
  return fs::is_regular_file(file, none);
}

/// The ids of "## name {#id}".
void add_terms(const std::string& glossary, std::set<std::string>& terms) {
  for (std::size_t at = 0; at < glossary.size();) {
    const std::size_t end = std::min(glossary.find('\n', at), glossary.size());
    const std::string_view line = std::string_view(glossary).substr(at, end - at);
    const std::size_t open = line.rfind("{#"), close = line.rfind('}');
    if (line.starts_with("## ") && open != std::string_view::npos && close != std::string_view::npos && close > open)
      terms.emplace(line.substr(open + 2, close - open - 2));
    at = end + 1;
  }
}

std::set<std::string> terms_of(const fs::path& folder, Language spoken) {
  std::set<std::string> terms;
  const bool russian = spoken == Language::ru;
  for (const char* name :
       {russian ? "glossary.ru.md" : "glossary.en.md", russian ? "glossary.en.md" : "glossary.ru.md"})
    if (is_there(folder / name)) {
      add_terms(read_file(folder / name, kMostGlossaryBytes), terms);
      break;
    }
  return terms;
}

/// Names of a folder's lessons without their endings.
void add_lessons(const fs::path& folder, std::set<std::string>& lessons) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const auto ending = std::find_if(kLessonEndings.begin(), kLessonEndings.end(),
                                     [&](std::string_view each) { return name.ends_with(each); });
    if (ending == kLessonEndings.end() || name.starts_with("README") || name.starts_with("glossary")) continue;
    lessons.insert(name.substr(0, name.size() - ending->size()));
  }
}

std::string names_after(const char* scheme, const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ", ") + (scheme + name);
  return list.empty() ? "—" : list;
}

class DeadLinks {
public:
  DeadLinks(const Lesson& lesson, Language spoken) {
    const fs::path built_in = assets_folder() / "lessons";
    here_ = fs::path(lesson.file).parent_path();
    if (here_.empty()) here_ = ".";
    terms_ = terms_of(built_in, spoken);
    terms_.merge(terms_of(here_, spoken));
    add_lessons(built_in, lessons_);
    add_lessons(here_, lessons_);
  }

  void look(const Prose& prose) { look(prose.blocks); }
  std::vector<LessonMistake> found() && { return std::move(found_); }

private:
  void look(const std::vector<ProseBlock>& blocks) {
    for (const ProseBlock& block : blocks) {
      for (const ProseSpan& span : block.spans) {
        if (span.link == ProseLink::term && !terms_.contains(span.target)) add(span, "term:", terms_);
        if (span.link == ProseLink::lesson && !leads_to_lesson(span.target)) add(span, "lesson:", lessons_);
      }
      look(block.blocks);
    }
  }

  [[nodiscard]] bool leads_to_lesson(const std::string& target) const {
    return lessons_.contains(target) || is_there(here_ / target) || is_there(here_ / (target + ".md"));
  }

  void add(const ProseSpan& span, const char* scheme, const std::set<std::string>& there) {
    found_.push_back(
        {span.line, Error("lesson_link", {.expected = names_after(scheme, there), .found = scheme + span.target})});
  }

  fs::path here_{};
  std::set<std::string> terms_{}, lessons_{};
  std::vector<LessonMistake> found_{};
};

}  // namespace

std::vector<LessonMistake> dead_links(const Lesson& lesson, Language spoken) {
  DeadLinks links(lesson, spoken);
  links.look(lesson.introduction);
  for (const LessonStep& step : lesson.steps) {
    links.look(step.prose);
    links.look(step.simplified);
    if (!step.question) continue;
    for (const Prose* prose : {&step.question->ask, &step.question->nudge, &step.question->after})
      links.look(*prose);
  }
  return std::move(links).found();
}

}  // namespace regard
