// SPDX-License-Identifier: Apache-2.0
// Files of encoder–decoder models: what they must hold, and what is said about those that do not.
#include "core/base/error.h"
#include "core/engine/decoder_text.h"
#include "core/engine/engine.h"
#include "core/model/model.h"
#include "core/model/relative_bias.h"
#include "core/text/continuation.h"
#include "tests/core/format/sentencepiece_writer.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>
#include <cmath>

namespace regard {
namespace {

using testing::TinyCheckpoint;

std::shared_ptr<const Model> load(const TinyCheckpoint& checkpoint) {
  const testing::TemporaryFolder folder;
  checkpoint.write_to(folder / "t5");
  return load_model(folder / "t5");
}

template <class Work>
Error error_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {"none", {}};
}

Error load_error(const TinyCheckpoint& checkpoint) {
  return error_of([&] { (void)load(checkpoint); });
}

TinyCheckpoint with(const std::string& from, const std::string& to) {
  TinyCheckpoint checkpoint = testing::tiny_t5();
  testing::edit(checkpoint, from, to);
  return checkpoint;
}

TEST(EncoderDecoderFiles, give_a_decoder_and_an_encoder_of_its_own_depth) {
  const auto model = load(testing::tiny_t5());
  EXPECT_EQ(model->config.layers, 2U);
  EXPECT_TRUE(model->config.causal);
  ASSERT_TRUE(model->encoder);
  EXPECT_EQ(model->encoder->config.layers, 3U);
  EXPECT_FALSE(model->encoder->config.causal);
  EXPECT_FALSE(model->encoder->config.has_lm_head);
  EXPECT_EQ(model->config.decoder_start, std::vector<std::int32_t>{0});
  const auto table_of = [](const Model& some, std::size_t layer) {
    return std::get<RelativeBias>(some.config.plans[layer].positions).values;
  };
  EXPECT_EQ(table_of(*model, 0)->size(), 3U * 25U);
  EXPECT_EQ(table_of(*model, 1), table_of(*model, 0)) << "one table for all layers";
  EXPECT_NE(*table_of(*model, 0), *table_of(*model->encoder, 0));
  EXPECT_FLOAT_EQ(model->config.logit_scale, 1.0F / std::sqrt(10.0F));
  EXPECT_GT(model->parameters, 1000U);
}

TEST(EncoderDecoderFiles, a_missing_tensor_of_cross_attention_is_named) {
  for (const std::string part : {"q", "k", "v", "o"}) {
    TinyCheckpoint checkpoint = testing::tiny_t5();
    const std::string name = "decoder.block.1.layer.1.EncDecAttention." + part + ".weight";
    checkpoint.remove(name);
    const Error error = load_error(checkpoint);
    EXPECT_EQ(error.code(), "tensor_missing");
    EXPECT_EQ(error.details().item, name);
  }
}

TEST(EncoderDecoderFiles, a_tensor_of_another_shape_is_named_with_both) {
  TinyCheckpoint checkpoint = testing::tiny_t5();
  checkpoint.at("decoder.block.0.layer.1.EncDecAttention.k.weight").shape = {10, 12};
  const Error error = load_error(checkpoint);
  EXPECT_EQ(error.code(), "tensor_shape");
  EXPECT_EQ(error.details().expected, "[12, 10]");
  EXPECT_EQ(error.details().found, "[10, 12]");
}

TEST(EncoderDecoderFiles, senseless_buckets_and_distances_are_refused_in_a_sentence) {
  const std::string buckets = "\"relative_attention_num_buckets\": ",
                    distance = "\"relative_attention_max_distance\": ";
  for (const char* value : {"0", "-8", "3", "7", "1000000000000", "1e300", "\"many\"", "[]"}) {
    const Error error = load_error(with(buckets + "8", buckets + value));
    EXPECT_EQ(error.code(), "config_value") << value;
    EXPECT_EQ(error.details().item, "relative_attention_num_buckets");
  }
  for (const char* value : {"0", "4", "-1", "99999999999", "true"}) {
    const Error error = load_error(with(distance + "12", distance + value));
    EXPECT_EQ(error.code(), "config_value") << value;
    EXPECT_EQ(error.details().item, "relative_attention_max_distance");
  }
}

TEST(EncoderDecoderFiles, unknown_feed_forward_and_start_tokens_outside_the_vocabulary_are_refused) {
  EXPECT_EQ(load_error(with("gated-gelu", "gated-tanh")).details().item, "feed_forward_proj");
  EXPECT_EQ(load_error(with("\"decoder_start_token_id\": 0", "\"decoder_start_token_id\": 11")).details().item,
            "decoder_start_token_id");
}

TEST(EncoderDecoderFiles, a_bart_that_contradicts_its_kind_is_refused) {
  const std::string base = R"({"architectures": ["BartForConditionalGeneration"], "d_model": 12, "encoder_layers": 1,
      "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 3, "encoder_ffn_dim": 4,
      "decoder_ffn_dim": 4, "vocab_size": 9)";
  EXPECT_EQ(parse_model_config(base + "}", "c").decoder_start, std::vector<std::int32_t>{2});
  EXPECT_EQ(parse_model_config(base + "}", "c").encoder->heads(0), 2U);
  for (const char* more : {", \"normalize_before\": true}", ", \"static_position_embeddings\": true}",
                           ", \"decoder_vocab_size\": 8}", ", \"share_encoder_decoder_embeddings\": false}"})
    EXPECT_EQ(error_of([&] { (void)parse_model_config(base + more, "c"); }).code(), "config_value") << more;
}

