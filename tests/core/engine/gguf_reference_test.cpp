// SPDX-License-Identifier: Apache-2.0
// Random models as Hugging Face folders and as GGUF files of every architecture (tests/reference/gguf_files.py): the same
// tensors, the same numbers. That the folders are right is shown by reference_test.cpp.
#include "core/engine/linear.h"
#include "tests/core/engine/reference.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace regard {
namespace {

using testing::reference_folder;

class GgufReference : public testing::ReferenceTest {};

std::vector<float> numbers_of(const TensorView& tensor) {
  std::vector<float> numbers(tensor.rows() * tensor.cols());
  if (!tensor.empty()) copy_as_f32(tensor, 0, numbers);
  return numbers;
}

/// What the matrix makes of the unit vectors: its columns, however they lie in the file.
std::vector<float> columns_of(const Linear& linear) {
  Matrix units(linear.weight.cols(), linear.weight.cols());
  for (std::size_t unit = 0; unit < units.rows; ++unit)
    units(unit, unit) = 1.0F;
  Matrix columns(units.rows, linear.weight.rows());
  if (!linear.weight.empty()) project(all_rows(units), linear, all_rows(columns), {});
  return columns.values;
}

void expect_same(const Norm& ours, const Norm& expected) {
  EXPECT_EQ(ours.scale, expected.scale);
  EXPECT_EQ(ours.shift, expected.shift);
}

/// What gate or up makes of the unit vectors; 0: gate, 1: up. Their outputs may stand by turns.
std::vector<float> columns_of(const FeedForwardWeights& block, std::size_t which) {
  if (block.gate_and_up.weight.empty()) return columns_of(which == 0 ? block.gate : block.up);
  const std::vector<float> both = columns_of(block.gate_and_up);
  std::vector<float> one;
  for (std::size_t at = which; at < both.size(); at += 2)
    one.push_back(both[at]);
  return one;
}

void expect_same(const FeedForwardWeights& ours, const FeedForwardWeights& expected) {
  EXPECT_EQ(columns_of(ours, 0), columns_of(expected, 0));
  EXPECT_EQ(columns_of(ours, 1), columns_of(expected, 1));
  EXPECT_EQ(columns_of(ours.down), columns_of(expected.down));
}

void expect_same(const MixtureWeights& ours, const MixtureWeights& expected) {
  EXPECT_EQ(columns_of(ours.router), columns_of(expected.router));
  ASSERT_EQ(ours.experts.size(), expected.experts.size());
  for (std::size_t expert = 0; expert < ours.experts.size(); ++expert)
    expect_same(ours.experts[expert], expected.experts[expert]);
  expect_same(ours.shared, expected.shared);
  EXPECT_EQ(columns_of(ours.shared_gate), columns_of(expected.shared_gate));
  ASSERT_EQ(ours.choice_bias == nullptr, expected.choice_bias == nullptr);
  if (ours.choice_bias) {
    EXPECT_EQ(*ours.choice_bias, *expected.choice_bias);
  }
  ASSERT_EQ(ours.gate_factors == nullptr, expected.gate_factors == nullptr);
  if (ours.gate_factors) {
    EXPECT_EQ(*ours.gate_factors, *expected.gate_factors);
  }
  for (Norm MixtureWeights::*part : {&MixtureWeights::router_norm, &MixtureWeights::read_norm,
                                     &MixtureWeights::written_norm, &MixtureWeights::shared_norm})
    expect_same(ours.*part, expected.*part);
}

/// Rates are stored as −exp of what folders hold: equal to rounding.
void expect_same(const StateWeights& ours, const StateWeights& expected) {
  for (Linear StateWeights::*part : {&StateWeights::projection, &StateWeights::write, &StateWeights::decay}) {
    EXPECT_EQ(columns_of(ours.*part), columns_of(expected.*part));
    EXPECT_EQ((ours.*part).bias, (expected.*part).bias);
  }
  EXPECT_EQ(ours.convolution, expected.convolution);
  EXPECT_EQ(ours.convolution_bias, expected.convolution_bias);
  EXPECT_LE(testing::worst_difference(ours.log_rate, expected.log_rate), 1e-5);
  EXPECT_EQ(ours.skip, expected.skip);
  expect_same(ours.norm, expected.norm);
}

void expect_same(const TokenRowWeights& ours, const TokenRowWeights& expected) {
  EXPECT_EQ(numbers_of(ours.table), numbers_of(expected.table));
  EXPECT_EQ(ours.first, expected.first);
  EXPECT_EQ(ours.table_scale, expected.table_scale);
  for (Linear TokenRowWeights::*part : {&TokenRowWeights::of_embedding, &TokenRowWeights::in, &TokenRowWeights::out})
    EXPECT_EQ(columns_of(ours.*part), columns_of(expected.*part));
  expect_same(ours.norm, expected.norm);
  expect_same(ours.written_norm, expected.written_norm);
}

void expect_same(const StreamWeights& ours, const StreamWeights& expected) {
  for (Linear StreamWeights::*part : {&StreamWeights::router, &StreamWeights::prediction, &StreamWeights::correction})
    EXPECT_EQ(columns_of(ours.*part), columns_of(expected.*part));
  EXPECT_EQ(ours.row_scale, expected.row_scale);
  expect_same(ours.router_norm, expected.router_norm);
}

void expect_same(const LayerWeights& ours, const LayerWeights& expected) {
  for (Linear LayerWeights::*part :
       {&LayerWeights::query, &LayerWeights::key, &LayerWeights::value, &LayerWeights::output, &LayerWeights::gate,
        &LayerWeights::up, &LayerWeights::down, &LayerWeights::output_gate}) {
    EXPECT_EQ(columns_of(ours.*part), columns_of(expected.*part));
    EXPECT_EQ((ours.*part).bias, (expected.*part).bias);
  }
  for (Norm LayerWeights::*part :
       {&LayerWeights::attention_norm, &LayerWeights::feed_forward_norm, &LayerWeights::attention_output_norm,
        &LayerWeights::feed_forward_output_norm, &LayerWeights::query_norm, &LayerWeights::key_norm})
    expect_same(ours.*part, expected.*part);
  expect_same(ours.mixture, expected.mixture);
  EXPECT_EQ(ours.sinks, expected.sinks);
  EXPECT_EQ(ours.stream_factor, expected.stream_factor);
  expect_same(ours.state, expected.state);
  expect_same(ours.token_row, expected.token_row);
  expect_same(ours.streams, expected.streams);
  EXPECT_EQ(columns_of(ours.side.down), columns_of(expected.side.down));
  EXPECT_EQ(columns_of(ours.side.up), columns_of(expected.side.up));
  expect_same(ours.side.norm, expected.side.norm);
  for (Linear LatentWeights::*part :
       {&LatentWeights::query_down, &LatentWeights::down, &LatentWeights::shared_key, &LatentWeights::up})
    EXPECT_EQ(columns_of(ours.latent.*part), columns_of(expected.latent.*part));
  expect_same(ours.latent.query_norm, expected.latent.query_norm);
  expect_same(ours.latent.norm, expected.latent.norm);
}

TEST_P(GgufReference, HoldsEveryTensorOfTheFolder) {
  const auto expected = load_model(reference_folder(GetParam()));
  const auto ours = load_model(reference_folder(std::string(GetParam()) + ".gguf"));
  EXPECT_EQ(ours->config.architecture, expected->config.architecture);
  EXPECT_EQ(ours->parameters, expected->parameters);
  const Weights& a = *ours->weights;
  const Weights& b = *expected->weights;
  for (TensorView Weights::*table : {&Weights::token_embedding, &Weights::position_embedding, &Weights::type_embedding})
    EXPECT_EQ(numbers_of(a.*table), numbers_of(b.*table));
  EXPECT_EQ(numbers_of(a.unembedding.weight), numbers_of(b.unembedding.weight));
  expect_same(a.final_norm, b.final_norm);
  expect_same(a.embedding_norm, b.embedding_norm);
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t layer = 0; layer < a.layers.size(); ++layer) {
    SCOPED_TRACE(layer);
    expect_same(a.layers[layer], b.layers[layer]);
  }
}

