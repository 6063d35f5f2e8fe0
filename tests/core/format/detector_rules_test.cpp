// SPDX-License-Identifier: Apache-2.0
#include "core/format/detector_rules.h"

#include "core/base/text_file.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace regard {
namespace {

using testing::error_of;
using Condition = DetectorCondition::Kind;

TEST(DetectorRules, AreReadConditionByCondition) {
  const std::vector<Detector> list = parse_detectors(
      "# what I look for\n\ndetector: глагол и дополнение\nquery: upos VERB and not feature Mood=Imp\r\n"
      "key: dependent obj\ndetector: two\nquery: token «the cat» and capital\nkey: offset -2 and dependent and any\n",
      "file");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].name, "глагол и дополнение");
  ASSERT_EQ(list[0].query.size(), 2U);
  EXPECT_EQ(list[0].query[0].kind, Condition::upos);
  EXPECT_EQ(list[0].query[0].word, "VERB");
  EXPECT_TRUE(list[0].query[1].negated);
  EXPECT_EQ(list[0].query[1].word, "Mood=Imp");
  EXPECT_EQ(list[0].key[0].kind, Condition::dependent);
  EXPECT_EQ(list[0].key[0].word, "obj");
  EXPECT_TRUE(list[0].asks_tree());
  EXPECT_EQ(list[1].query[0].word, "the cat");
  ASSERT_EQ(list[1].key.size(), 3U);
  EXPECT_EQ(list[1].key[0].offset, -2);
  EXPECT_EQ(list[1].key[1].word, "");
  EXPECT_EQ(list[1].key[2].kind, Condition::any);
  EXPECT_FALSE(parse_detectors("detector: a\nquery: any\nkey: previous_occurrence", "file")[0].asks_tree());
}

TEST(DetectorRules, ThatAreNoGoodAreToldByTheirLine) {
  const auto refused = [](const std::string& lines, const std::string& code, const std::string& line,
                          const std::string& found) {
    const Error error = error_of([&] { static_cast<void>(parse_detectors(lines, "file")); });
    EXPECT_EQ(error.code(), code) << lines;
    EXPECT_EQ(error.details().item, line) << lines;
    EXPECT_EQ(error.details().found, found) << lines;
  };
  refused("query: any\n", "detector_line", "1", "query: any");
  refused("detector: a\nquery: any\nquery: any\n", "detector_line", "3", "query: any");
  refused("detector: a\nquery: every\n", "detector_condition", "2", "every");
  refused("detector: a\nquery:\n", "detector_condition", "2", "");
  refused("detector: a\nquery: any any\n", "detector_condition", "2", "any");
  refused("detector: a\nquery: token the\n", "detector_word", "2", "the");
  refused("detector: a\nquery: token \"the\n", "detector_word", "2", "\"the");
  refused("detector: a\nquery: upos\n", "detector_word", "2", "");
  refused("detector: a\nquery: feature Case\n", "detector_word", "2", "Case");
  refused("detector: a\nquery: any\nkey: offset two\n", "detector_word", "3", "two");
  refused("detector: a\nquery: any\nkey: offset 9999999999999999999\n", "detector_word", "3", "9999999999999999999");
  refused("detector: a\nquery: offset 1\n", "detector_pair", "2", "query: offset 1");
  refused("detector: a\nquery: any\n", "detector_missing", "2", "a");
  refused("detector: a\ndetector: b\n", "detector_missing", "2", "a");
  refused("detector: a\nquery: any\nkey: any\ndetector: a\n", "detector_twice", "4", "a");
  refused("# nothing\n", "detector_none", "", "");
  std::string many;
  for (int number = 0; number <= 100; ++number)
    many += "detector: " + std::to_string(number) + "\nquery: any\nkey: any\n";
  refused(many, "detector_many", "301", "100");
}

TEST(DetectorRules, ThatComeWithTheProgramAreTheSameInBothLanguages) {
  const auto shipped = [](const char* name) {
    const std::filesystem::path file = std::filesystem::path(REGARD_ASSETS_DIR) / "corpora" / name;
    return parse_detectors(read_file(file, 1 << 20), file.string());
  };
  const std::vector<Detector> english = shipped("detectors.en.txt"), russian = shipped("detectors.ru.txt");
  ASSERT_EQ(english.size(), russian.size());
  const auto same = [](const DetectorCondition& one, const DetectorCondition& other) {
    return one.kind == other.kind && one.negated == other.negated && one.word == other.word &&
           one.offset == other.offset;
  };
  for (std::size_t index = 0; index < english.size(); ++index) {
    EXPECT_NE(english[index].name, russian[index].name);
    EXPECT_TRUE(std::ranges::equal(english[index].query, russian[index].query, same)) << english[index].name;
    EXPECT_TRUE(std::ranges::equal(english[index].key, russian[index].key, same)) << english[index].name;
  }
}

}  // namespace
}  // namespace regard
