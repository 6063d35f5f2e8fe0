// SPDX-License-Identifier: Apache-2.0
// The sentences behind a head's number, on a model whose heads are known: council's first looks at the token before. And long corpora, on a
// small random model.
#include "core/analysis/head_evidence.h"

#include "core/analysis/head_report.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

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
    for (const Evidence& one : evidence_of(council, corpus, {head, what, false}).list) {
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
  const std::vector<Evidence> list = evidence_of(council, corpus, {{0, 0}, "previous_token", false}).list;
  ASSERT_EQ(list.size(), 40U);
  for (const Evidence& one : list)
    EXPECT_EQ(one.key + 1, one.query) << "the head was trained to look at the token before";
}

TEST_F(HeadEvidence, OfARelationCountsRightAnswersAndNamesTheWords) {
  const std::string relation = "predicate_subject";  // council's head 3.0
  const HeadReport report = make_head_report(measure_corpus(council, corpus), corpus.name);
  const RelationReport& whole = *relation_named(report, relation);
  double right = 0.0;
  std::size_t rows = 0;
  for (const Evidence& one : evidence_of(council, corpus, {{3, 0}, relation, true}).list) {
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
  EXPECT_TRUE(evidence_of(council, corpus, {{0, 0}, "no such measure", false}).list.empty());
  EXPECT_TRUE(evidence_of(council, corpus, {{0, 0}, "no such relation", true}).list.empty());
  const Corpus plain{"plain.txt", {{.text = "Кот спал."}}};
  EXPECT_TRUE(evidence_of(council, plain, {{3, 0}, "predicate_subject", true}).list.empty()) << "no tree";
  EXPECT_EQ(evidence_of(council, plain, {{0, 0}, "previous_token", false}).list.size(), 1U);
}

TEST(HeadEvidenceScale, IsTheMeasuresOwn) {
  const std::vector<Evidence> low{{.share = {0.01F, 0.02F, 5}}, {.share = {0.002F, 0.5F, 5}}};
  EXPECT_FLOAT_EQ(evidence_scale({{0, 0}, "previous_token", false}, low), 1.0F) << "a share is one of 1, however small";
  EXPECT_FLOAT_EQ(evidence_scale({{0, 0}, "predicate_subject", true}, low), 1.0F);
  EXPECT_FLOAT_EQ(evidence_scale({{0, 0}, "coreference", false}, low), 1.0F);
  EXPECT_FLOAT_EQ(evidence_scale({{0, 0}, "normalised_entropy", false}, low), 1.0F);
  const std::vector<Evidence> nats{{.share = {1.5F, 3.0F, 5}}, {.share = {2.5F, 2.75F, 5}}};
  EXPECT_FLOAT_EQ(evidence_scale({{0, 0}, "entropy", false}, nats), 3.0F)
      << "that of a head that looks everywhere alike";
  EXPECT_FLOAT_EQ(evidence_scale({{0, 0}, "distance", false}, {}), 1.0F);
}

/// Longer than what is kept of both ends: sentences of one to five words, all as often.
class LongHeadEvidence : public ::testing::Test {
protected:
  static constexpr std::size_t kSentences = 1700;
  static constexpr const char* kVocabulary = "[UNK]\n[CLS]\n[SEP]\n[MASK]\n[PAD]\nann\nbob\nmet\nshe\nhe\n";
  std::shared_ptr<Model> model = [] {
    auto made = testing::random_bert({.layers = 1, .heads = 2, .context = 12, .vocabulary = 10});
    made->tokenizer = parse_vocab_txt(kVocabulary, {}, "vocab.txt");
    return made;
  }();
  Corpus corpus = [] {
    Corpus all{"long.txt", {}};
    const std::vector<std::string> words{"ann", "bob", "met", "she", "he"};
    for (std::size_t sentence = 0; sentence < kSentences; ++sentence) {
      std::string text = words[sentence % 5];
      for (std::size_t more = 0; more < sentence % 7 % 5; ++more)
        text += " " + words[(sentence / 5 + more) % 5];
      all.sentences.push_back({.text = text});
    }
    return all;
  }();
  const EvidenceQuestion question{{0, 1}, "self", false};
};

TEST_F(LongHeadEvidence, KeepsBothEndsOfALongCorpus) {
  const FoundEvidence found = evidence_of(model, corpus, question);
  const std::vector<Evidence>& kept = found.list;
  EXPECT_EQ(found.sentences, kSentences) << "those that were dropped are counted";
  EXPECT_GE(kept.size(), 1000U);
  EXPECT_LT(kept.size(), 1500U) << "memory does not grow with the corpus";
  std::vector<float> all;
  for (const TreeSentence& sentence : corpus.sentences)
    all.push_back(evidence_of(model, {"one", {sentence}}, question).list.front().share.value);
  std::sort(all.begin(), all.end(), std::greater<>());
  ASSERT_GT(all.front(), all.back());
  for (std::size_t place = 0; place < 500; ++place) {
    EXPECT_FLOAT_EQ(kept[place].share.value, all[place]) << place << " from the top";
    EXPECT_FLOAT_EQ(kept[kept.size() - 1 - place].share.value, all[all.size() - 1 - place]) << place << " from the end";
    EXPECT_EQ(found.rank_at(place), place + 1);
    EXPECT_EQ(found.rank_at(kept.size() - 1 - place), kSentences - place);
  }
  ASSERT_GT(kept.size(), 1000U);
  EXPECT_EQ(found.rank_at(500), std::nullopt) << "nobody knows how many were dropped before it";
  for (std::size_t place = 1; place < kept.size(); ++place)
    if (kept[place - 1].share.value == kept[place].share.value) {
      EXPECT_LT(kept[place - 1].sentence, kept[place].sentence) << "among equals the corpus' order";
    }
}

TEST_F(LongHeadEvidence, TellsOnTheWayWhatIsKnownSoFar) {
  corpus.sentences.resize(100);
  std::vector<std::size_t> sizes;
  const FoundEvidence whole =
      evidence_of(model, corpus, question, {}, nullptr, {}, [&](const std::vector<Evidence>& so_far) {
        sizes.push_back(so_far.size());
        EXPECT_TRUE(std::is_sorted(so_far.begin(), so_far.end(), [](const Evidence& one, const Evidence& other) {
          return one.share.value > other.share.value;
        })) << "the largest first";
      });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{32, 64, 96}));
  EXPECT_EQ(whole.list.size(), 100U);
  EXPECT_EQ(whole.rank_at(99), 100U);
}

}  // namespace
}  // namespace regard
