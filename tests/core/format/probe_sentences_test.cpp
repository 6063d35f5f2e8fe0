// SPDX-License-Identifier: Apache-2.0
#include "core/format/probe_sentences.h"

#include "core/base/text_file.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace regard {
namespace {

using testing::error_of;

std::vector<std::string> words_at(const ProbeSentence& sentence, const std::vector<Range>& ranges) {
  std::vector<std::string> words;
  for (const Range& range : ranges)
    words.push_back(sentence.text.substr(range.begin, range.size()));
  return words;
}

TEST(ProbeSentences, AreReadWithTheirMarks) {
  const ProbeSentences probe = parse_probe_sentences(
      "# who gets it\nprobe: indirect_object\n\n"
      "[answer Маша] и [rival Коля] тут, [rival Коля] даёт [query мяч] => Маше | Коле\r\n"
      "The [other cat] near [answer dogs] [place are] old.\n",
      "file");
  EXPECT_EQ(probe.name, "indirect_object");
  ASSERT_EQ(probe.sentences.size(), 2U);
  const ProbeSentence& first = probe.sentences[0];
  EXPECT_EQ(first.text, "Маша и Коля тут, Коля даёт мяч");
  EXPECT_EQ(words_at(first, first.answers), std::vector<std::string>{"Маша"});
  EXPECT_EQ(words_at(first, first.rivals), (std::vector<std::string>{"Коля", "Коля"}));
  EXPECT_EQ(words_at(first, {first.query}), std::vector<std::string>{"мяч"});
  EXPECT_FALSE(first.asks_before);
  EXPECT_EQ(first.right, "Маше");
  EXPECT_EQ(first.wrong, "Коле");
  const ProbeSentence& second = probe.sentences[1];
  EXPECT_TRUE(second.asks_before);
  EXPECT_EQ(words_at(second, second.others), std::vector<std::string>{"cat"});
  EXPECT_TRUE(second.right.empty());
}

TEST(ProbeSentences, ThatAreNoGoodAreToldByTheirLine) {
  const auto refused = [](const std::string& lines, const std::string& code, const std::string& line) {
    const Error error = error_of([&] { static_cast<void>(parse_probe_sentences(lines, "file")); });
    EXPECT_EQ(error.code(), code) << lines;
    EXPECT_EQ(error.details().item, line) << lines;
  };
  refused("[answer a] [query b]", "probe_name", "1");
  refused("probe: Who?\n", "probe_name", "1");
  refused("probe: who\n[answer a [query b]", "probe_mark", "2");
  refused("probe: who\n[answer a] b] [query c]", "probe_mark", "2");
  refused("probe: who\n[answer] [query b]", "probe_mark", "2");
  refused("probe: who\n[hero a] [query b]", "probe_mark", "2");
  refused("probe: who\n\n[answer a] b", "probe_query", "3");
  refused("probe: who\n[answer a] [query b] [place c]", "probe_query", "2");
  refused("probe: who\n[rival a] [query b]", "probe_answer", "2");
  refused("probe: who\n[answer a] [query b] => a", "probe_continuation", "2");
  refused("probe: who\n[answer a] [query b] => a | a", "probe_continuation", "2");
  EXPECT_EQ(error_of([] { static_cast<void>(parse_probe_sentences("probe: who\n", "file")); }).code(), "corpus_empty");
}

TEST(ProbeSentences, ThatComeWithTheProgramCannotBeSolvedByPlaceAlone) {
  const std::filesystem::path folder = std::filesystem::path(REGARD_ASSETS_DIR) / "corpora" / "probes";
  for (const char* name : {"indirect_object", "agreement", "coreference"})
    for (const char* language : {"en", "ru"}) {
      const std::filesystem::path file = folder / (std::string(name) + "." + language + ".txt");
      const ProbeSentences probe = parse_probe_sentences(read_file(file, 1 << 20), file.string());
      EXPECT_EQ(probe.name, name);
      EXPECT_GE(probe.sentences.size(), 40U);
      std::size_t first = 0;
      for (const ProbeSentence& sentence : probe.sentences) {
        std::size_t earliest = sentence.answers.front().begin;
        for (const auto* ranges : {&sentence.rivals, &sentence.others})
          for (const Range& range : *ranges)
            earliest = std::min(earliest, range.begin);
        first += earliest == sentence.answers.front().begin ? 1U : 0U;
        EXPECT_EQ(sentence.right.empty(), std::string(name) == "coreference");
      }
      EXPECT_EQ(2 * first, probe.sentences.size()) << file;
    }
}

}  // namespace
}  // namespace regard
