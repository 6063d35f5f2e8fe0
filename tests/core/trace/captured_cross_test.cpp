// SPDX-License-Identifier: Apache-2.0
// Captured runs of encoder–decoder models: three kinds of attention in one file.
#include "core/analysis/head_measures.h"
#include "core/base/error.h"
#include "core/capture/capture.h"
#include "core/engine/decoder_text.h"
#include "core/engine/engine.h"
#include "core/format/npz.h"
#include "core/model/model.h"
#include "core/text/continuation.h"
#include "core/trace/captured.h"
#include "core/trace/export.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/reference.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

constexpr AttentionKind kKinds[] = {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder};

/// As a window or a command reads a captured run: both texts by their tokenizers.
std::shared_ptr<const Trace> recalled(const std::shared_ptr<const Model>& model) {
  Request request{.encoder_ids = ids_of(model->tokenizer->encode(""))};
  request.ids = ids_of(write_for_decoder(model, request));
  return run(model, std::move(request));
}

void expect_same_heads(const Trace& run, const Trace& again) {
  ASSERT_EQ(all_heads(again.model->config), all_heads(run.model->config));
  ASSERT_EQ(again.tokens(), run.tokens());
  ASSERT_EQ(again.keys(), run.keys());
  EXPECT_EQ(again.causal(), run.causal());
  for (const HeadRef head : all_heads(run.model->config)) {
    EXPECT_EQ(scores(again, head), scores(run, head));
    EXPECT_EQ(weights(again, head), weights(run, head));
    for (std::size_t token = 0; token < run.tokens(); ++token)
      for (const auto of : {query_of, output_of}) {
        const auto expected = of(run, head, token), found = of(again, head, token);
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
      }
    for (std::size_t key = 0; key < run.keys(); ++key)
      for (const auto of : {key_of, value_of}) {
        const auto expected = of(run, head, key), found = of(again, head, key);
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
      }
  }
}

void expect_own_file_again(const std::shared_ptr<const Model>& model, Request request) {
  const TemporaryFolder folder;
  request.all_logits = model->config.has_lm_head;
  const auto trace = run(model, std::move(request));
  CaptureNotes notes{.metadata = R"({"program": "regard 1", "model": "x/t5"})"};
  for (std::size_t token = 0; token < trace->tokens(); ++token)
    notes.tokens.push_back("d" + std::to_string(token));
  for (std::size_t token = 0; token < trace->encoder->tokens(); ++token)
    notes.encoder_tokens.push_back("e" + std::to_string(token));
  write_npz(*trace, folder / "run.npz", &notes);
  const auto captured = load_model(folder / "run.npz");
  ASSERT_TRUE(captured->encoder);
  EXPECT_FALSE(has_engine(*captured));
  EXPECT_EQ(captured->tokenizer->encode("").tokens.back().piece, notes.encoder_tokens.back());
  EXPECT_EQ(captured->target_tokenizer->encode("").tokens.back().piece, notes.tokens.back());
  const auto again = recalled(captured);
  ASSERT_TRUE(again->cross && again->encoder);
  for (const AttentionKind kind : kKinds) {
    SCOPED_TRACE(static_cast<int>(kind));
    expect_same_heads(attention_of(*trace, kind), attention_of(*again, kind));
  }
  EXPECT_EQ(again->residual, trace->residual);
  EXPECT_EQ(again->encoder->residual, trace->encoder->residual);
  EXPECT_EQ(again->logits, trace->logits);
  write_npz(*trace, folder / "numbers.npz");
  write_npz(*again, folder / "again.npz");
  const testing::Arrays before = testing::read_npz(folder / "numbers.npz"),
                        after = testing::read_npz(folder / "again.npz");
  for (const auto& [name, array] : before) {
    ASSERT_TRUE(after.contains(name)) << name;
    EXPECT_EQ(after.at(name).shape, array.shape) << name;
    EXPECT_EQ(after.at(name).bytes, array.bytes) << name;
  }
}

TEST(CapturedCrossAttention, of_a_T5_opened_again_is_bit_equal_in_all_three_kinds) {
  const TemporaryFolder folder;
  testing::tiny_t5().write_to(folder / "t5");
  expect_own_file_again(load_model(folder / "t5"), {.ids = {0, 7, 3, 9}, .encoder_ids = {4, 8, 2, 5, 1, 6}});
}

TEST(CapturedCrossAttention, of_as_many_tokens_on_both_sides_is_kept_apart_as_well) {
  const TemporaryFolder folder;
  testing::tiny_t5().write_to(folder / "t5");
  expect_own_file_again(load_model(folder / "t5"), {.ids = {0, 7, 3}, .encoder_ids = {4, 8, 2}});
}

class OwnSeq2SeqFile : public ::testing::TestWithParam<const char*> {};

