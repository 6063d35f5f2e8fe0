// SPDX-License-Identifier: Apache-2.0
#include "core/format/conllu.h"

#include "core/base/error.h"
#include "core/base/lines.h"
#include "core/format/file_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace regard {
namespace {

constexpr std::size_t kColumns = 10;
constexpr std::size_t kMostWords = 100'000;  ///< of a sentence; nobody writes one, and heads need a number

using Columns = std::array<std::string_view, kColumns>;

/// Words [first, last] are written as one: "don't".
struct Surface {
  std::string_view form{};
  std::size_t first = 0, last = 0;
  bool space_after = true;
};

/// A sentence while its lines are read.
struct Draft {
  TreeSentence sentence{};
  std::string_view text{};
  std::vector<Surface> surfaces{};
  std::vector<std::size_t> lines{};  ///< of the words, in the file
};

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Columns columns_of(std::string_view line, const std::string& file, std::size_t number) {
  Columns columns;
  std::size_t count = 0;
  for (std::size_t at = 0;; ++count) {
    const std::size_t end = std::min(line.find('\t', at), line.size());
    if (count < kColumns) columns[count] = line.substr(at, end - at);
    if (end == line.size()) break;
    at = end + 1;
  }
  if (++count != kColumns)
    FileLine{file, number}.fail("conllu_columns", std::to_string(kColumns), std::to_string(count));
  return columns;
}

std::string unless_blank(std::string_view field) {
  return field == "_" ? std::string() : std::string(field);
}

bool has_space_after(std::string_view misc) {
  return misc.find("SpaceAfter=No") == std::string_view::npos;
}

void add_word(Draft& draft, const Columns& columns, const std::string& file, std::size_t line) {
  std::vector<TreeWord>& words = draft.sentence.words;
  if (whole_number(columns[0]) != words.size() + 1 || words.size() >= kMostWords)
    FileLine{file, line}.fail("conllu_number", std::to_string(words.size() + 1), columns[0]);
  const std::optional<std::size_t> head = whole_number(columns[6]);
  if (!head) FileLine{file, line}.fail("conllu_head", {}, columns[6]);
  TreeWord word{.form = std::string(columns[1]),
                .lemma = std::string(columns[2]),
                .tag = unless_blank(columns[3]),
                .features = unless_blank(columns[5]),
                .relation = unless_blank(columns[7])};
  word.head = *head == 0 ? TreeWord::none : *head - 1;
  const std::size_t index = words.size();
  if (draft.surfaces.empty() || draft.surfaces.back().last < index)
    draft.surfaces.push_back({columns[1], index, index, has_space_after(columns[9])});
  words.push_back(std::move(word));
  draft.lines.push_back(line);
}

/// "3-4": the words to come are written as one.
void add_range(Draft& draft, const Columns& columns, const std::string& file, std::size_t line) {
  const std::size_t dash = columns[0].find('-'), next = draft.sentence.words.size() + 1;
  const auto first = whole_number(columns[0].substr(0, dash)), last = whole_number(columns[0].substr(dash + 1));
  const bool inside_other = !draft.surfaces.empty() && draft.surfaces.back().last + 1 >= next;
  if (first != next || !last || *last < *first || *last > kMostWords || inside_other)
    FileLine{file, line}.fail("conllu_number", std::to_string(next), columns[0]);
  draft.surfaces.push_back({columns[1], *first - 1, *last - 1, has_space_after(columns[9])});
}

void check_tree(const Draft& draft, const std::string& file) {
  const std::vector<TreeWord>& words = draft.sentence.words;
  if (!draft.surfaces.empty() && draft.surfaces.back().last >= words.size())
    FileLine{file, draft.lines.empty() ? 0 : draft.lines.back()}.fail("conllu_number", std::to_string(words.size()),
                                                                      std::to_string(draft.surfaces.back().last + 1));
  for (std::size_t word = 0; word < words.size(); ++word)
    if (words[word].head != TreeWord::none && words[word].head >= words.size())
      FileLine{file, draft.lines[word]}.fail("conllu_head", std::to_string(words.size()),
                                             std::to_string(words[word].head + 1));
  // Each word once: what is known to end at a root is not walked again.
  enum class Known : char { no, on_the_way, ends };
  std::vector<Known> known(words.size(), Known::no);
  std::vector<std::size_t> way;
  for (std::size_t start = 0; start < words.size(); ++start) {
    std::size_t at = start;
    for (way.clear(); at != TreeWord::none && known[at] == Known::no; at = words[at].head) {
      known[at] = Known::on_the_way;
      way.push_back(at);
    }
    if (at != TreeWord::none && known[at] == Known::on_the_way)
      FileLine{file, draft.lines[at]}.fail("conllu_cycle", {}, words[at].form);
    for (const std::size_t word : way)
      known[word] = Known::ends;
  }
}

bool is_space(std::string_view text, std::size_t at, std::size_t& length) {
  const std::string_view rest = text.substr(at);
  length = rest.starts_with(' ') || rest.starts_with('\t') ? 1 : rest.starts_with("\u00A0") ? 2 : 0;
  return length > 0;
}

/// Gives the words of a surface form their parts of it: each its own where they add up to it, else all to the first.
void place_words(const Surface& surface, std::size_t begin, std::vector<TreeWord>& words) {
  std::string together;
  for (std::size_t word = surface.first; word <= surface.last; ++word)
    together += words[word].form;
  const bool apart = together == surface.form;
  std::size_t at = begin;
  for (std::size_t word = surface.first; word <= surface.last; ++word) {
    const std::size_t length = apart ? words[word].form.size() : word == surface.first ? surface.form.size() : 0;
    words[word].begin = at;
    words[word].end = at += length;
  }
}

/// False where the text does not consist of the words, in order, with spaces between them.
bool place_in(std::string_view text, Draft& draft) {
  std::size_t at = 0, space = 0;
  for (const Surface& surface : draft.surfaces) {
    while (is_space(text, at, space))
      at += space;
    if (!text.substr(at).starts_with(surface.form)) return false;
    place_words(surface, at, draft.sentence.words);
    at += surface.form.size();
  }
  while (is_space(text, at, space))
    at += space;
  return at == text.size();
}

std::string joined(const std::vector<Surface>& surfaces) {
  std::string text;
  for (const Surface& surface : surfaces) {
    text += surface.form;
    if (surface.space_after && &surface != &surfaces.back()) text += ' ';
  }
  return text;
}

void finish(Draft& draft, const std::string& file, std::vector<TreeSentence>& sentences) {
  if (!draft.sentence.words.empty() || !draft.surfaces.empty()) {
    check_tree(draft, file);
    draft.sentence.text = std::string(draft.text);
    if (draft.text.empty() || !place_in(draft.sentence.text, draft)) {
      draft.sentence.text = joined(draft.surfaces);
      std::size_t at = 0;
      for (const Surface& surface : draft.surfaces) {
        place_words(surface, at, draft.sentence.words);
        at += surface.form.size() + (surface.space_after ? 1 : 0);
      }
    }
    sentences.push_back(std::move(draft.sentence));
  }
  draft = {};
}

/// What stands behind "# name =".
std::optional<std::string_view> comment(std::string_view line, std::string_view name) {
  const auto skip_spaces = [&line] { line.remove_prefix(std::min(line.find_first_not_of(' '), line.size())); };
  line.remove_prefix(1);
  skip_spaces();
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  skip_spaces();
  if (!line.starts_with('=')) return std::nullopt;
  line.remove_prefix(1);
  skip_spaces();
  return line;
}

void add_line(Draft& draft, std::string_view line, const std::string& file, std::size_t number) {
  if (line.front() == '#') {
    if (const auto text = comment(line, "text")) draft.text = *text;
    if (const auto id = comment(line, "sent_id")) draft.sentence.id = std::string(*id);
    return;
  }
  const Columns columns = columns_of(line, file, number);
  if (columns[0].find('.') != std::string_view::npos) return;  // an empty node
  if (columns[0].find('-') != std::string_view::npos) return add_range(draft, columns, file, number);
  add_word(draft, columns, file, number);
}

}  // namespace

std::string_view TreeWord::feature(std::string_view name) const {
  for (std::string_view rest = features; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find('|'));
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
      return one.substr(name.size() + 1);
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  return {};
}

std::vector<TreeSentence> parse_conllu(std::string_view bytes, const std::string& file) {
  std::vector<TreeSentence> sentences;
  Draft draft;
  std::size_t number = 0;
  for_each_line(bytes, [&](std::string_view line) {
    ++number;
    if (line.empty())
      finish(draft, file, sentences);
    else
      add_line(draft, line, file, number);
  });
  finish(draft, file, sentences);
  if (sentences.empty()) throw Error("corpus_empty", {.file = file});
  return sentences;
}

}  // namespace regard
