// SPDX-License-Identifier: Apache-2.0
#include "core/format/probe_sentences.h"

#include "core/base/error.h"
#include "core/base/excerpt.h"
#include "core/base/lines.h"

#include <algorithm>

namespace regard {
namespace {

constexpr std::size_t kLongestName = 60;  // bytes
constexpr std::string_view kNameLine = "probe:";
constexpr std::string_view kMarks = "[query …], [place …], [answer …], [rival …], [other …]";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// One line of a file while it is read.
class SentenceReader {
public:
  SentenceReader(std::string_view line, const std::string& file, std::size_t number)
      : line_(line), file_(file), number_(number) {}

  ProbeSentence read() {
    read_continuation();
    for (std::string_view rest = line_; !rest.empty();) {
      const std::size_t open = std::min(rest.find_first_of("[]"), rest.size());
      result_.text += rest.substr(0, open);
      rest.remove_prefix(open);
      if (rest.empty()) break;
      const std::size_t close = rest.find(']');
      if (rest.front() == ']' || close == std::string_view::npos || rest.find('[', 1) < close)
        fail("probe_mark", kMarks, rest);
      add_mark(rest.substr(1, close - 1));
      rest.remove_prefix(close + 1);
    }
    if (queries_ != 1) fail("probe_query", "[query …] / [place …]", std::to_string(queries_));
    if (result_.answers.empty()) fail("probe_answer", "[answer …]", line_);
    return std::move(result_);
  }

private:
  [[noreturn]] void fail(std::string_view code, std::string_view expected, std::string_view found) const {
    constexpr std::size_t kShown = 60;  // bytes of what a stranger wrote
    throw Error(code, {.file = file_,
                       .item = std::to_string(number_),
                       .expected = std::string(expected),
                       .found = excerpt(found, kShown)});
  }

  void read_continuation() {
    const std::size_t arrow = line_.find("=>");
    if (arrow == std::string_view::npos) return;
    const std::string_view both = line_.substr(arrow + 2);
    const std::size_t bar = both.find('|');
    result_.right = trimmed(both.substr(0, bar));
    if (bar != std::string_view::npos) result_.wrong = trimmed(both.substr(bar + 1));
    if (result_.right.empty() || result_.wrong.empty() || result_.right == result_.wrong)
      fail("probe_continuation", "=> … | …", line_.substr(arrow));
    line_ = trimmed(line_.substr(0, arrow));
  }

  void add_mark(std::string_view mark) {
    const std::size_t space = std::min(mark.find(' '), mark.size());
    const std::string_view kind = mark.substr(0, space), words = trimmed(mark.substr(space));
    if (words.empty()) fail("probe_mark", kMarks, mark);
    const Range range{result_.text.size(), result_.text.size() + words.size()};
    if (kind == "query" || kind == "place") {
      result_.query = range;
      result_.asks_before = kind == "place";
      ++queries_;
    } else if (kind == "answer") {
      result_.answers.push_back(range);
    } else if (kind == "rival") {
      result_.rivals.push_back(range);
    } else if (kind == "other") {
      result_.others.push_back(range);
    } else {
      fail("probe_mark", kMarks, mark);
    }
    result_.text += words;
  }

  std::string_view line_;
  const std::string& file_;
  std::size_t number_;
  std::size_t queries_ = 0;
  ProbeSentence result_{};
};

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](char sign) { return (sign >= 'a' && sign <= 'z') || sign == '_'; });
}

}  // namespace

ProbeSentences parse_probe_sentences(std::string_view bytes, const std::string& file) {
  ProbeSentences probe;
  std::size_t number = 0;
  for_each_line(bytes, [&](std::string_view line) {
    ++number;
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return;
    if (!probe.name.empty()) {
      probe.sentences.push_back(SentenceReader(line, file, number).read());
      return;
    }
    if (line.starts_with(kNameLine)) probe.name = trimmed(line.substr(kNameLine.size()));
    if (!is_name(probe.name))
      throw Error("probe_name", {.file = file,
                                 .item = std::to_string(number),
                                 .expected = "probe: coreference",
                                 .found = std::string(line.substr(0, kLongestName))});
  });
  if (probe.sentences.empty()) throw Error("corpus_empty", {.file = file});
  return probe;
}

}  // namespace regard