/// Of the layers that have any: one that keeps a state in the place of keys has none.
std::vector<float> held_scores(const Trace& trace) {
  std::vector<float> all;
  for (const HeadRef head : all_heads(trace.model->config)) {
    if (!has_scores(trace, head.layer)) continue;
    const Matrix grid = scores(trace, head);
    all.insert(all.end(), grid.values.begin(), grid.values.end());
  }
  return all;
}

TEST_P(GgufReference, RunsAsTheFolderDoes) {
  const auto expected = load_model(reference_folder(GetParam()));
  const auto ours = load_model(reference_folder(std::string(GetParam()) + ".gguf"));
  const std::string text = "Old king gave the prince a sword, and the prince went away into the dark forest.";
  EXPECT_EQ(ours->tokenizer->encode(text), expected->tokenizer->encode(text));
  Request request{.all_logits = true};
  for (const Token& token : expected->tokenizer->encode(text).tokens)
    request.ids.push_back(token.id);
  const auto a = run(ours, request);
  const auto b = run(expected, request);
  EXPECT_LE(testing::worst_difference(held_scores(*a), held_scores(*b)), 1e-5);
  const std::vector<float> weights = testing::all_weights(*b);  // those of a state may be larger than one
  const double largest =
      std::abs(*std::ranges::max_element(weights, {}, [](float weight) { return std::abs(weight); }));
  EXPECT_LE(testing::worst_difference(testing::all_weights(*a), weights), 1e-6 * std::max(1.0, largest));
  EXPECT_LE(testing::worst_difference(testing::all_residuals(*a), testing::all_residuals(*b)), 1e-5);
  EXPECT_EQ(a->logits.values.size(), b->logits.values.size());
  if (!a->logits.empty()) {
    EXPECT_LE(testing::worst_difference(a->logits.values, b->logits.values), 1e-5);
  }
}

