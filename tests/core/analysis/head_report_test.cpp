// SPDX-License-Identifier: Apache-2.0
// Finished numbers about all heads: to the disk and back to the last bit, and nothing from files that are not ours.
#include "core/analysis/head_report.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

HeadReport report() {
  HeadReport made{"own.conllu", 1, 2, 3, 1, 40};
  made.measures.assign(named_measures().size(), {{0.1F, 1.0F / 3.0F, 7}, {}});
  made.measures[0] = {{std::nextafter(0.3F, 1.0F), 0.06F, 39}, {0.29F, 0.01F, 39}};
  made.relations = {
      {"nsubj:up", 50, {-1, 0.4F}, {{0.6F, {{0.45F, 0.8F}}, 0.5F, 0.33F, 50}, {0.8F, {{0.35F, 0.9F}}, 0, 0, 50}}}};
  return made;
}

TEST(HeadReport, ComesBackFromTheDiskToTheLastBit) {
  const HeadReport made = report();
  const std::optional<HeadReport> read = read_head_report(head_report_text(made));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->corpus, made.corpus);
  EXPECT_EQ(read->layers, 1U);
  EXPECT_EQ(read->heads, 2U);
  EXPECT_EQ(read->sentences, 3U);
  EXPECT_EQ(read->left_out, 1U);
  EXPECT_EQ(read->tokens, 40U);
  ASSERT_EQ(read->measures.size(), made.measures.size());
  for (std::size_t measure = 0; measure < made.measures.size(); ++measure)
    for (std::size_t head = 0; head < 2; ++head) {
      EXPECT_EQ(read->measures[measure][head].value, made.measures[measure][head].value);
      EXPECT_EQ(read->measures[measure][head].uniform, made.measures[measure][head].uniform);
      EXPECT_EQ(read->measures[measure][head].rows, made.measures[measure][head].rows);
    }
  const RelationReport* relation = relation_named(*read, "nsubj:up");
  ASSERT_NE(relation, nullptr);
  EXPECT_EQ(relation->offset.offset, -1);
  EXPECT_EQ(relation->offset.right, 0.4F);
  EXPECT_EQ(relation->heads[0].interval, (ShareInterval{0.45F, 0.8F}));
  EXPECT_EQ(relation->heads[1].interval, (ShareInterval{0.35F, 0.9F}));
  EXPECT_EQ(relation->heads[1].rows, 50U);
  EXPECT_EQ(relation_named(*read, "nsubj:down"), nullptr);
}

TEST(HeadReport, ComesBackWithoutAnIntervalThatNobodyKnowsAndGivesNoBadgeForIt) {
  HeadReport made = report();
  EXPECT_TRUE(has_badge(made.relations[0], 0, {}));
  made.relations[0].heads[0].interval.reset();
  const std::optional<HeadReport> read = read_head_report(head_report_text(made));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->relations[0].heads[0].interval, std::nullopt);
  EXPECT_EQ(read->relations[0].heads[0].strict, 0.5F);
  EXPECT_EQ(read->relations[0].heads[1].interval, (ShareInterval{0.35F, 0.9F}));
  EXPECT_FALSE(has_badge(read->relations[0], 0, {})) << "nobody knows that it is better than the offset";
}

TEST(HeadReport, IsWrittenWhateverItsFileIsCalled) {
  HeadReport made = report();
  made.corpus = "\xEF\xF0\xE8.txt";  // not UTF-8
  EXPECT_TRUE(read_head_report(head_report_text(made)));
}

TEST(HeadReport, IsNotReadFromWhatIsNone) {
  const std::string text = head_report_text(report());
  EXPECT_FALSE(read_head_report(""));
  EXPECT_FALSE(read_head_report("[]"));
  for (std::size_t length = 0; length < text.size(); length += 7)
    EXPECT_FALSE(read_head_report(text.substr(0, length))) << length;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  EXPECT_TRUE(read_head_report(with("own.conllu", "other.conllu")));
  EXPECT_FALSE(read_head_report(with("\"heads\":2", "\"heads\":3"))) << "lists are as long as they must be";
  EXPECT_FALSE(read_head_report(with("\"layers\":1", "\"layers\":18446744073709551615")));
  EXPECT_FALSE(read_head_report(with("\"layers\":1", "\"layers\":0")));
  EXPECT_FALSE(read_head_report(with("\"version\":2", "\"version\":1")));
  EXPECT_FALSE(read_head_report(with("\"previous_token\"", "\"something else\""))) << "other measures, another file";
  EXPECT_FALSE(read_head_report(with("\"offset_right\":0.4", "\"offset_right\":1.5"))) << "a share";
  EXPECT_FALSE(read_head_report(with("\"offset_right\":0.4", "\"offset_right\":null")));
}

TEST(HeadReport, BadgesStandAboveTheLineAndTheBaseline) {
  const BadgeLine line{0.3F, 5.0F};
  EXPECT_TRUE(has_badge(Measure{0.3F, 0.06F, 90}, line));
  EXPECT_FALSE(has_badge(Measure{0.29F, 0.01F, 90}, line)) << "below the line";
  EXPECT_FALSE(has_badge(Measure{0.6F, 0.2F, 90}, line)) << "three times the baseline only";
  EXPECT_FALSE(has_badge(Measure{0.9F, 0.0F, 0}, line)) << "no row was counted";
  EXPECT_TRUE(has_badge(Measure{0.9F, 0.0F, least_badge_rows}, line));
  EXPECT_FALSE(has_badge(Measure{0.9F, 0.0F, least_badge_rows - 1}, line)) << "too few rows to earn one";
  EXPECT_TRUE(has_badge(Measure{0.2F, 0.01F, 90}, BadgeLine{0.1F, 5.0F})) << "the line can be moved";
  HeadReport made = report();
  made.relations[0].rows = least_badge_rows - 1;
  EXPECT_FALSE(has_badge(made.relations[0], 0, line)) << "it rests on few questions";
  made.relations[0].rows = least_badge_rows;
  EXPECT_TRUE(has_badge(made.relations[0], 0, line));
  EXPECT_FALSE(has_badge(made.relations[0], 1, line)) << "its interval reaches below the best fixed offset";
  EXPECT_FALSE(has_badge(made.relations[0], 0, BadgeLine{0.7F, 5.0F}));
  EXPECT_EQ(best_head(made.relations[0]), 1U);
}

}  // namespace
}  // namespace regard
