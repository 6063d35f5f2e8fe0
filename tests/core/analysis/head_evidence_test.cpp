// SPDX-License-Identifier: Apache-2.0
// The sentences behind a head's number, on a model whose heads are known: council's first looks at the token before. And long corpora, on a
// small random model.
#include "core/analysis/head_evidence.h"

#include "core/analysis/detectors.h"
#include "core/analysis/head_report.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
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
      EXPECT_LE(one.share.value, last + 0.01F) << "the largest first, to a hundredth";
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
  for (const Evidence& one : list) {
    EXPECT_EQ(one.key + 1, one.query) << "the head was trained to look at the token before";
    EXPECT_FALSE(one.asks.empty());
    EXPECT_FALSE(one.found.empty());
    EXPECT_FALSE(one.right) << "a measure asks no question";
  }
}

TEST_F(HeadEvidence, OfAMeasureNamesAPairThatCounts) {
  const HeadRef looks_ahead{0, 1};
  for (const Evidence& one : evidence_of(council, corpus, {looks_ahead, "previous_token", false}).list)
    EXPECT_EQ(one.key + 1, one.query) << "not the token that it looks at most";
  for (const Evidence& one : evidence_of(council, corpus, {looks_ahead, "separator", false}).list)
    EXPECT_TRUE(one.found == "[CLS]" || one.found == "[SEP]") << one.found;
}

TEST_F(HeadEvidence, CountsTheKeysThatTheMeasureAddsUp) {
  const SentenceRun read = run_sentence(council, "Кот спал, и кот видел, что кот спал.");
  ASSERT_TRUE(read.trace);
  const TokenMarks marks = token_marks(read.tokens);
  const HeadRef head{2, 3};
  for (const NamedMeasure& named : named_measures().first(9))  // the shares of weight
    for (std::size_t query = 0; query < read.trace->tokens(); ++query) {
      const Measure row = measure_head(*read.trace, head, {query, query + 1}, marks).*named.measure;
      if (!row.defined()) continue;
      const Matrix look = weights(*read.trace, head, {query, query + 1}, {0, read.trace->tokens()});
      float sum = 0.0F;
      for (std::size_t key = 0; key < read.trace->tokens(); ++key)
        if (named.counts({*read.trace, marks, query}, key)) sum += look(0, key);
      EXPECT_NEAR(sum, row.value, 1e-5) << named.name << " at " << query;
    }
}

TEST_F(HeadEvidence, OfARuleAddsUpToTheDetectorsNumber) {
  const std::vector<Detector> rules = parse_detectors(
      "detector: subject\nquery: upos VERB\nkey: dependent nsubj\ndetector: before\nquery: not separator\nkey: offset "
      "-1\n"
      "detector: entropy\nquery: token \"nowhere\"\nkey: any\n",
      "rules");
  const std::vector<DetectorScores> scores = measure_detectors(council, corpus, rules);
  const HeadRef head{3, 0};
  for (std::size_t index = 0; index < 2; ++index) {
    MeasureTally sum;
    for (const Evidence& one : evidence_of(council, corpus, {head, rules[index].name, false, rules[index]}).list) {
      sum.add(one.share);
      EXPECT_FALSE(one.asks.empty());
      EXPECT_FALSE(one.found.empty());
      EXPECT_NE(one.query, Evidence::none);
      if (index == 1) {
        EXPECT_EQ(one.key + 1, one.query);
      }
    }
    const Measure whole = scores[index].heads[head.layer * council->config.heads(0) + head.head].mean();
    ASSERT_TRUE(whole.defined());
    EXPECT_EQ(sum.rows, whole.rows) << rules[index].name;
    EXPECT_NEAR(sum.mean().value, whole.value, 1e-5) << rules[index].name;
    EXPECT_NEAR(sum.mean().uniform, whole.uniform, 1e-5) << rules[index].name;
    EXPECT_GE(scores[index].queries, whole.rows);
  }
  EXPECT_TRUE(evidence_of(council, corpus, {head, rules[2].name, false, rules[2]}).list.empty());
  EXPECT_EQ(scores[2].queries, 0U);
  EXPECT_GT(scores[2].keys, 0U) << "any token would do";
  EXPECT_FLOAT_EQ(evidence_scale({head, "entropy", false, rules[2]}, {{.share = {2.0F, 3.0F, 5}}}), 1.0F)
      << "whatever a rule is called, it is a share";
}

TEST(HeadEvidenceOrder, PutsTypicalSentencesBeforeShortOnesFromEitherEnd) {
  const auto one = [](std::size_t sentence, float value, std::size_t rows) {
    return Evidence{.sentence = sentence, .share = {value, 0.1F, rows}};
  };
  std::vector<Evidence> list{one(0, 0.0F, 2),   one(1, 1.0F, 2),  one(2, 0.998F, 12), one(3, 0.6F, 30),
                             one(4, 0.001F, 9), one(5, 1.0F, 12), one(6, 0.998F, 12), one(7, 0.99F, 40)};
  sort_by_share(list);
  std::vector<std::size_t> order;
  for (const Evidence& each : list)
    order.push_back(each.sentence);
  EXPECT_EQ(order, (std::vector<std::size_t>{5, 2, 6, 1, 7, 3, 0, 4}))
      << "1.00: twelve rows before two; the larger first, then the corpus' order; 0.00: nine rows last";
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
  std::vector<Evidence> all;
  for (std::size_t sentence = 0; sentence < kSentences; ++sentence) {
    all.push_back(evidence_of(model, {"one", {corpus.sentences[sentence]}}, question).list.front());
    all.back().sentence = sentence;
  }
  sort_by_share(all);
  ASSERT_GT(all.front().share.value, all.back().share.value);
  for (std::size_t place = 0; place < 500; ++place) {
    EXPECT_EQ(kept[place].sentence, all[place].sentence) << place << " from the top";
    EXPECT_EQ(kept[kept.size() - 1 - place].sentence, all[all.size() - 1 - place].sentence) << place << " from the end";
    EXPECT_EQ(found.rank_at(place), place + 1);
    EXPECT_EQ(found.rank_at(kept.size() - 1 - place), kSentences - place);
  }
  ASSERT_GT(kept.size(), 1000U);
  EXPECT_EQ(found.rank_at(500), std::nullopt) << "nobody knows how many were dropped before it";
  for (std::size_t place = 1; place < kept.size(); ++place)
    if (kept[place - 1].share.value == kept[place].share.value &&
        kept[place - 1].share.rows == kept[place].share.rows) {
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
          return one.share.value > other.share.value + 0.01F;
        })) << "the largest first, to a hundredth";
      });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{32, 64, 96}));
  EXPECT_EQ(whole.list.size(), 100U);
  EXPECT_EQ(whole.rank_at(99), 100U);
}

}  // namespace
}  // namespace regard
