// SPDX-License-Identifier: Apache-2.0
// Encoder–decoder models against PyTorch (tests/reference/seq2seq_families.py): the encoder, the decoder and the attention
// between them, tensor by tensor; reuse of rows; generation.
#include "core/engine/decoder_text.h"
#include "tests/core/engine/reference.h"

namespace regard {
namespace {

using testing::open_reference;
using testing::Reference;
using testing::ReferenceRun;

std::vector<std::int32_t> ids_of(const Encoding& encoding) {
  std::vector<std::int32_t> ids;
  for (const Token& token : encoding.tokens)
    ids.push_back(token.id);
  return ids;
}

/// Of all three kinds of attention.
testing::Differences differences(const Trace& trace, const testing::Arrays& arrays, const std::string& run) {
  testing::Differences worst = testing::differences(trace, arrays, run);
  worst.merge(testing::differences(*trace.cross, arrays, run, "cross_"));
  worst.merge(testing::differences(*trace.encoder, arrays, run, "encoder_"));
  return worst;
}

class EncoderDecoder : public testing::ReferenceTest {};

TEST_P(EncoderDecoder, AgreesWithEveryRecordedTensorOfAllThreeKindsOfAttention) {
  const Reference reference = open_reference(GetParam());
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    ASSERT_TRUE(trace->encoder && trace->cross);
    const testing::Differences found = differences(*trace, reference.arrays, one.name);
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " of " << one.name << ": «" << one.text << "»";
    testing::gather(worst, found);
    for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder})
      EXPECT_LE(testing::worst_row_sum(attention_of(*trace, kind)), 1e-6);
  }
  testing::tell(GetParam(), worst);
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
  const auto expected = reference.array(one, "cross_weights");
  const std::size_t heads = reference.model->config.heads(0);
  double straight = 0.0, transposed = 0.0;
  for (std::size_t query = 0; query < grid.rows; ++query)
    for (std::size_t key = 0; key < grid.cols; ++key) {
      const std::size_t first = (heads + 1) * grid.values.size();  // layer 1, head 1
      straight = std::max(straight, std::abs(double{grid(query, key)} - expected[first + query * grid.cols + key]));
      transposed = std::max(transposed, std::abs(double{grid(query, key)} - expected[first + key * grid.rows + query]));
    }
  EXPECT_LE(straight, testing::kReferenceTolerance);
  EXPECT_GT(transposed, 0.01);
}

TEST_P(EncoderDecoder, DisagreesWhenOneWeightIsChanged) {
  const Reference reference = open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  for (const auto matrix : {&LayerWeights::value, &LayerWeights::cross_value}) {
    const auto trace = run(testing::with_one_value_changed(*reference.model, matrix), one.request);
    EXPECT_GT(testing::worst_of(differences(*trace, reference.arrays, one.name)), 10 * testing::kReferenceTolerance)
        << (matrix == &LayerWeights::value ? "self" : "across");
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
                         testing::name_of);

}  // namespace
}  // namespace regard
