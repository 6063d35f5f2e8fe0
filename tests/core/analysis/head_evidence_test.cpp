// SPDX-License-Identifier: Apache-2.0
// The sentences behind a head's number, on a model whose heads are known: council's first looks at the token before.
#include "core/analysis/head_evidence.h"

#include "core/analysis/head_report.h"

#include <gtest/gtest.h>

#include <string>

namespace regard {
namespace {

class HeadEvidence : public ::testing::Test {
protected:
  std::shared_ptr<const Model> council = load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council");
  Corpus corpus = [] {
    Corpus all = load_corpus(std::filesystem::path(REGARD_ASSETS_DIR) / "corpora" / "ru.conllu");
    all.sentences.resize(40);
    return all;
  }();
};

TEST_F(HeadEvidence, OfAMeasureAddsUpToTheCorpusMean) {
  const HeadReport report = make_head_report(measure_corpus(council, corpus), corpus.name);
  for (const char* what : {"previous_token", "separator", "duplicate_token"}) {
    const auto place = [&] {
      std::size_t index = 0;
      while (named_measures()[index].name != what)
        ++index;
      return index;
    }();
    const HeadRef head{1, 4};
    double sum = 0.0, last = 2.0;
    std::size_t rows = 0;
    for (const Evidence& one : evidence_of(council, corpus, {head, what, false})) {
      EXPECT_EQ(one.text, corpus.sentences[one.sentence].text);
      EXPECT_LE(one.share.value, last) << "the largest first";
      last = one.share.value;
      sum += static_cast<double>(one.share.value) * static_cast<double>(one.share.rows);
      rows += one.share.rows;
    }
    const Measure& mean = report.measures[place][report.index(head)];
    EXPECT_EQ(rows, mean.rows) << what;
    EXPECT_NEAR(sum / static_cast<double>(rows), mean.value, 1e-6) << what;
  }
}

TEST_F(HeadEvidence, NamesTheRowThatShowsItBest) {
  const std::vector<Evidence> list = evidence_of(council, corpus, {{0, 0}, "previous_token", false});
  ASSERT_EQ(list.size(), 40U);
  for (const Evidence& one : list)
    EXPECT_EQ(one.key + 1, one.query) << "the head was trained to look at the token before";
}

TEST_F(HeadEvidence, OfARelationCountsRightAnswersAndNamesTheWords) {
  const std::string relation = "predicate_subject";  // council's head 3·0
  const HeadReport report = make_head_report(measure_corpus(council, corpus), corpus.name);
  const RelationReport& whole = *relation_named(report, relation);
  double right = 0.0;
  std::size_t rows = 0;
  for (const Evidence& one : evidence_of(council, corpus, {{3, 0}, relation, true})) {
    right += static_cast<double>(one.share.value) * static_cast<double>(one.share.rows);
    rows += one.share.rows;
    EXPECT_FALSE(one.asks.empty());
    EXPECT_EQ(one.right, one.share.value > 0.0F) << "a right answer is shown where there is one";
    EXPECT_NE(one.text.find(one.asks), std::string::npos);
    EXPECT_NE(one.text.find(one.found), std::string::npos);
  }
  EXPECT_EQ(rows, whole.rows);
  EXPECT_NEAR(right / static_cast<double>(rows), whole.heads[report.index({3, 0})].right, 1e-6);
}

TEST_F(HeadEvidence, KnowsNothingOfWhatHasNoRows) {
  EXPECT_TRUE(evidence_of(council, corpus, {{0, 0}, "no such measure", false}).empty());
  EXPECT_TRUE(evidence_of(council, corpus, {{0, 0}, "no such relation", true}).empty());
  const Corpus plain{"plain.txt", {{.text = "Кот спал."}}};
  EXPECT_TRUE(evidence_of(council, plain, {{3, 0}, "predicate_subject", true}).empty()) << "no tree";
  EXPECT_EQ(evidence_of(council, plain, {{0, 0}, "previous_token", false}).size(), 1U);
}

}  // namespace
}  // namespace regard
