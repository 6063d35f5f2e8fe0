// SPDX-License-Identifier: Apache-2.0
// The engine against PyTorch (tests/reference/make_reference.py), tensor by tensor, on small random models of odd sizes.
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "core/model/weights.h"
#include "tests/core/engine/comparison.h"

#include <gtest/gtest.h>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::Arrays;
constexpr double kTolerance = 1e-4;
const fs::path kFolder = REGARD_REFERENCE_DIR;

struct ReferenceRun {
  std::string name{};
  std::string text{};
  Request request{};
};

struct Reference {
  std::shared_ptr<const Model> model{};
  Arrays arrays{};
  std::vector<ReferenceRun> runs{};
};

MaskMode mask_mode(const std::string& name) {
  if (name == "causal") return MaskMode::causal;
  return name == "bidirectional" ? MaskMode::bidirectional : MaskMode::as_trained;
}

Reference open_reference(const std::string& name) {
  const fs::path folder = kFolder / name;
  Reference reference{load_model(folder), testing::read_npz(folder / "reference.npz")};
  const auto json = nlohmann::json::parse(read_file(folder / "reference.json", 1 << 20));
  for (const auto& run : json.at("runs")) {
    Request request{.ids = run.at("ids").get<std::vector<std::int32_t>>(),
                    .mask = mask_mode(run.at("mask")),
                    .temperature = run.at("temperature").get<float>(),
                    .all_logits = true};
    reference.runs.push_back({run.at("name"), run.at("text"), std::move(request)});
  }
  return reference;
}

/// Worst difference of each tensor of one run.
std::map<std::string, double> differences(const Trace& trace, const Arrays& arrays, const std::string& run) {
  const auto expected = [&](const std::string& tensor) { return arrays.at(run + "_" + tensor).as_f32(); };
  const auto compare = [&](const std::string& tensor, const std::vector<float>& ours) {
    return std::pair(tensor, testing::worst_difference(ours, expected(tensor)));
  };
  std::map<std::string, double> worst{
      compare("residual", testing::all_residuals(trace)),
      compare("q", testing::all_heads(trace, &LayerTrace::queries)),
      compare("k", testing::all_heads(trace, &LayerTrace::keys)),
      compare("v", testing::all_heads(trace, &LayerTrace::values)),
      compare("scores", testing::all_scores(trace)),
      compare("weights", testing::all_weights(trace)),
      compare("head_out", testing::all_heads(trace, &LayerTrace::head_outputs)),
      compare("attention_output", testing::all_rows_of(trace, &LayerTrace::attention_output)),
      compare("feed_forward_output", testing::all_rows_of(trace, &LayerTrace::feed_forward_output)),
  };
  if (arrays.contains(run + "_logits")) worst.insert(compare("logits", trace.logits.values));
  return worst;
}

double worst_of(const std::map<std::string, double>& differences) {
  double worst = 0.0;
  for (const auto& [tensor, difference] : differences)
    worst = std::max(worst, difference);
  return worst;
}

class PyTorch : public ::testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    if (!fs::exists(kFolder / "stamp.txt"))
      GTEST_SKIP() << "no reference numbers in " << kFolder
                   << ": tests/reference/make_reference.py writes them with python3-torch";
  }
};

TEST_P(PyTorch, AgreesWithEveryRecordedTensor) {
  const Reference reference = open_reference(GetParam());
  std::map<std::string, double> worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    for (const auto& [tensor, difference] : differences(*trace, reference.arrays, one.name)) {
      EXPECT_LE(difference, kTolerance) << tensor << " of " << one.name << ": «" << one.text << "»";
      worst[tensor] = std::max(worst[tensor], difference);
    }
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
    EXPECT_EQ(trace->logits.empty(), !reference.model->config.has_lm_head);
  }
  std::cout << GetParam() << ": worst difference";
  for (const auto& [tensor, difference] : worst)
    std::cout << "  " << tensor << " " << difference;
  std::cout << "\n";
}

