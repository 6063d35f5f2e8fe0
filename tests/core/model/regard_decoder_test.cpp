// SPDX-License-Identifier: Apache-2.0
// What the decoders of `regard train` read and refuse.
#include "core/model/config.h"
#include "tests/core/model/parse_config.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <variant>

namespace regard {
namespace {

using testing::error_in;
using testing::parse;

constexpr const char* kAttentionOnly =
    R"({"architectures": ["RegardDecoderForCausalLM"], "model_type": "regard_decoder",
  "vocab_size": 64, "hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 0,
  "max_position_embeddings": 64, "positions": "rotary", "tie_word_embeddings": false})";

std::string with(const char* key, const nlohmann::json& value) {
  nlohmann::json config = nlohmann::json::parse(kAttentionOnly);
  config[key] = value;
  return config.dump();
}

TEST(RegardDecoder, MayHaveLayersOfAttentionAlone) {
  const ModelConfig config = parse(kAttentionOnly);
  EXPECT_TRUE(config.causal && config.has_lm_head && !config.tied_embeddings);
  ASSERT_EQ(config.plans.size(), 3U);
  for (const LayerPlan& plan : config.plans) {
    EXPECT_EQ(plan.feed_forward.width, 0U);
    EXPECT_EQ(plan.attention.head_dim, 12U);
    EXPECT_EQ(plan.attention.window.width, 0U);
    EXPECT_EQ(plan.norms, NormPlace::before);
  }
}

TEST(RegardDecoder, TellsPositionsInFourWays) {
  EXPECT_EQ(std::get<Rotary>(parse(kAttentionOnly).plans[0].positions).width, 12U);
  EXPECT_TRUE(std::holds_alternative<NoPositions>(parse(with("positions", "none")).plans[0].positions));
  EXPECT_EQ(std::get<Alibi>(parse(with("positions", "alibi")).plans[2].positions).slopes.size(), 4U);
  const ModelConfig learned = parse(with("positions", "learned"));
  EXPECT_TRUE(std::holds_alternative<LearnedPositions>(learned.embedded_positions));
  EXPECT_TRUE(std::holds_alternative<NoPositions>(learned.plans[0].positions));
  EXPECT_EQ(parse(with("sliding_window", 9)).plans[1].attention.window.width, 9U);
}

TEST(RegardDecoder, MayAttendLinearly) {
  EXPECT_FALSE(parse(kAttentionOnly).plans[0].attention.linear);
  EXPECT_FALSE(parse(with("attention", "softmax")).plans[0].attention.linear);
  EXPECT_TRUE(parse(with("attention", "linear")).plans[2].attention.linear);
}

TEST(RegardDecoder, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(error_in(with("attention", "quadratic")).details().item, "attention");
  nlohmann::json both = nlohmann::json::parse(with("attention", "linear"));
  both["positions"] = "alibi";
  EXPECT_EQ(error_in(both.dump()).details().item, "positions");
  EXPECT_EQ(error_in(with("positions", "clock")).details().item, "positions");
  EXPECT_EQ(error_in(with("num_attention_heads", 5)).details().item, "hidden_size");
  EXPECT_EQ(error_in(with("num_attention_heads", 16)).details().item,
            "head_dim");  // 3 dimensions cannot be turned by pairs
  EXPECT_EQ(error_in(with("intermediate_size", -1)).details().item, "intermediate_size");
  nlohmann::json silent = nlohmann::json::parse(kAttentionOnly);
  silent.erase("intermediate_size");
  EXPECT_EQ(error_in(silent.dump()).code(), "config_missing");
}

}  // namespace
}  // namespace regard
