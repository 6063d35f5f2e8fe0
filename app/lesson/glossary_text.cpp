// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/glossary_text.h"

#include "core/base/lines.h"
#include "core/base/text_file.h"
#include "core/base/text_parts.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <set>
#include <utility>

namespace regard {
namespace {

/// One term while its lines are read.
struct DraftOfTerm {
  GlossaryEntry term{};
  std::string prose{};
  std::size_t line = 0;        ///< of its heading
  std::size_t prose_line = 0;  ///< of the first line of `prose`
  bool head = true;            ///< `also` and `show` may follow
};

/// "голова {#head}" -> name and id.
bool read_heading(std::string_view text, GlossaryEntry& term) {
  const std::size_t open = text.rfind("{#");
  const std::size_t close = text.rfind('}');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return false;
  term.name = std::string(trimmed(text.substr(0, open)));
  term.id = std::string(trimmed(text.substr(open + 2, close - open - 2)));
  return !term.name.empty() && !term.id.empty();
}

void read_forms(std::string_view text, std::vector<std::string>& forms) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (const std::string_view form = trimmed(text.substr(at, end - at)); !form.empty()) forms.emplace_back(form);
    at = end + 1;
  }
}

class GlossaryReader {
public:
  explicit GlossaryReader(const std::string& file) : file_(file) {}

  void line(std::string_view text, std::size_t number) {
    if (text.starts_with("## ")) return begin(trimmed(text.substr(3)), number);
    if (!open_) return;
    if (draft_.head && text.starts_with("also:")) return read_forms(text.substr(5), draft_.term.forms);
    if (text.starts_with("show:")) {
      draft_.term.show = std::string(trimmed(text.substr(5)));
      return;
    }
    if (draft_.prose.empty() && trimmed(text).empty()) return;
    draft_.head = false;
    if (draft_.prose.empty()) draft_.prose_line = number;
    draft_.prose += std::string(text) + "\n";
  }

  GlossaryText end() {
    finish();
    return {std::move(entries_), std::move(notes_.mistakes)};
  }

private:
  void begin(std::string_view heading, std::size_t number) {
    finish();
    draft_ = {};
    draft_.line = number;
    open_ = read_heading(heading, draft_.term);
    if (!open_) complain("glossary_heading", std::string(heading), number);
  }

  void finish() {
    if (!std::exchange(open_, false)) return;
    if (!ids_.insert(draft_.term.id).second) return complain("glossary_twice", draft_.term.id, draft_.line);
    draft_.term.text = parse_prose(draft_.prose, draft_.prose_line, notes_);
    entries_.push_back(std::move(draft_.term));
  }

  void complain(const char* code, std::string found, std::size_t line) {
    notes_.add(line, Error(code, {.file = file_, .item = std::to_string(line), .found = std::move(found)}));
  }

  const std::string& file_;
  std::vector<GlossaryEntry> entries_{};
  LessonNotes notes_{};
  std::set<std::string> ids_{};
  DraftOfTerm draft_{};
  bool open_ = false;
};

}  // namespace

GlossaryText parse_glossary_text(std::string_view bytes, const std::string& file) {
  GlossaryReader reader(file);
  if (!is_valid_utf8(bytes)) {
    GlossaryText nothing;
    nothing.mistakes.push_back({1, Error("is_other_text", {.file = file})});
    return nothing;
  }
  std::size_t number = 0;
  for_each_line(bytes, [&](std::string_view line) { reader.line(line, ++number); });
  return reader.end();
}

GlossaryText load_glossary_text(const std::filesystem::path& file) {
  return parse_glossary_text(read_file(file, max_glossary_bytes), file.string());
}

}  // namespace regard
