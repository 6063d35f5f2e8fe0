// SPDX-License-Identifier: Apache-2.0
// Probes on a model whose heads look everywhere alike: what they get is what a uniform head gets, and the rules without understanding are
// counted by hand. Real models are held to NumPy in tests/app/cli/head_knowledge_test.py.
#include "core/analysis/sentence_probe.h"

#include "core/analysis/detectors.h"
#include "core/analysis/head_ensembles.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace regard {
namespace {

constexpr const char* kVocabulary =
    "[UNK]\n[CLS]\n[SEP]\n[MASK]\n[PAD]\nann\nbob\nmet\n,\nshe\nhe\nslept\nwas\nwere\n.\nand\nsaw\n";

std::shared_ptr<Model> uniform_model(bool causal) {
  const testing::ModelShape shape{
      .layers = 2, .heads = 4, .kv_heads = 2, .hidden = 32, .context = 12, .vocabulary = 17};
  auto model = causal ? testing::random_llama(shape) : testing::random_bert(shape);
  auto weights = std::make_shared<Weights>(*model->weights);
  const auto zeros = std::make_shared<std::vector<float>>(32 * 32, 0.0F);
  weights->storage.push_back(zeros);
  for (LayerWeights& layer : weights->layers)
    layer.query = {{DType::f32, {32, 32}, reinterpret_cast<const std::byte*>(zeros->data())}, {}};
  model->weights = weights;
  model->tokenizer = parse_vocab_txt(kVocabulary, {}, "vocab.txt");
  return model;
}

NamedProbe probe_of(const std::string& lines) {
  return {"some.txt", parse_probe_sentences("probe: who\n" + lines, "some.txt")};
}

constexpr const char* kSentences =
    "[answer Ann] met [other Bob] , [query she] slept .\n"
    "[rival Ann] met [answer Ann] , [query she] slept .\n"
    "[query She] saw [answer Ann] and [rival Bob] .\n"
    "[answer Ann] met Bob and [query she] slept and slept and slept and slept and slept .\n";

TEST(SentenceProbe, OfAUniformEncoderIsItsBaseline) {
  const SentenceProbe probe = measure_probe(uniform_model(false), probe_of(kSentences));
  EXPECT_EQ(probe.sentences, 3U);
  EXPECT_EQ(probe.left_out, 1U) << "the last one is longer than the context";
  EXPECT_EQ(probe.unasked, 0U);
  EXPECT_EQ(probe.nearest, 3U);
  EXPECT_EQ(probe.first, 2U);
  EXPECT_EQ(probe.continued, 0U) << "an encoder continues nothing";
  const std::vector<HeadsMeasure> measures = probe.measures();
  ASSERT_EQ(measures.size(), 3U);
  EXPECT_EQ(measures[0].name, "who");
  EXPECT_EQ(measures[1].name, "who_rival");
  EXPECT_EQ(measures[2].name, "who_choice");
  for (std::size_t head = 0; head < 8; ++head) {
    // [CLS] ann met bob , she slept . [SEP], likewise, [CLS] she saw ann and bob . [SEP]
    EXPECT_NEAR(measures[0].heads[head].uniform, (1.0 / 9 + 1.0 / 9 + 1.0 / 8) / 3.0, 1e-6);
    EXPECT_NEAR(measures[0].heads[head].value, measures[0].heads[head].uniform, 1e-6);
    EXPECT_EQ(measures[0].heads[head].rows, 3U);
    EXPECT_EQ(measures[1].heads[head].rows, 2U) << "one sentence has no rival";
    EXPECT_FLOAT_EQ(measures[2].heads[head].uniform, 1.0F) << "the nearest candidate always answers";
  }
}

TEST(SentenceProbe, OfACausalRunAsksOnlyWhatStandsBefore) {
  const SentenceProbe probe = measure_probe(uniform_model(true), probe_of(kSentences));
  EXPECT_EQ(probe.sentences, 2U);
  EXPECT_EQ(probe.unasked, 1U);
  EXPECT_NEAR(probe.measures()[0].heads[0].value, 1.0 / 6, 1e-6) << "[CLS] ann met bob , she";
}

TEST(SentenceProbe, AsksADecoderBeforeThePlaceAndForItsContinuation) {
  const auto lines = "[answer Ann] and [rival Bob] [place was] .  => was | were\n";
  const SentenceProbe decoder = measure_probe(uniform_model(true), probe_of(lines));
  EXPECT_EQ(decoder.continued, 1U);
  EXPECT_NEAR(decoder.answers[0].mean().uniform, 1.0 / 4, 1e-6) << "[CLS] ann and bob: asked at bob";
  EXPECT_NEAR(decoder.rivals[0].mean().uniform, 1.0 / 4, 1e-6);
  const SentenceProbe turned =
      measure_probe(uniform_model(true), probe_of("[answer Ann] and [rival Bob] [place was] .  => were | was\n"));
  EXPECT_EQ(decoder.preferred + turned.preferred, 1U) << "one of the two is more probable";
  EXPECT_NEAR(measure_probe(uniform_model(false), probe_of(lines)).answers[0].mean().uniform, 1.0 / 7, 1e-6);
}

/// A corpus of three sentences with trees: ann ← met → bob.
Corpus three_trees() {
  const std::string tree =
      "1\tAnn\tann\tNOUN\t_\t_\t2\tnsubj\t_\t_\n2\tmet\tmeet\tVERB\t_\t_\t0\troot\t_\t_\n3\tBob\tbob\tNOUN\t_\t_"
      "\t2\tobj\t_\t_\n\n";
  return {"three.conllu", parse_conllu(tree + tree + tree, "three.conllu")};
}

TEST(Detectors, OfAUniformModelAreTheirBaseline) {
  const std::vector<Detector> rules = parse_detectors(
      "detector: object\nquery: upos VERB\nkey: dependent obj\ndetector: before\nquery: any\nkey: offset -1", "rules");
  const std::vector<DetectorScores> scores = measure_detectors(uniform_model(false), three_trees(), rules);
  ASSERT_EQ(scores.size(), 2U);
  const Measure object = scores[0].heads[3].mean(), before = scores[1].heads[3].mean();
  EXPECT_EQ(object.rows, 3U);
  EXPECT_NEAR(object.value, 0.2, 1e-6) << "[CLS] ann met bob [SEP]";
  EXPECT_NEAR(object.uniform, 0.2, 1e-6);
  EXPECT_EQ(before.rows, 12U);
  EXPECT_NEAR(before.value, before.uniform, 1e-6);
  EXPECT_FALSE(measure_detectors(uniform_model(true), three_trees(), rules)[0].heads[0].mean().defined())
      << "who reads from left to right cannot see the object";
}

TEST(SentenceProbe, ShowsTheSentencesBehindItsNumber) {
  const std::shared_ptr<Model> model = uniform_model(false);
  const SentenceProbe probe = measure_probe(model, probe_of(kSentences));
  const std::vector<Evidence> list = probe_evidence(model, probe_of(kSentences), {1, 2});
  ASSERT_EQ(list.size(), probe.sentences);
  EXPECT_EQ(list[0].sentence, 2U) << "one of eight tokens gets more than one of nine";
  EXPECT_EQ(list[0].text, "She saw Ann and Bob .");
  EXPECT_EQ(list[0].asks, "She");
  EXPECT_EQ(list[0].query, 1U);
  float sum = 0.0F;
  for (const Evidence& one : list) {
    sum += one.share.value;
    EXPECT_EQ(one.share.rows, 1U);
    EXPECT_NEAR(one.share.value, one.share.uniform, 1e-6);
    EXPECT_NE(one.text.find(one.found), std::string::npos);
  }
  EXPECT_NEAR(sum / 3.0F, probe.measures()[0].heads[6].value, 1e-6) << "the number of the table";
}

TEST(SentenceProbe, AsksADecoderOnceMoreBeforeThePlace) {
  const std::vector<Evidence> list = probe_evidence(
      uniform_model(true), probe_of("[answer Ann] and [rival Bob] [place was] .  => was | were\n"), {0, 0});
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].asks, "Bob") << "the token before the place";
  EXPECT_EQ(list[0].query, 3U);
}