TEST_P(OwnSeq2SeqFile, opened_again_is_bit_equal_in_all_three_kinds) {
  if (!std::filesystem::exists(testing::reference_folder(GetParam())))
    GTEST_SKIP() << "tests/reference has not been run";
  expect_own_file_again(load_model(testing::reference_folder(GetParam())),
                        {.ids = {0, 7, 3, 9, 5}, .encoder_ids = {4, 8, 2, 5, 1, 6, 3}});
}
INSTANTIATE_TEST_SUITE_P(Captures, OwnSeq2SeqFile, ::testing::Values("t5-relu-tied-f32", "bart-f32", "marian-f32"));

/// Rows of `keys` weights that sum to 1; `causal`: those behind the query are 0.
std::vector<float> rows_of_weights(std::size_t heads, std::size_t tokens, std::size_t keys, bool causal) {
  std::vector<float> numbers;
  for (std::size_t row = 0; row < heads * tokens; ++row) {
    const std::size_t open = causal ? row % tokens + 1 : keys;
    double sum = 0.0;
    std::vector<float> cells(keys);
    for (std::size_t key = 0; key < open; ++key)
      sum += cells[key] = 1.0F + static_cast<float>((row * 7 + key * 5) % 11);
    for (const float cell : cells)
      numbers.push_back(static_cast<float>(cell / sum));
  }
  return numbers;
}

void add(NpzWriter& file, const std::string& name, std::vector<std::size_t> shape, const std::vector<float>& numbers) {
  file.add(name, shape, numbers);
}

TEST(CapturedCrossAttention, under_the_names_of_transformers_says_what_it_has_and_makes_nothing_up) {
  const TemporaryFolder folder;
  NpzWriter file(folder / "run.npz");
  const std::vector<float> cross = rows_of_weights(3, 4, 6, false);
  add(file, "decoder_attentions", {1, 3, 4, 4}, rows_of_weights(3, 4, 4, true));
  add(file, "cross_attentions", {1, 1, 3, 4, 6}, cross);
  add(file, "encoder_attentions", {2, 3, 6, 6}, rows_of_weights(6, 6, 6, false));
  file.add("encoder_tokens", std::vector<std::string>{"a", "b", "c", "d", "e", "f"});
  file.add("decoder_input_ids", std::vector<std::int32_t>{0, 5, 6, 7});
  file.finish();
  ASSERT_TRUE(is_capture(folder / "run.npz"));
  const auto model = load_model(folder / "run.npz");
  const auto trace = recalled(model);
  EXPECT_EQ(weights(*trace->cross, {0, 1}).values, std::vector<float>(cross.begin() + 24, cross.begin() + 48));
  EXPECT_TRUE(trace->causal());
  EXPECT_FALSE(trace->encoder->causal());
  EXPECT_EQ(trace->encoder->model->config.layers, 2U);
  EXPECT_FALSE(has_scores(*trace->cross, 0));
  EXPECT_TRUE(std::isnan(scores(*trace->cross, {0, 0}, {0, 1}, {5, 6})(0, 0)));
  EXPECT_TRUE(key_of(*trace->cross, {0, 0}, 5).empty());
  EXPECT_GT(measure_head(*trace->cross, {0, 1}).entropy.value, 0.0);
}

TEST(CapturedCrossAttention, without_one_of_its_kinds_or_of_other_heads_is_refused) {
  const TemporaryFolder folder;
  const auto code = [&](std::size_t cross_heads, bool with_encoder) {
    NpzWriter file(folder / "run.npz");
    add(file, "decoder_attentions", {1, 3, 4, 4}, rows_of_weights(3, 4, 4, true));
    add(file, "cross_attentions", {1, cross_heads, 4, 6}, rows_of_weights(cross_heads, 4, 6, false));
    if (with_encoder) add(file, "encoder_attentions", {1, 3, 6, 6}, rows_of_weights(3, 6, 6, false));
    file.finish();
    return error_of([&] { (void)load_model(folder / "run.npz"); }).code();
  };
  EXPECT_EQ(code(3, false), "capture_parts");
  EXPECT_EQ(code(2, true), "capture_cross_heads");
}

TEST(CapturedCrossAttention, looks_at_as_many_keys_as_the_encoder_has_tokens) {
  const TemporaryFolder folder;
  NpzWriter file(folder / "run.npz");
  add(file, "decoder_attentions", {1, 3, 4, 4}, rows_of_weights(3, 4, 4, true));
  add(file, "cross_attentions", {1, 3, 4, 5}, rows_of_weights(3, 4, 5, false));
  add(file, "encoder_attentions", {1, 3, 6, 6}, rows_of_weights(3, 6, 6, false));
  file.finish();
  EXPECT_EQ(error_of([&] { (void)load_model(folder / "run.npz"); }).code(), "capture_tokens");
}

}  // namespace
}  // namespace regard
