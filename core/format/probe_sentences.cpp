// SPDX-License-Identifier: Apache-2.0
#include "core/format/probe_sentences.h"

#include "core/base/error.h"
#include "core/base/lines.h"
#include "core/base/text_parts.h"
#include "core/format/file_line.h"

#include <algorithm>

namespace regard {
namespace {

constexpr std::size_t kLongestProbeName = 60;  // bytes
constexpr std::string_view kNameLine = "probe:";
constexpr std::string_view kMarks = "[query …], [place …], [answer …], [rival …], [other …]";

/// One line of a file while it is read.
class SentenceReader {
public:
  SentenceReader(std::string_view line, const FileLine& place) : line_(line), place_(place) {}

  ProbeSentence read() {
    read_continuation();
    for (std::string_view rest = line_; !rest.empty();) {
      const std::size_t open = std::min(rest.find_first_of("[]"), rest.size());
      result_.text += rest.substr(0, open);
      rest.remove_prefix(open);
      if (rest.empty()) break;
      const std::size_t close = rest.find(']');
      if (rest.front() == ']' || close == std::string_view::npos || rest.find('[', 1) < close)
        place_.fail("probe_mark", kMarks, rest);
      add_mark(rest.substr(1, close - 1));
      rest.remove_prefix(close + 1);
    }
    if (queries_ != 1) place_.fail("probe_query", "[query …] / [place …]", std::to_string(queries_));
    if (result_.answers.empty()) place_.fail("probe_answer", "[answer …]", line_);
    return std::move(result_);
  }

private:
  void read_continuation() {
    const std::size_t arrow = line_.find("=>");
    if (arrow == std::string_view::npos) return;
    const std::string_view both = line_.substr(arrow + 2);
    const std::size_t bar = both.find('|');
    result_.right = trimmed(both.substr(0, bar));
    if (bar != std::string_view::npos) result_.wrong = trimmed(both.substr(bar + 1));
    if (result_.right.empty() || result_.wrong.empty() || result_.right == result_.wrong)
      place_.fail("probe_continuation", "=> … | …", line_.substr(arrow));
    line_ = trimmed(line_.substr(0, arrow));
  }

  void add_mark(std::string_view mark) {
    const std::size_t space = std::min(mark.find(' '), mark.size());
    const std::string_view kind = mark.substr(0, space), words = trimmed(mark.substr(space));
    if (words.empty()) place_.fail("probe_mark", kMarks, mark);
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
      place_.fail("probe_mark", kMarks, mark);
    }
    result_.text += words;
  }

  std::string_view line_;
  FileLine place_;
  std::size_t queries_ = 0;
  ProbeSentence result_{};
};

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestProbeName &&
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
      probe.sentences.push_back(SentenceReader(line, {file, number}).read());
      return;
    }
    if (line.starts_with(kNameLine)) probe.name = trimmed(line.substr(kNameLine.size()));
    if (!is_name(probe.name)) FileLine{file, number}.fail("probe_name", "probe: coreference", line);
  });
  if (probe.sentences.empty()) throw Error("corpus_empty", {.file = file});
  return probe;
}

}  // namespace regard
