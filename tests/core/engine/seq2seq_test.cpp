// SPDX-License-Identifier: Apache-2.0
// Encoder–decoder models against PyTorch (tests/reference/seq2seq_families.py): the encoder, the decoder and the attention
// between them, tensor by tensor; reuse of rows; generation.
#include "core/base/text_file.h"
#include "core/engine/decoder_text.h"
#include "core/engine/engine.h"
#include "core/model/weights.h"
#include "tests/core/engine/comparison.h"

#include <gtest/gtest.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::Arrays;
constexpr double kTolerance = 1e-4;
const fs::path kFolder = REGARD_REFERENCE_DIR;

struct ReferenceRun {
  std::string name{}, text{}, target{};
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
                    .encoder_ids = run.at("encoder_ids").get<std::vector<std::int32_t>>(),
                    .mask = mask_mode(run.at("mask")),
                    .temperature = run.at("temperature").get<float>(),
                    .all_logits = true};
    reference.runs.push_back({run.at("name"), run.at("text"), run.at("target"), std::move(request)});
  }
  return reference;
}

std::vector<std::int32_t> ids_of(const Encoding& encoding) {
  std::vector<std::int32_t> ids;
  for (const Token& token : encoding.tokens)
    ids.push_back(token.id);
  return ids;
}

/// Worst difference of each tensor of one kind of attention; `prefix` is how the reference calls it.
void add_differences(const Trace& trace, const Arrays& arrays, const std::string& run, const std::string& prefix,
                     std::map<std::string, double>& worst) {
  const auto compare = [&](const std::string& tensor, const std::vector<float>& ours) {
    double& known = worst[prefix + tensor];
    known = std::max(
        known, testing::worst_difference(ours, arrays.at(std::string(run).append("_" + prefix + tensor)).as_f32()));
  };
  compare("q", testing::all_heads(trace, &LayerTrace::queries));
  compare("k", testing::all_heads(trace, &LayerTrace::keys));
  compare("v", testing::all_heads(trace, &LayerTrace::values));
  compare("scores", testing::all_scores(trace));
  compare("weights", testing::all_weights(trace));
  compare("head_out", testing::all_heads(trace, &LayerTrace::head_outputs));
  compare("attention_output", testing::all_rows_of(trace, &LayerTrace::attention_output));
  if (trace.request.cross) return;
  compare("residual", testing::all_residuals(trace));
  compare("feed_forward_output", testing::all_rows_of(trace, &LayerTrace::feed_forward_output));
}

std::map<std::string, double> differences(const Trace& trace, const Arrays& arrays, const std::string& run) {
  std::map<std::string, double> worst;
  add_differences(trace, arrays, run, "", worst);
  add_differences(*trace.cross, arrays, run, "cross_", worst);
  add_differences(*trace.encoder, arrays, run, "encoder_", worst);
  worst["logits"] = testing::worst_difference(trace.logits.values, arrays.at(run + "_logits").as_f32());
  return worst;
}

class EncoderDecoder : public ::testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    if (!fs::exists(kFolder / "stamp.txt"))
      GTEST_SKIP() << "no reference numbers in " << kFolder
                   << ": tests/reference/make_reference.py writes them with python3-torch";
  }
};

TEST_P(EncoderDecoder, AgreesWithEveryRecordedTensorOfAllThreeKindsOfAttention) {
  const Reference reference = open_reference(GetParam());
  std::map<std::string, double> worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    ASSERT_TRUE(trace->encoder && trace->cross);
    for (const auto& [tensor, difference] : differences(*trace, reference.arrays, one.name)) {
      EXPECT_LE(difference, kTolerance) << tensor << " of " << one.name << ": «" << one.text << "»";
      worst[tensor] = std::max(worst[tensor], difference);
    }
    for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder})
      EXPECT_LE(testing::worst_row_sum(attention_of(*trace, kind)), 1e-6);
  }
  std::cout << GetParam() << ": worst difference";
  for (const auto& [tensor, difference] : worst)
    std::cout << "  " << tensor << " " << difference;
  std::cout << "\n";
}

TEST_P(EncoderDecoder, ReadsTheEncodersTextsAsTheSameTokens) {
  const Reference reference = open_reference(GetParam());
  for (const ReferenceRun& one : reference.runs)
    EXPECT_EQ(ids_of(reference.model->tokenizer->encode(one.text)), one.request.encoder_ids) << one.text;
}

TEST_P(EncoderDecoder, ReadsTheDecodersTextsAsTheSameTokens) {
  const Reference reference = open_reference(GetParam());
  for (const ReferenceRun& one : reference.runs)
    EXPECT_EQ(ids_of(encode_for_decoder(*reference.model, one.target)), one.request.ids) << one.target;
}

TEST_P(EncoderDecoder, RowsOfCrossAttentionAreDecoderTokensAndColumnsEncoderTokens) {
  const Reference reference = open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  const auto trace = run(reference.model, one.request);
  const Matrix grid = weights(*trace->cross, {1, 1});
  EXPECT_EQ(grid.rows, one.request.ids.size());
  EXPECT_EQ(grid.cols, one.request.encoder_ids.size());
  EXPECT_NE(grid.rows, grid.cols);
  const auto expected = reference.arrays.at(one.name + "_cross_weights").as_f32();
  const std::size_t heads = reference.model->config.heads;
  double straight = 0.0, transposed = 0.0;
  for (std::size_t query = 0; query < grid.rows; ++query)
    for (std::size_t key = 0; key < grid.cols; ++key) {
      const std::size_t first = (heads + 1) * grid.values.size();  // layer 1, head 1
      straight = std::max(straight, std::abs(double{grid(query, key)} - expected[first + query * grid.cols + key]));
      transposed = std::max(transposed, std::abs(double{grid(query, key)} - expected[first + key * grid.rows + query]));
    }
  EXPECT_LE(straight, kTolerance);
  EXPECT_GT(transposed, 0.01);
}