TEST(Ensembles, TellNoHeadThatAddsNothing) {
  EXPECT_EQ((RelationEnsemble{{4, 2, 7}, {5, 6, 7}, {5, 7, 7}, 9, 9}.helping()), 2U);
  EXPECT_EQ((RelationEnsemble{{4, 2, 7}, {5, 6, 7}, {5, 5, 7}, 9, 9}.helping()), 3U) << "the third needs the second";
  EXPECT_EQ((RelationEnsemble{{4}, {0}, {0}, 9, 9}.helping()), 1U);
}

TEST(Ensembles, AreChosenOnOneHalfAndGradedOnTheOther) {
  const HeadEnsembles ensembles = measure_ensembles(uniform_model(false), three_trees(), 3);
  const RelationEnsemble& subject =
      ensembles.at("nsubj:down");  // met → ann: where all words get as much, the first one
  EXPECT_EQ(subject.heads.size(), 1U) << "where all heads look alike, a second one adds nothing";
  EXPECT_EQ(subject.chosen_rows, 2U);
  EXPECT_EQ(subject.rows, 1U);
  EXPECT_EQ(subject.chosen_right, std::vector<std::size_t>{2});
  EXPECT_EQ(subject.right, std::vector<std::size_t>{1});
  EXPECT_TRUE(measure_ensembles(uniform_model(false), {"one", {three_trees().sentences.front()}}, 3).empty())
      << "one half has nothing to be graded by";
  EXPECT_TRUE(measure_ensembles(uniform_model(false), {"text", {{.text = "Ann met Bob"}, {.text = "Ann"}}}, 3).empty());
}

TEST(Ensembles, AreOfHeadsThatLook) {
  const auto uniform = uniform_model(true);
  const auto model = testing::random_hybrid(
      {.layers = 2, .heads = 4, .kv_heads = 2, .hidden = 32, .context = 12, .vocabulary = 17});  // layer 0: no softmax
  const auto weights = std::make_shared<Weights>(*model->weights);
  weights->layers[1].query = uniform->weights->layers[1].query;  // some relations no head answers
  model->weights = weights;
  model->tokenizer = uniform->tokenizer;
  const HeadEnsembles ensembles = measure_ensembles(model, three_trees(), 3);
  EXPECT_TRUE(std::any_of(ensembles.begin(), ensembles.end(),
                          [](const auto& one) { return one.second.chosen_right.front() == 0; }));
  for (const auto& [relation, ensemble] : ensembles)
    for (const std::size_t head : ensemble.heads)
      EXPECT_GE(head, model->config.heads(0)) << relation;
}

}  // namespace
}  // namespace regard
