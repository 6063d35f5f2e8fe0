// SPDX-License-Identifier: Apache-2.0
// The engine against PyTorch (tests/reference/make_reference.py), tensor by tensor, on small random models of odd sizes.
#include "tests/core/engine/reference.h"

#include <iostream>

namespace regard {
namespace {

using testing::Reference;
using testing::ReferenceRun;

class PyTorch : public testing::ReferenceTest {};

TEST_P(PyTorch, AgreesWithEveryRecordedTensor) {
  const Reference reference = testing::open_reference(GetParam());
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    const testing::Differences found = testing::differences(*trace, reference.arrays, one.name);
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " of " << one.name << ": «" << one.text << "»";
    testing::gather(worst, found);
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
    EXPECT_EQ(trace->logits.empty(), !reference.model->config.has_lm_head);
  }
  testing::tell(GetParam(), worst);
}

TEST_P(PyTorch, ReadsTheTextsAsTheSameTokens) {
  const Reference reference = testing::open_reference(GetParam());
  for (const ReferenceRun& one : reference.runs) {
    std::vector<std::int32_t> ids;
    for (const Token& token : reference.model->tokenizer->encode(one.text).tokens)
      ids.push_back(token.id);
    EXPECT_EQ(ids, one.request.ids) << one.text;
  }
}

TEST_P(PyTorch, DisagreesWithTheTransposedGrid) {
  const Reference reference = testing::open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  const auto trace = run(reference.model, one.request);
  for (const char* tensor : {"scores", "weights"}) {
    const auto expected = reference.array(one, tensor);
    const auto ours = std::string(tensor) == "scores" ? testing::all_scores(*trace) : testing::all_weights(*trace);
    EXPECT_GT(testing::worst_difference(testing::transposed(ours, trace->tokens()), expected), 0.1) << tensor;
  }
}

TEST_P(PyTorch, DisagreesWhenOneWeightIsChanged) {
  const Reference reference = testing::open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  const auto trace = run(testing::with_one_value_changed(*reference.model), one.request);
  EXPECT_GT(testing::worst_of(testing::differences(*trace, reference.arrays, one.name)),
            10 * testing::kReferenceTolerance);
}

TEST_P(PyTorch, PrefixReuseEqualsAFreshRun) {
  const Reference reference = testing::open_reference(GetParam());
  Request request = reference.runs.back().request;
  request.ids = reference.runs[2].request.ids;
  request.mask = MaskMode::causal;
  const auto fresh = run(reference.model, request);

  double worst = 0.0;
  for (const std::size_t kept : {std::size_t{1}, std::size_t{20}, fresh->tokens() - 1, fresh->tokens()}) {
    Request other = request;
    other.ids.resize(kept);
    other.ids.push_back(5);
    const auto previous = run(reference.model, other);
    const auto reused = run(reference.model, request, previous);
    const Rotary* rotary = first_rotary(reference.model->config);
    const RopeConfig::Scaling scaling = rotary == nullptr ? RopeConfig::Scaling::none : rotary->rope.scaling;
    if (scaling != RopeConfig::Scaling::dynamic && scaling != RopeConfig::Scaling::longrope) {
      EXPECT_EQ(reused->reused_tokens, kept);
    }
    worst = std::max({worst, testing::worst_difference(testing::all_residuals(*fresh), testing::all_residuals(*reused)),
                      testing::worst_difference(testing::all_weights(*fresh), testing::all_weights(*reused)),
                      testing::worst_difference(testing::all_scores(*fresh), testing::all_scores(*reused)),
                      testing::worst_difference(fresh->logits.values, reused->logits.values)});
    EXPECT_EQ(fresh->layers.back().log_sum_exp.cols, reused->layers.back().log_sum_exp.cols);
  }
  EXPECT_LE(worst, 1e-5);
  std::cout << GetParam() << ": prefix reuse differs by at most " << worst << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Models, PyTorch,
    ::testing::Values(
        "bert-gelu-f32", "bert-tanh-f16", "bert-bare-bf16", "bert-bare-gelu-bf16", "qwen3-one-kv-head-bf16",
        "qwen2-window-f16", "mistral-window-f32", "llama-biases-linear-f32", "llama-llama3-f32", "llama-yarn-f32",
        "llama-dynamic-f32", "smollm3-listed-f32", "smollm3-every-fourth-bf16", "roberta-f32",
        "xlm-roberta-padding-f16", "distilbert-f32", "distilbert-bare-bf16", "electra-projected-f32",
        "electra-bare-f32", "gpt2-f32", "gpt2-untied-by-layer-f16", "gpt2-unscaled-bf16", "neox-parallel-f32",
        "neox-sequential-f16", "opt-f32", "opt-post-norm-projected-f16", "bloom-6-heads-f32", "bloom-4-heads-bf16",
        "gemma-f32", "gemma2-capped-f32", "gemma2-types-bf16", "gemma2-plain-f16", "gemma3-plain-f32",
        "gemma3-two-ropes-f32", "phi3-window-f16", "phi3-longrope-partial-f32", "qwen3-moe-f32", "qwen3-moe-glued-bf16",
        "mixtral-window-f16", "mixtral-plain-bf16", "olmoe-f32", "qwen2-moe-f32", "qwen2-moe-plain-f16",
        "qwen3-moe-plain-f32", "neox-rope-parameters-f32", "phi3-rope-parameters-f32", "gemma3-rope-by-type-f32",
        "learner-rotary-f32", "learner-linear-f32", "learner-linear-window-rms-f32", "learner-alibi-rms-f32",
        "learner-learned-window-f32", "learner-none-rms-f32", "olmo2-f32", "olmo3-yarn-f32", "olmo3-types-bf16",
        "granite-f32", "starcoder2-window-f16", "starcoder2-f32", "stablelm-f32", "stablelm-parallel-bf16",
        "cohere-f32", "cohere-normed-f16", "cohere2-f32", "gptj-f32", "gptj-whole-bf16", "falcon-one-kv-head-f32",
        "falcon-groups-bf16", "falcon-groups-one-norm-f16", "falcon-alibi-f32", "gpt-oss-f32", "gpt-oss-bf16",
        "gpt-oss-mxfp4", "deepseek-v2-lite-f32", "deepseek-v2-groups-f16", "deepseek-v3-f32", "deepseek-v3-glued-bf16",
        "llama-fp8-blocks", "qwen3-fp8-channels", "llama-fp8-e5m2-tensor", "qwen3-moe-fp8-blocks", "llama-gptq",
        "qwen2-gptq-act-order", "llama-gptq-8-bit", "neox-gptq", "llama-awq", "phi3-awq", "clip-text-f16", "albert-f32",
        "albert-groups-f16", "albert-bare-wide-bf16", "mpnet-f32", "mpnet-bare-bf16", "deberta-v3-f32",
        "deberta-v2-own-projections-f16", "deberta-v2-short-f32", "deberta-v2-to-content-bf16",
        "deberta-v2-absolute-f32", "deberta-v1-f32", "deberta-v1-short-bf16", "modern-bert-f32",
        "modern-bert-biases-f16", "modern-bert-types-bf16", "modern-bert-plain-bf16", "melody", "relative-base",
        "relative-window", "relative-linear", "relative-no-positions", "relative-alibi", "relative-1", "relative-2",
        "relative-8"),
    testing::name_of);

}  // namespace
}  // namespace regard