TEST_P(PyTorch, ReadsTheTextsAsTheSameTokens) {
  const Reference reference = open_reference(GetParam());
  for (const ReferenceRun& one : reference.runs) {
    std::vector<std::int32_t> ids;
    for (const Token& token : reference.model->tokenizer->encode(one.text).tokens)
      ids.push_back(token.id);
    EXPECT_EQ(ids, one.request.ids) << one.text;
  }
}

TEST_P(PyTorch, DisagreesWithTheTransposedGrid) {
  const Reference reference = open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  const auto trace = run(reference.model, one.request);
  for (const char* tensor : {"scores", "weights"}) {
    const auto expected = reference.arrays.at(one.name + "_" + tensor).as_f32();
    const auto ours = std::string(tensor) == "scores" ? testing::all_scores(*trace) : testing::all_weights(*trace);
    EXPECT_GT(testing::worst_difference(testing::transposed(ours, trace->tokens()), expected), 0.1) << tensor;
  }
}

/// The model with one number of one weight matrix changed.
std::shared_ptr<const Model> with_one_value_changed(const Model& model) {
  auto weights = std::make_shared<Weights>(*model.weights);
  const std::size_t stride = weights->layers.front().value.input_stride;
  TensorView& tensor = weights->layers.front().value.weight;
  const std::size_t element = tensor.dtype == DType::f32 ? 4 : 2;
  // A part of a fused matrix that is stored by input ends in the middle of the last row.
  const std::size_t numbers =
      stride == 0 ? tensor.rows() * tensor.cols() : (tensor.cols() - 1) * stride + tensor.rows();
  const std::size_t bytes = numbers * element;
  const auto copy = std::make_shared<std::vector<std::byte>>(tensor.data, tensor.data + bytes);
  // One bit of the exponent of one weight: it becomes four times as large or a quarter.
  (*copy)[element * 7 + element - 1] ^= std::byte{0x01};
  tensor.data = copy->data();
  weights->storage.push_back(copy);
  auto changed = std::make_shared<Model>(model);
  changed->weights = weights;
  return changed;
}

TEST_P(PyTorch, DisagreesWhenOneWeightIsChanged) {
  const Reference reference = open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  const auto trace = run(with_one_value_changed(*reference.model), one.request);
  EXPECT_GT(worst_of(differences(*trace, reference.arrays, one.name)), 10 * kTolerance);
}

TEST_P(PyTorch, PrefixReuseEqualsAFreshRun) {
  const Reference reference = open_reference(GetParam());
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
    const RopeConfig::Scaling scaling = reference.model->config.rope.scaling;
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
    ::testing::Values("bert-gelu-f32", "bert-tanh-f16", "bert-bare-bf16", "bert-bare-gelu-bf16",
                      "qwen3-one-kv-head-bf16", "qwen2-window-f16", "mistral-window-f32", "llama-biases-linear-f32",
                      "llama-llama3-f32", "llama-yarn-f32", "llama-dynamic-f32", "smollm3-listed-f32",
                      "smollm3-every-fourth-bf16", "roberta-f32", "xlm-roberta-padding-f16", "distilbert-f32",
                      "distilbert-bare-bf16", "electra-projected-f32", "electra-bare-f32", "gpt2-f32",
                      "gpt2-untied-by-layer-f16", "gpt2-unscaled-bf16", "neox-parallel-f32", "neox-sequential-f16",
                      "opt-f32", "opt-post-norm-projected-f16", "bloom-6-heads-f32", "bloom-4-heads-bf16", "gemma-f32",
                      "gemma2-capped-f32", "gemma2-types-bf16", "gemma2-plain-f16", "gemma3-plain-f32",
                      "gemma3-two-ropes-f32", "phi3-window-f16", "phi3-longrope-partial-f32"),
    [](const auto& instance) {
      std::string name = instance.param;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

}  // namespace
}  // namespace regard