/// State spaces, whose files have A, rounded, in the place of log −A and, in Falcon-H1, numbers multiplied into the matrices: the
/// two agree as two computations do.
class GgufStates : public testing::ReferenceTest {};

TEST_P(GgufStates, RunAsTheFolderDoes) {
  const auto expected = load_model(reference_folder(GetParam()));
  const auto ours = load_model(reference_folder(std::string(GetParam()) + ".gguf"));
  EXPECT_EQ(ours->config.architecture, expected->config.architecture);
  EXPECT_EQ(ours->parameters, expected->parameters);
  ASSERT_TRUE(same_heads(ours->config, expected->config));
  const Request request{.ids = {2, 30, 41, 7, 99, 41, 7, 12, 3}, .all_logits = true};
  const auto a = run(ours, request), b = run(expected, request);
  const auto differ = [](const std::vector<float>& x, const std::vector<float>& y) {
    return testing::worst_difference(x, y) / testing::scale_of_sums(y);
  };
  EXPECT_LE(differ(testing::all_residuals(*a), testing::all_residuals(*b)), testing::kReferenceTolerance);
  EXPECT_LE(differ(a->logits.values, b->logits.values), testing::kReferenceTolerance);
  for (const HeadRef head : all_heads(expected->config))
    EXPECT_LE(differ(weights(*a, head).values, weights(*b, head).values), testing::kReferenceTolerance);
}

INSTANTIATE_TEST_SUITE_P(Granite, GgufStates, ::testing::Values("granite-hybrid-plain-f32", "granite-hybrid-dense-f32"),
                         testing::name_of);
INSTANTIATE_TEST_SUITE_P(Models, GgufStates,
                         ::testing::Values("falcon-h1-baked-f32", "jamba-f32", "mamba-f32", "mamba2-f32"),
                         testing::name_of);

class FourBitReference : public testing::ReferenceTest {};

TEST_P(FourBitReference, RunsAsTheSameNumbersInBf16) {
  const auto wide = load_model(reference_folder("gpt-oss-widened-bf16"));
  const Request request{.ids = {2, 30, 41, 7, 99, 41, 7, 12, 3}, .all_logits = true};
  const auto expected = run(wide, request);
  const auto model = load_model(reference_folder(GetParam()));
  EXPECT_EQ(model->parameters, wide->parameters);
  const auto ours = run(model, request);
  EXPECT_LE(testing::worst_difference(testing::all_residuals(*ours), testing::all_residuals(*expected)), 1e-5);
  EXPECT_LE(testing::worst_difference(ours->logits.values, expected->logits.values), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Models, FourBitReference, ::testing::Values("gpt-oss-mxfp4", "gpt-oss-mxfp4.gguf"),
                         [](const auto& instance) {
                           return std::string(instance.index == 0 ? "safetensors" : "gguf");
                         });

INSTANTIATE_TEST_SUITE_P(Models, GgufReference,
                         ::testing::Values("gpt2-f32", "gemma-f32", "gemma2-plain-f16", "gemma3-plain-f32",
                                           "phi3-window-f16", "phi3-longrope-partial-f32", "bert-bare-gelu-bf16",
                                           "llama-biases-linear-f32", "mixtral-plain-bf16", "olmoe-f32",
                                           "qwen2-moe-plain-f16", "qwen3-moe-plain-f32", "olmo2-f32", "olmo3-yarn-f32",
                                           "granite-f32", "starcoder2-f32", "stablelm-f32", "stablelm-parallel-bf16",
                                           "cohere-f32", "cohere-normed-f16", "cohere2-f32", "falcon-one-kv-head-f32",
                                           "falcon-groups-bf16", "falcon-groups-one-norm-f16", "gpt-oss-f32",
                                           "deepseek-v2-lite-f32", "deepseek-v3-f32", "modern-bert-plain-bf16",
                                           "gpt-oss-mxfp4", "gemma3n-three-streams-f32", "gemma3n-four-streams-f16",
                                           "gemma4-dense-f32", "gemma4-shared-f16", "gemma4-mixture-f32",
                                           "qwen3-next-f32", "qwen3-5-dense-bf16", "qwen3-5-moe-f16", "nemotron-h-f32",
                                           "nemotron-h-plain-f16"),
                         testing::name_of);

}  // namespace
}  // namespace regard
