// SPDX-License-Identifier: Apache-2.0
// The same trained Llama as GGUF files of several kinds of numbers, against references computed from the dequantised weights
// (folders checkpoints/stories260k and stories260k-ggml-quants of the shared test data).
#include "core/engine/engine.h"
#include "core/model/family.h"
#include "core/model/gguf_model.h"
#include "core/model/weights.h"
#include "tests/core/base/needed.h"
#include "tests/core/base/test_name.h"
#include "tests/core/engine/comparison.h"

#include <gtest/gtest.h>
#include <iostream>

namespace regard {
namespace {

namespace fs = std::filesystem;
constexpr double kStoriesGgufTolerance = 1e-4;
const fs::path kCheckpoints = fs::path(REGARD_SHARED_DATA) / "checkpoints";

struct StoriesFile {
  const char* file;
  const char* reference;
};

class StoriesGguf : public ::testing::TestWithParam<StoriesFile> {};

TEST_P(StoriesGguf, HasTheWeightsScoresAndLogitsOfItsReference) {
  const fs::path file = kCheckpoints / GetParam().file;
  REGARD_NEEDS(file);
  const auto model = load_model(file);
  const auto arrays = testing::read_npz(kCheckpoints / GetParam().reference);
  double weights = 0.0, scores = 0.0, logits = 0.0;
  std::size_t texts = 0;
  for (; arrays.contains("text" + std::to_string(texts) + "_ids"); ++texts) {
    const std::string text = "text" + std::to_string(texts);
    Request request{.all_logits = true};
    for (const std::int64_t id : arrays.at(text + "_ids").as_i64())
      request.ids.push_back(static_cast<std::int32_t>(id));
    const auto trace = run(model, request);
    const auto last = trace->logits.row(trace->tokens() - 1);
    weights =
        std::max(weights, testing::worst_difference(testing::all_weights(*trace), arrays.at(text + "_attn").as_f32()));
    scores =
        std::max(scores, testing::worst_difference(testing::all_scores(*trace), arrays.at(text + "_scores").as_f32()));
    logits = std::max(logits,
                      testing::worst_difference({last.begin(), last.end()}, arrays.at(text + "_logits_last").as_f32()));
  }
  ASSERT_GT(texts, 0U);
  std::cout << GetParam().file << ": worst difference  weights " << weights << "  scores " << scores << "  logits "
            << logits << "\n";
  EXPECT_LE(weights, kStoriesGgufTolerance);
  EXPECT_LE(scores, kStoriesGgufTolerance);
  EXPECT_LE(logits, kStoriesGgufTolerance);
}

INSTANTIATE_TEST_SUITE_P(
    Files, StoriesGguf,
    ::testing::Values(StoriesFile{"stories260k/stories260K.gguf", "stories260k/reference.npz"},
                      StoriesFile{"stories260k/stories260k-q8_0.gguf", "stories260k/reference_q8_0.npz"},
                      StoriesFile{"stories260k-ggml-quants/stories260k-ffn192-f32.gguf", "stories260k/reference.npz"},
                      StoriesFile{"stories260k-ggml-quants/stories260k-ffn192-bf16.gguf",
                                  "stories260k-ggml-quants/reference_bf16.npz"},
                      StoriesFile{"stories260k-ggml-quants/stories260k-ffn192-q8_0.gguf",
                                  "stories260k-ggml-quants/reference_q8_0.npz"},
                      StoriesFile{"stories260k-ggml-quants/stories260k-ffn192-q4_0.gguf",
                                  "stories260k-ggml-quants/reference_q4_0.npz"},
                      StoriesFile{"stories260k-ggml-quants/stories260k-ffn192-q4_1.gguf",
                                  "stories260k-ggml-quants/reference_q4_1.npz"}),
    [](const auto& instance) { return testing::test_name(fs::path(instance.param.file).stem().string()); });

/// Every number of a matrix as float32.
std::vector<float> numbers_of(const TensorView& tensor) {
  std::vector<float> numbers(tensor.rows() * tensor.cols());
  copy_as_f32(tensor, 0, numbers);
  return numbers;
}

TEST(StoriesGgufFile, HoldsTheNumbersOfTheHuggingFaceFileInItsOrder) {
  const fs::path folder = kCheckpoints / "stories260k";
  REGARD_NEEDS(folder);
  const auto expected = load_model(folder);
  const auto exact = load_model(folder / "stories260K.gguf");
  const auto half = load_model(folder / "stories260k-f16.gguf");
  EXPECT_EQ(exact->name, "stories260K");
  EXPECT_EQ(exact->config.context, 2048U);
  EXPECT_EQ(first_rotary(exact->config)->rope.base, 10000.0F);
  EXPECT_EQ(exact->bytes_on_disk, fs::file_size(folder / "stories260K.gguf"));
  for (std::size_t layer = 0; layer < expected->config.layers; ++layer)
    for (Linear LayerWeights::*part : {&LayerWeights::query, &LayerWeights::key, &LayerWeights::value,
                                       &LayerWeights::output, &LayerWeights::up, &LayerWeights::down}) {
      const auto numbers = numbers_of((expected->weights->layers[layer].*part).weight);
      EXPECT_EQ(numbers_of((exact->weights->layers[layer].*part).weight), numbers) << layer;
      const double rounding =
          testing::worst_difference(numbers_of((half->weights->layers[layer].*part).weight), numbers);
      EXPECT_LE(rounding, 2e-3) << layer;
    }
}

/// The model with every matrix and table widened to float32, which `numbers` holds.
std::shared_ptr<const Model> widened(const Model& model, std::vector<std::vector<float>>& numbers) {
  auto copy = std::make_shared<Model>(model);
  Weights weights = *model.weights;
  const auto widen = [&](TensorView& tensor) {
    numbers.push_back(numbers_of(tensor));
    tensor = {
        .dtype = DType::f32, .shape = tensor.shape, .data = reinterpret_cast<const std::byte*>(numbers.back().data())};
  };
  widen(weights.token_embedding);
  widen(weights.unembedding.weight);
  for (LayerWeights& layer : weights.layers)
    for (Linear LayerWeights::*part :
         {&LayerWeights::query, &LayerWeights::key, &LayerWeights::value, &LayerWeights::output, &LayerWeights::gate,
          &LayerWeights::up, &LayerWeights::down})
      widen((layer.*part).weight);
  copy->weights = std::make_shared<const Weights>(std::move(weights));
  return copy;
}

TEST(StoriesGgufFile, RunsOnStoredRowsAsOnTheirNumbersInFloat32) {
  for (const char* name : {"q8_0", "q4_0", "q4_1", "bf16"}) {
    const fs::path file =
        kCheckpoints / "stories260k-ggml-quants" / ("stories260k-ffn192-" + std::string(name) + ".gguf");
    REGARD_NEEDS(file);
    const auto stored = load_model(file);
    EXPECT_NE(stored->weights->layers[0].query.weight.dtype, DType::f32) << name;
    EXPECT_NE(stored->weights->token_embedding.dtype, DType::f32) << name;
    std::vector<std::vector<float>> numbers;
    const auto wide = widened(*stored, numbers);
    const Request request{.ids = {1, 403, 407, 261, 378, 432, 383}, .all_logits = true};
    const auto expected = run(wide, request);
    const auto ours = run(stored, request);
    EXPECT_LE(testing::worst_difference(ours->logits.values, expected->logits.values), 3e-5) << name;
    EXPECT_LE(testing::worst_difference(testing::all_weights(*ours), testing::all_weights(*expected)), 3e-6) << name;
  }
}

TEST(StoriesGgufFile, ReadsTextsAndTellsStoriesAsTheHuggingFaceFileDoes) {
  const fs::path folder = kCheckpoints / "stories260k";
  REGARD_NEEDS(folder);
  const auto expected = load_model(folder);
  const auto model = load_model(folder / "stories260K.gguf");
  for (const char* text : {"Once upon a time, there was a little girl named Lily.", "Кот!  a  \n<s>b", "", " x"}) {
    const Encoding ours = model->tokenizer->encode(text);
    EXPECT_EQ(ours, expected->tokenizer->encode(text)) << text;
    ASSERT_FALSE(ours.tokens.empty());
    EXPECT_EQ(ours.tokens.front().id, 1);  // the file does not say so: SentencePiece models add it
  }
  const auto ids = generate(expected, {1}, {.tokens = 100});
  EXPECT_EQ(generate(model, {1}, {.tokens = 100}), ids);
  EXPECT_EQ(model->tokenizer->decode(ids), expected->tokenizer->decode(ids));
  EXPECT_EQ(model->tokenizer->end_id(), 2);
}

}  // namespace
}  // namespace regard
