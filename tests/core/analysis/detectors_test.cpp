// SPDX-License-Identifier: Apache-2.0
// What rules of detectors point at in a sentence, by hand.
#include "core/analysis/detectors.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

/// The cat saw the dog .
TreeSentence cat_and_dog() {
  return parse_conllu(
             "1\tThe\tthe\tDET\t_\t_\t2\tdet\t_\t_\n2\tcat\tcat\tNOUN\t_\tNumber=Sing\t3\tnsubj\t_\t_\n"
             "3\tsaw\tsee\tVERB\t_\tTense=Past\t0\troot\t_\t_\n4\tthe\tthe\tDET\t_\t_\t5\tdet\t_\t_\n"
             "5\tdog\tdog\tNOUN\t_\tNumber=Sing\t3\tobj:x\t_\tSpaceAfter=No\n6\t.\t.\tPUNCT\t_\t_\t3\tpunct\t_\t_\n",
             "file")
      .front();
}

/// [CLS] The c at saw the dog . [SEP]
std::vector<Token> cat_tokens() {
  return {{.id = 1, .text = "[CLS]", .special = true},       {.id = 2, .text = "The", .begin = 0, .end = 3},
          {.id = 3, .text = " c", .begin = 3, .end = 5},     {.id = 4, .text = "at", .begin = 5, .end = 7},
          {.id = 5, .text = " saw", .begin = 7, .end = 11},  {.id = 6, .text = " the", .begin = 11, .end = 15},
          {.id = 7, .text = " dog", .begin = 15, .end = 19}, {.id = 8, .text = ".", .begin = 19, .end = 20},
          {.id = 9, .text = "[SEP]", .special = true}};
}

using FoundRows = std::vector<std::pair<std::size_t, std::vector<std::size_t>>>;

FoundRows found_rows(const std::string& query, const std::string& key) {
  const Detector detector = parse_detectors("detector: one\nquery: " + query + "\nkey: " + key, "file").front();
  const TreeSentence sentence = cat_and_dog();
  FoundRows rows;
  const DetectorUnits units = detector.asks_tree() ? word_units(sentence, cat_tokens()) : token_units(cat_tokens());
  const AskedDetector asked(detector, units);
  for (std::size_t unit = 0; unit < units.groups.size(); ++unit)
    if (std::vector<std::size_t> keys = asked.keys_of(unit); !keys.empty()) rows.emplace_back(unit, std::move(keys));
  return rows;
}

TEST(Detectors, OfTokens) {
  EXPECT_EQ(found_rows("token \"THE\"", "offset 1"), (FoundRows{{1, {2}}, {5, {6}}}));
  EXPECT_EQ(found_rows("token \"*a*\"", "self"), (FoundRows{{3, {3}}, {4, {4}}})) << "c, at, saw: no template";
  EXPECT_EQ(found_rows("punctuation", "separator"), (FoundRows{{7, {0, 8}}}));
  EXPECT_EQ(found_rows("capital", "offset -1"), (FoundRows{{1, {0}}}));
  EXPECT_EQ(found_rows("token \"dog\"", "not separator and not self and not token \"*\""), FoundRows{});
  EXPECT_EQ(found_rows("any", "previous_occurrence"), FoundRows{}) << "The and the are different tokens";
}

TEST(Detectors, OfTrees) {
  // Groups: 0 [CLS] 1 The 2 c·at 3 saw 4 the 5 dog 6 . 7 [SEP]
  EXPECT_EQ(found_rows("upos NOUN", "governor"), (FoundRows{{2, {3}}, {5, {3}}}));
  EXPECT_EQ(found_rows("upos VERB", "dependent obj"), (FoundRows{{3, {5}}}));
  EXPECT_EQ(found_rows("lemma \"see\"", "dependent and not relation punct"), (FoundRows{{3, {2, 5}}}));
  EXPECT_EQ(found_rows("relation obj", "dependent det"), (FoundRows{{5, {4}}}));
  EXPECT_EQ(found_rows("feature Number=Sing and not relation nsubj", "offset -2"), (FoundRows{{5, {3}}}));
  EXPECT_EQ(found_rows("upos DET", "previous_occurrence"), (FoundRows{{4, {1}}}));
  EXPECT_EQ(found_rows("upos DET", "after_previous_occurrence"), (FoundRows{{4, {2}}}));
  EXPECT_EQ(found_rows("upos PUNCT", "separator"), (FoundRows{{6, {0, 7}}}));
}

}  // namespace
}  // namespace regard