/// The model with one number of the encoder's or the decoder's first matrix changed.
std::shared_ptr<const Model> with_one_value_changed(const Model& model, bool across) {
  auto weights = std::make_shared<Weights>(*model.weights);
  TensorView& tensor = across ? weights->layers.front().cross_value.weight : weights->layers.front().value.weight;
  const std::size_t element = tensor.dtype == DType::f32 ? 4 : 2;
  const auto copy =
      std::make_shared<std::vector<std::byte>>(tensor.data, tensor.data + tensor.rows() * tensor.cols() * element);
  (*copy)[element * 7 + element - 1] ^= std::byte{0x01};
  tensor.data = copy->data();
  weights->storage.push_back(copy);
  auto changed = std::make_shared<Model>(model);
  changed->weights = weights;
  return changed;
}

TEST_P(EncoderDecoder, DisagreesWhenOneWeightIsChanged) {
  const Reference reference = open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  for (const bool across : {false, true}) {
    const auto trace = run(with_one_value_changed(*reference.model, across), one.request);
    double worst = 0.0;
    for (const auto& [tensor, difference] : differences(*trace, reference.arrays, one.name))
      worst = std::max(worst, difference);
    EXPECT_GT(worst, 10 * kTolerance) << (across ? "across" : "self");
  }
}

TEST_P(EncoderDecoder, ReuseOfTheEncoderAndOfTheDecodersPrefixEqualsAFreshRun) {
  const Reference reference = open_reference(GetParam());
  Request request = reference.runs[1].request;
  const auto fresh = run(reference.model, request);
  for (const std::size_t kept : {std::size_t{1}, std::size_t{3}, fresh->tokens() - 1, fresh->tokens()}) {
    Request other = request;
    other.ids.resize(kept);
    other.ids.push_back(7);
    const auto previous = run(reference.model, other);
    const auto reused = run(reference.model, request, previous);
    EXPECT_EQ(reused->encoder, previous->encoder) << "the encoder's text has not changed";
    EXPECT_EQ(reused->reused_tokens, kept);
    EXPECT_EQ(testing::all_weights(*reused->cross), testing::all_weights(*fresh->cross));
    EXPECT_EQ(testing::all_scores(*reused), testing::all_scores(*fresh));
    EXPECT_LE(testing::worst_difference(reused->logits.values, fresh->logits.values), 1e-5);
  }
}

TEST_P(EncoderDecoder, AnotherTextForTheEncoderLeavesNothingToReuse) {
  const Reference reference = open_reference(GetParam());
  const auto previous = run(reference.model, reference.runs[0].request);
  Request request = reference.runs[0].request;
  request.encoder_ids[0] = request.encoder_ids[0] == 20 ? 21 : 20;
  const auto reused = run(reference.model, request, previous);
  EXPECT_EQ(reused->reused_tokens, 0U);
  EXPECT_NE(reused->encoder, previous->encoder);
  EXPECT_EQ(testing::all_weights(*reused->cross), testing::all_weights(*run(reference.model, request)->cross));
}

TEST_P(EncoderDecoder, ContinuesFromItsStartTokensAsStepByStepPredictionDoes) {
  const Reference reference = open_reference(GetParam());
  Request prompt{.encoder_ids = reference.runs[0].request.encoder_ids};
  const std::vector<std::int32_t> made = generate_from(reference.model, prompt, {.tokens = 6});
  Request request = prompt;
  request.ids = reference.model->config.decoder_start;
  for (const std::int32_t id : made) {
    const auto trace = run(reference.model, request);
    EXPECT_EQ(predict(*trace, trace->tokens() - 1, 1).front().id, id);
    request.ids.push_back(id);
  }
  if (made.size() < 6) {
    const auto trace = run(reference.model, request);
    EXPECT_EQ(predict(*trace, trace->tokens() - 1, 1).front().id, reference.model->tokenizer->end_id());
  }
}

TEST_P(EncoderDecoder, ATileOfAnyKindIsThatPartOfTheWholeGrid) {
  const Reference reference = open_reference(GetParam());
  const auto trace = run(reference.model, reference.runs[1].request);
  for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder}) {
    const Trace& part = attention_of(*trace, kind);
    const Matrix whole = weights(part, {0, 1}), whole_scores = scores(part, {0, 1});
    const Matrix tile = weights(part, {0, 1}, {2, 4}, {3, 5}), tile_scores = scores(part, {0, 1}, {2, 4}, {3, 5});
    for (std::size_t query = 0; query < 2; ++query)
      for (std::size_t key = 0; key < 2; ++key) {
        EXPECT_EQ(tile(query, key), whole(query + 2, key + 3));
        EXPECT_EQ(tile_scores(query, key), whole_scores(query + 2, key + 3));
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EncoderDecoder,
                         ::testing::Values("t5-relu-tied-f32", "t5-gated-untied-f16", "mt5-f32", "umt5-bf16",
                                           "bart-f32", "mbart-scaled-f16", "pegasus-f32", "marian-f32",
                                           "marian-two-files-f16", "m2m100-f32"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace regard