TEST(EncoderDecoderRuns, without_a_token_for_the_encoder_say_so) {
  const auto model = load(testing::tiny_t5());
  EXPECT_EQ(error_of([&] { (void)run(model, {.ids = {0}}); }).code(), "no_tokens");
  EXPECT_EQ(error_of([&] { (void)run(model, {.ids = {0}, .encoder_ids = {11}}); }).code(), "token_id");
  EXPECT_EQ(error_of([&] { (void)run(model, {.ids = {-1}, .encoder_ids = {1}}); }).code(), "token_id");
  const auto trace = run(model, {.encoder_ids = {5, 6}});
  EXPECT_EQ(trace->tokens(), 0U);
  EXPECT_EQ(trace->encoder->tokens(), 2U);
}

TEST(RelativeBuckets, are_those_of_the_paper) {
  const RelativeBias bias{.buckets = 32, .distance = 128};
  const auto both = [&](std::ptrdiff_t offset) { return relative_bucket(offset, true, bias); };
  const auto back = [&](std::ptrdiff_t offset) { return relative_bucket(offset, false, bias); };
  EXPECT_EQ(both(0), 0U);
  EXPECT_EQ(both(-7), 7U);
  EXPECT_EQ(both(7), 23U);
  EXPECT_EQ(both(-8), 8U);
  EXPECT_EQ(both(-200), 15U);
  EXPECT_EQ(both(200), 31U);
  EXPECT_EQ(back(5), 0U);
  EXPECT_EQ(back(-15), 15U);
  EXPECT_EQ(back(-16), 16U);
  EXPECT_EQ(back(-100000), 31U);
}

TEST(DecoderTexts, begin_with_the_start_token_and_do_not_end) {
  const auto model = load(testing::tiny_t5());  // its tokenizer puts [CLS] before and [SEP] behind
  const Encoding encoding = encode_for_decoder(*model, "a b");
  ASSERT_EQ(encoding.tokens.size(), 4U);
  EXPECT_EQ(encoding.tokens[0].id, 0);
  EXPECT_TRUE(encoding.tokens[0].special);
  EXPECT_EQ(encoding.tokens[1].piece, "[CLS]");
  EXPECT_EQ(encoding.text.substr(encoding.tokens[3].begin, 1), "b");
  EXPECT_EQ(encode_for_decoder(*model, "").tokens.size(), 1U);
}

TEST(DecoderTexts, written_by_the_model_hold_the_very_ids_it_wrote) {
  const auto model = load(testing::tiny_t5());
  const Request request{.encoder_ids = {2, 7, 3}};
  const Encoding encoding = write_for_decoder(model, request);
  const std::vector<std::int32_t> made = generate_from(model, request, {.tokens = kWrittenTokens});
  ASSERT_EQ(encoding.tokens.size(), made.size() + 1);
  for (std::size_t token = 0; token < made.size(); ++token) {
    EXPECT_EQ(encoding.tokens[token + 1].id, made[token]);
    EXPECT_LE(encoding.tokens[token + 1].end, encoding.text.size());
  }
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)write_for_decoder(model, request, stop.get_token()), Cancelled);
}

TEST(DecoderTexts, begin_with_the_language_that_is_typed_or_that_the_decoder_begins_with) {
  const testing::TemporaryFolder folder;
  testing::write(folder / "sentencepiece.bpe.model", testing::tiny_pieces().file());
  testing::write(folder / "vocab.json", R"({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "ы": 4, "▁кот": 5})");
  testing::write(folder / "tokenizer_config.json", R"({"tokenizer_class": "M2M100Tokenizer"})");
  Model model;
  model.config.context = 32;
  model.config.decoder_start = {2};
  model.tokenizer = load_tokenizer(folder.path());
  const std::int32_t english = *model.tokenizer->id_of("__en__"), russian = *model.tokenizer->id_of("__ru__");
  using Ids = std::vector<std::int32_t>;
  EXPECT_EQ(ids_of(encode_for_decoder(model, "коты")), (Ids{2, english, 5, 4}));
  EXPECT_EQ(ids_of(encode_for_decoder(model, "__ru__ коты")), (Ids{2, russian, 5, 4}));
  model.config.decoder_start = {2, russian};
  EXPECT_EQ(ids_of(encode_for_decoder(model, "коты")), (Ids{2, russian, 5, 4}));
}

}  // namespace
}  // namespace regard
