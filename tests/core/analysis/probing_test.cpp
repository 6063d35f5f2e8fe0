// SPDX-License-Identifier: Apache-2.0
// Linear probes: ridge regression held to a case done by hand, labels of a small tree, and on real states what is known: tags are
// there, random labels are not.
#include "core/analysis/probing.h"

#include "core/analysis/ridge.h"
#include "core/base/random.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <map>

namespace regard {
namespace {

using testing::error_of;

constexpr std::size_t kUnseen = ProbeLabels::unseen;

Matrix column(const std::vector<float>& values) {
  Matrix matrix(values.size(), 1);
  matrix.values = values;
  return matrix;
}

TEST(Ridge, OfOneFeatureIsThatDoneByHand) {
  // x = 0, 2, 4, 6 with classes 0, 0, 1, 1: mean 3, variance 5, covariance with class 1: 1; z = (x − 3)/√5, so that
  // w = (1/√5)/(1 + λ)/√5 and b = ½ − 3w.
  RidgeSums sums(1, 2);
  sums.add(column({0.0F, 2.0F}), std::vector<std::size_t>{0, 0});
  sums.add(column({4.0F, 6.0F}), std::vector<std::size_t>{1, 1});
  EXPECT_EQ(sums.rows, 4U);
  for (const double shrinkage : {0.0, 0.5}) {
    const RidgeClassifier probe = solve_ridge(sums, shrinkage);
    const double weight = 0.2 / (1.0 + shrinkage);
    EXPECT_NEAR(probe.weights[1], weight, 1e-12);
    EXPECT_NEAR(probe.weights[0], -weight, 1e-12);
    EXPECT_NEAR(probe.bias[1], 0.5 - 3.0 * weight, 1e-12);
  }
  const RidgeClassifier probe = solve_ridge(sums, 0.1);
  EXPECT_EQ(probe.classify(std::vector<float>{2.9F}, {0, 2}), 0U);
  EXPECT_EQ(probe.classify(std::vector<float>{3.1F}, {0, 2}), 1U);
  EXPECT_EQ(probe.classify(std::vector<float>{9.0F}, {0, 1}), 0U) << "among some classes alone";
}

TEST(Ridge, LeavesOutWhatNeverChanges) {
  RidgeSums sums(2, 2);
  Matrix samples(4, 2, 1000.0F);
  for (std::size_t row = 0; row < 4; ++row)
    samples(row, 0) = static_cast<float>(row);
  sums.add(samples, std::vector<std::size_t>{0, 0, 1, 1});
  const RidgeClassifier probe = solve_ridge(sums, 0.01);
  EXPECT_EQ(probe.weights[1], 0.0);
  EXPECT_EQ(probe.weights[3], 0.0);
  EXPECT_EQ(probe.classify(samples.row(3), {0, 2}), 1U);
}

TEST(Ridge, LearnsNothingFromRandomLabels) {
  Random random(3);
  RidgeSums sums(20, 4);  // classes 0, 1 follow the first feature; 2 (three in four) and 3 follow nothing
  const auto draw = [&](Matrix& samples, std::vector<std::size_t>& labels) {
    for (float& value : samples.values)
      value = random.normal();
    for (std::size_t row = 0; row < samples.rows; ++row)
      labels.insert(labels.end(), {samples(row, 0) > 0.0F ? 1U : 0U, random.below(4) == 0 ? 3U : 2U});
  };
  Matrix samples(2000, 20);
  std::vector<std::size_t> labels;
  draw(samples, labels);
  sums.add(samples, labels);
  const RidgeClassifier probe = solve_ridge(sums, 0.1);
  labels.clear();
  draw(samples, labels);
  double right = 0.0, by_chance = 0.0, most_frequent = 0.0;
  for (std::size_t row = 0; row < samples.rows; ++row) {
    right += probe.classify(samples.row(row), {0, 2}) == labels[2 * row] ? 1.0 / 2000.0 : 0.0;
    by_chance += probe.classify(samples.row(row), {2, 4}) == labels[2 * row + 1] ? 1.0 / 2000.0 : 0.0;
    most_frequent += labels[2 * row + 1] == 2 ? 1.0 / 2000.0 : 0.0;
  }
  EXPECT_GT(right, 0.95);
  EXPECT_NEAR(by_chance, most_frequent, 0.01);
}

TreeSentence sentence_of(const std::vector<TreeWord>& words) {
  TreeSentence sentence;
  sentence.words = words;
  return sentence;
}

TEST(ProbeLabels, AreThoseOfTheTree) {
  const TreeSentence cats = sentence_of({{.form = "Cats", .tag = "NOUN", .relation = "nsubj:pass", .head = 1},
                                         {.form = "sleep", .tag = "VERB", .relation = "root"},
                                         {.form = ".", .tag = "PUNCT", .relation = "punct", .head = 1},
                                         {.form = "cats", .tag = "NOUN", .relation = "obl", .head = 1}});
  TreeSentence last = cats;
  last.words[1].tag = "AUX";
  const std::vector<TreeSentence> corpus{cats, {}, cats, cats, last};
  const ProbeLabels tags = probe_labels(corpus, ProbeTask::part_of_speech);
  EXPECT_EQ(tags.classes, (std::vector<std::string>{"NOUN", "VERB"}));
  EXPECT_EQ(tags.counts, (std::vector<std::size_t>{6, 3}));
  ASSERT_EQ(tags.words[4].size(), 3U) << "punctuation is not asked for";
  EXPECT_EQ(tags.words[4][0].label, 0U);
  EXPECT_EQ(tags.words[4][1].label, kUnseen) << "no training sentence has an AUX";
  EXPECT_EQ(tags.words[4][2].word, 3U);
  EXPECT_EQ(tags.words[4][0].control, tags.words[4][2].control) << "one form, one label";
  EXPECT_EQ(tags.words[4][0].control, tags.words[0][0].control) << "in every sentence";
  EXPECT_EQ(probe_labels(corpus, ProbeTask::governor).classes, (std::vector<std::string>{"-2", "1", "root"}));
  EXPECT_EQ(probe_labels(corpus, ProbeTask::relation).classes, (std::vector<std::string>{"nsubj", "obl", "root"}));
}

TEST(ProbeLabels, OfControlsAreAsFrequentAsTheClasses) {
  std::vector<TreeSentence> corpus(400);
  for (std::size_t at = 0; at < corpus.size(); ++at)
    corpus[at] =
        sentence_of({{.form = "word" + std::to_string(at), .tag = at % 4 == 0 ? "VERB" : "NOUN", .relation = "x"}});
  const ProbeLabels labels = probe_labels(corpus, ProbeTask::part_of_speech);
  std::size_t nouns = 0;
  for (const std::vector<ProbeWord>& words : labels.words)
    nouns += words.front().control == 0 ? 1U : 0U;
  EXPECT_NEAR(static_cast<double>(nouns) / 400.0, 0.75, 0.07);
}

class Probed : public ::testing::Test {
protected:
  static Corpus shipped(const char* name) {
    return load_corpus(std::filesystem::path(REGARD_ASSETS_DIR) / "corpora" / name);
  }
  static std::shared_ptr<const Model> built_in(const char* name) {
    return load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / name);
  }
};

TEST_F(Probed, TagsAreInTheStatesOfBothModelsAndBothLanguages) {
  for (const char* name : {"council", "narrator"})
    for (const char* file : {"en.conllu", "ru.conllu"}) {
      const Corpus corpus = shipped(file);
      std::size_t seen = 0;
      const ProbeScores scores = probe_corpus(built_in(name), corpus, {}, {.see = [&](const ProbeScores&) { ++seen; }});
      EXPECT_EQ(scores.train_sentences + scores.test_sentences + scores.left_out, corpus.sentences.size());
      EXPECT_EQ(seen, scores.test_sentences);
      ASSERT_EQ(scores.scores.size(), scores.layers + 1);
      EXPECT_EQ(scores.majority, "NOUN");
      const ProbeScore& middle = scores.scores[scores.layers / 2];
      EXPECT_GT(scores.share(middle.right), 0.7) << name << ' ' << file;
      EXPECT_GT(scores.share(middle.right), scores.share(scores.majority_right) + 0.35) << name << ' ' << file;
      EXPECT_GT(scores.share(middle.right), scores.share(middle.control_right) + 0.2) << name << ' ' << file;
    }
}

TEST_F(Probed, WhereTheGovernorStandsIsKnownBetterAfterSomeLayers) {
  const ProbeScores scores = probe_corpus(built_in("council"), shipped("en.conllu"), {.task = ProbeTask::governor});
  const double embedding = scores.share(scores.scores.front().right), third = scores.share(scores.scores[3].right);
  EXPECT_GT(third, embedding + 0.1);
  EXPECT_GT(embedding, scores.share(scores.majority_right) - 0.05);
}

TEST_F(Probed, HeadsAreProbedEachByItself) {
  const ProbeScores scores =
      probe_corpus(built_in("council"), shipped("en.conllu"), {.source = ProbeSource::heads, .sentences = 100});
  ASSERT_EQ(scores.scores.size(), 32U);
  EXPECT_EQ(scores.train_sentences + scores.left_out + scores.test_sentences, 100U);
  for (const ProbeScore& score : scores.scores)
    EXPECT_GT(scores.share(score.right), 0.15) << score.place;
}

/// Negative control: labels that have nothing to do with the words.
TEST_F(Probed, ShuffledTagsAreNotFound) {
  Corpus corpus = shipped("en.conllu");
  Random random(4);
  std::vector<std::string*> tags;
  for (TreeSentence& sentence : corpus.sentences)
    for (TreeWord& word : sentence.words)
      if (word.tag != "PUNCT") tags.push_back(&word.tag);
  for (std::size_t at = 0; at + 1 < tags.size(); ++at)
    std::swap(*tags[at], *tags[at + random.below(tags.size() - at)]);
  const ProbeScores scores = probe_corpus(built_in("council"), corpus, {.shrinkage = 1.0});
  for (const ProbeScore& score : scores.scores)
    EXPECT_LT(scores.share(score.right), scores.share(scores.majority_right) + 0.03) << score.place;
}

TEST(ProbedPlaces, TakeNoMoreMemoryThanTheyMayAndHoldBothEnds) {
  ModelConfig config;
  config.layers = 32;
  config.hidden = 4096;
  config.plans.assign(config.layers, {.attention = {.heads = 32, .kv_heads = 32, .head_dim = 128}});
  for (const std::size_t classes : {2U, 17U, 100U}) {
    const std::vector<std::size_t> places = probed_places(config, ProbeSource::residual, classes);
    const RidgeSums sums(4096, 2 * classes);
    RidgeClassifier probe;
    probe.weights.resize(2 * classes * 4096);
    const std::size_t kept =
        (sums.products.size() + sums.sums.size() + sums.class_sums.size() + probe.weights.size()) * sizeof(double);
    EXPECT_EQ(probe_bytes(config, ProbeSource::residual, classes), kept);
    EXPECT_LE(places.size() * kept, most_probe_bytes);
    EXPECT_GT((places.size() + 1) * kept, most_probe_bytes) << "and no fewer than it could";
    EXPECT_EQ(places.front(), 0U);
    EXPECT_EQ(places.back(), 32U);
  }
  EXPECT_EQ(probed_places(config, ProbeSource::heads, 17).size(), 1024U) << "small ones all fit";
  config.hidden = 16384;
  EXPECT_EQ(probed_places(config, ProbeSource::residual, 2), (std::vector<std::size_t>{0, 32})) << "two in any case";
}

TEST_F(Probed, WhatHasNoTreesIsRefused) {
  Corpus corpus{.name = "plain.txt", .sentences = std::vector<TreeSentence>(10, {.text = "A cat."})};
  EXPECT_EQ(error_of([&] { (void)probe_corpus(built_in("council"), corpus, {}); }).code(), "probe_no_trees");
  Corpus few = shipped("en.conllu");
  few.sentences.resize(4);  // none is held out
  EXPECT_EQ(error_of([&] { (void)probe_corpus(built_in("council"), few, {}); }).code(), "probe_few");
  few.sentences.resize(1);
  const Error one = error_of([&] { (void)probe_corpus(built_in("council"), few, {}); });
  EXPECT_EQ(one.code(), "probe_few") << "it has a tree";
  EXPECT_EQ(one.details().found, "1");
  EXPECT_EQ(one.details().expected, "5");
  Corpus treeless = shipped("en.conllu");
  treeless.sentences.resize(9);
  treeless.sentences[4].words.clear();
  EXPECT_EQ(error_of([&] { (void)probe_corpus(built_in("council"), treeless, {}); }).code(), "probe_none_held_out");
  EXPECT_EQ(error_of([&] { (void)probe_corpus(built_in("digits"), few, {}); }).code(), "reads_pictures");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)probe_corpus(built_in("council"), shipped("en.conllu"), {}, {.stop = stop.get_token()}),
               Cancelled);
}

}  // namespace
}  // namespace regard
