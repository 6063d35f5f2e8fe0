// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/dead_links.h"

#include "app/base/assets.h"
#include "app/lesson/glossary_text.h"
#include "app/lesson/lesson_files.h"

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;

/// The ids of the program's glossary, as the window reads it.
std::set<std::string> terms_of(const fs::path& built_in, Language spoken) {
  std::set<std::string> terms;
  const fs::path file = file_of_lesson("glossary", spoken, built_in);
  if (std::error_code none; !fs::is_regular_file(file, none)) return terms;
  for (const GlossaryEntry& entry : load_glossary_text(file).entries)
    terms.insert(entry.id);
  return terms;
}

std::string names_after(const char* scheme, const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ", ") + (scheme + name);
  return list.empty() ? "—" : list;
}

class DeadLinks {
public:
  DeadLinks(const Lesson& lesson, Language spoken)
      : built_in_(assets_folder() / "lessons"), from_(fs::absolute(lesson.file)), spoken_(spoken) {
    terms_ = terms_of(built_in_, spoken);
    for (const fs::path& folder : {built_in_, from_.parent_path()})
      for (std::string& name : lessons_in(folder))
        lessons_.insert(std::move(name));
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
    return is_lesson_file(file_of_lesson(target, spoken_, built_in_)) ||
           is_lesson_file(file_of_lesson(lesson_beside(from_, target).string(), spoken_, built_in_));
  }

  void add(const ProseSpan& span, const char* scheme, const std::set<std::string>& there) {
    add_mistake(found_, {span.line, Error("lesson_link",
                                          {.expected = names_after(scheme, there), .found = scheme + span.target})});
  }

  fs::path built_in_, from_;
  Language spoken_;
  std::set<std::string> terms_{}, lessons_{};
  std::vector<LessonMistake> found_{};
};

}  // namespace

std::vector<LessonMistake> dead_links(const Lesson& lesson, Language spoken) {
  DeadLinks links(lesson, spoken);
  for (const Prose* prose : texts_of(lesson))
    links.look(*prose);
  return std::move(links).found();
}

}  // namespace regard
