// SPDX-License-Identifier: Apache-2.0
// Fine-tuned heads against PyTorch (tests/reference/tuned_families.py), and what is made of their answers.
#include "core/engine/class_head.h"

#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

using testing::Reference;
using testing::ReferenceRun;
using Of = ClassHead::Of;

class TunedHead : public testing::ReferenceTest {};

TEST_P(TunedHead, AgreesWithPyTorch) {
  const Reference reference = testing::open_reference(GetParam());
  const ModelConfig& config = reference.model->config;
  ASSERT_FALSE(config.class_head.empty());
  EXPECT_FALSE(config.has_lm_head);
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    testing::Differences found = testing::differences(*trace, reference.arrays, one.name);
    const std::size_t place = class_position(*trace);
    const Range asked = config.class_head.of == Of::text ? Range{place, place + 1} : Range{0, trace->tokens()};
    const Matrix logits = class_logits(*trace, asked);
    found["class_logits"] = testing::worst_difference(logits.values, reference.array(one, "class_logits"));
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " of " << one.name;
    testing::gather(worst, found);
  }
  testing::tell(GetParam(), worst);
}

TEST_P(TunedHead, DisagreesWhereItReadsAnotherToken) {
  const Reference reference = testing::open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  const auto trace = run(reference.model, one.request);
  const ClassHead& head = reference.model->config.class_head;
  if (head.of != Of::text || head.pooled) GTEST_SKIP() << "it reads all of them";
  const std::size_t other = class_position(*trace) == 0 ? 1 : 0;
  const Matrix logits = class_logits(*trace, {other, other + 1});
  EXPECT_GT(testing::worst_difference(logits.values, reference.array(one, "class_logits")), 0.01);
}

INSTANTIATE_TEST_SUITE_P(Models, TunedHead,
                         ::testing::Values("albert-text-f32", "albert-spans-f32", "mpnet-text-f16", "mpnet-tokens-f32",
                                           "deberta-v3-text-f32", "deberta-v3-tokens-f16", "modern-bert-text-f32",
                                           "modern-bert-first-token-f32", "modern-bert-tokens-f32",
                                           "modern-bert-spans-f16", "tuned-bert-text-f32", "tuned-bert-tokens-f16",
                                           "tuned-bert-spans-f32", "tuned-roberta-text-f32",
                                           "tuned-distilbert-text-bf16", "tuned-electra-text-f32",
                                           "tuned-gpt2-text-f32", "tuned-llama-text-f32", "tuned-qwen3-tokens-bf16"),
                         testing::name_of);

/// A random encoder with a head on its tokens: `labels` rows of small numbers.
std::shared_ptr<const Trace> labelled(Of of, std::size_t labels, bool independent = false, bool numbers = false) {
  const auto model = testing::random_bert({});
  model->config.has_lm_head = false;
  model->config.class_head = {.of = of, .independent = independent, .numbers = numbers};
  for (std::size_t label = 0; label < labels; ++label)
    model->config.labels.push_back("L" + std::to_string(label));
  const auto weights = std::make_shared<Weights>(*model->weights);
  const auto matrix = std::make_shared<std::vector<float>>(labels * model->config.hidden);
  for (std::size_t at = 0; at < matrix->size(); ++at)
    (*matrix)[at] = 0.1F * static_cast<float>(at * at % 17) - 0.8F;
  weights->class_output.weight = {
      DType::f32, {labels, model->config.hidden}, reinterpret_cast<const std::byte*>(matrix->data())};
  weights->storage.push_back(matrix);
  model->weights = weights;
  return run(model, {.ids = {5, 17, 3, 99, 42, 7, 8}});
}

TEST(ClassHead, shares_one_probability_among_classes_that_exclude_each_other) {
  const auto trace = labelled(Of::tokens, 4);
  const std::vector<Prediction> found = predict_classes(*trace, 2, 10);
  ASSERT_EQ(found.size(), 4U);
  double sum = 0.0;
  for (const Prediction& label : found)
    sum += label.probability;
  EXPECT_NEAR(sum, 1.0, 1e-6);
  EXPECT_TRUE(
      std::is_sorted(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.logit > b.logit; }));
  EXPECT_NEAR(found[0].probability / found[1].probability, std::exp(found[0].logit - found[1].logit), 1e-3);
  EXPECT_EQ(predict_classes(*trace, 2, 1).size(), 1U);
}

TEST(ClassHead, gives_independent_labels_a_probability_each_and_numbers_none) {
  for (const Prediction& label : predict_classes(*labelled(Of::text, 3, true), 0, 3))
    EXPECT_NEAR(label.probability, 1.0 / (1.0 + std::exp(-label.logit)), 1e-6);
  const std::vector<Prediction> number = predict_classes(*labelled(Of::text, 1, false, true), 0, 3);
  ASSERT_EQ(number.size(), 1U);
  EXPECT_TRUE(std::isnan(number[0].probability));
}

TEST(ClassHead, finds_the_most_probable_spans_in_order_and_without_the_tokens_left_out) {
  const auto trace = labelled(Of::spans, 2);
  const Matrix logits = class_logits(*trace, {0, trace->tokens()});
  const std::vector<bool> left_out{true, false, false, false, false, false, true};
  const std::vector<AnswerSpan> spans = predict_spans(*trace, left_out, 100);
  EXPECT_EQ(spans.size(), 15U) << "of five tokens";
  for (std::size_t at = 0; at < spans.size(); ++at) {
    EXPECT_LE(spans[at].begin, spans[at].last);
    EXPECT_GT(spans[at].begin, 0U);
    EXPECT_LT(spans[at].last, 6U);
    EXPECT_NEAR(spans[at].logit, logits(spans[at].begin, 0) + logits(spans[at].last, 1), 1e-5);
    if (at > 0) {
      EXPECT_GE(spans[at - 1].logit, spans[at].logit);
    }
  }
  EXPECT_EQ(predict_spans(*trace, left_out, 3).size(), 3U);
  double sum = 0.0;
  for (const AnswerSpan& span : predict_spans(*trace, {}, 100))
    sum += span.probability;
  EXPECT_LE(sum, 1.0 + 1e-6) << "beginnings behind their ends have a share, too";
}

}  // namespace
}  // namespace regard
