// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/glossary_file.h"

#include "app/panels/lesson/rich_prose.h"
#include "core/base/text_file.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace regard {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

bool is_formula(const RichBlock& block) {
  if (block.kind != RichBlock::Kind::paragraph) return false;
  const std::string text = plain_text(block.runs);
  if (text.empty() || text.ends_with('.')) return false;
  static constexpr std::array<std::string_view, 4> kSigns{"=", "·", "Σ", "√"};
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
}

/// One term while its lines are read.
struct Draft {
  GlossaryTerm term{};
  std::string prose{};
  std::size_t line = 0;        ///< of its heading
  std::size_t prose_line = 0;  ///< of the first line of `prose`
  bool head = true;            ///< `also` and `show` may follow
};

/// "голова {#head}" -> name and id.
bool read_heading(std::string_view text, GlossaryTerm& term) {
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

  GlossaryFile end() {
    finish();
    return std::move(result_);
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
    const Prose prose = parse_prose(draft_.prose, draft_.prose_line, result_.mistakes);
    draft_.term.text = rich_prose(prose, {}).text;
    for (RichBlock& block : draft_.term.text.blocks)
      if (is_formula(block)) block.kind = RichBlock::Kind::code;
    result_.terms.push_back(std::move(draft_.term));
  }

  void complain(const char* code, std::string found, std::size_t line) {
    result_.mistakes.push_back(
        {line, Error(code, {.file = file_, .item = std::to_string(line), .found = std::move(found)})});
  }

  const std::string& file_;
  GlossaryFile result_{};
  std::set<std::string> ids_{};
  Draft draft_{};
  bool open_ = false;
};

}  // namespace

GlossaryFile parse_glossary(std::string_view bytes, const std::string& file) {
  GlossaryReader reader(file);
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  if (!is_valid_utf8(bytes)) {
    GlossaryFile nothing;
    nothing.mistakes.push_back({1, Error("is_other_text", {.file = file})});
    return nothing;
  }
  std::size_t number = 1;
  for (std::size_t at = 0; at < bytes.size(); ++number) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string_view line = bytes.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    reader.line(line, number);
    at = end + 1;
  }
  return reader.end();
}

GlossaryFile load_glossary(const std::filesystem::path& file) {
  return parse_glossary(read_file(file, max_glossary_bytes), file.string());
}

}  // namespace regard
