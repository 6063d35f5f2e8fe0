// SPDX-License-Identifier: Apache-2.0
// GGUF files of architecture deepseek2: both layouts of W_UK and W_UV, quantised too, the two classes under one name, and what is
// refused. That whole files run as their folders do is shown by gguf_reference_test.cpp.
#include "core/base/error.h"
#include "core/model/gguf_model.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/format/gguf_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <variant>

namespace regard {
namespace {

using testing::GgufWriter;

using GgufSetting = std::variant<std::uint32_t, float, bool, std::string>;
using GgufSettings = std::map<std::string, GgufSetting>;

/// 2 heads of 32 + 2 dimensions, values of 3, latent 4, hidden 6, one dense layer before one of 4 experts.
GgufSettings usual_settings() {
  return {{"context_length", 32U},
          {"embedding_length", 6U},
          {"block_count", 2U},
          {"feed_forward_length", 7U},
          {"attention.head_count", 2U},
          {"attention.head_count_kv", 1U},
          {"attention.layer_norm_rms_epsilon", 1e-6F},
          {"attention.kv_lora_rank", 4U},
          {"attention.key_length", 6U},
          {"attention.value_length", 4U},
          {"attention.key_length_mla", 34U},
          {"attention.value_length_mla", 3U},
          {"rope.dimension_count", 2U},
          {"leading_dense_block_count", 1U},
          {"expert_count", 4U},
          {"expert_used_count", 2U},
          {"expert_feed_forward_length", 3U},
          {"expert_shared_count", 1U},
          {"expert_weights_scale", 2.5F},
          {"expert_weights_norm", true},
          {"expert_gating_func", 2U},
          {"expert_group_count", 2U},
          {"expert_group_used_count", 1U}};
}

GgufWriter writer_of(const GgufSettings& settings) {
  GgufWriter file;
  file.text("general.architecture", "deepseek2");
  for (const auto& [name, value] : settings) {
    const std::string key = "deepseek2." + name;
    if (const auto* number = std::get_if<std::uint32_t>(&value)) file.u32(key, *number);
    if (const auto* number = std::get_if<float>(&value)) file.f32(key, *number);
    if (const auto* flag = std::get_if<bool>(&value)) file.flag(key, *flag);
    if (const auto* text = std::get_if<std::string>(&value)) file.text(key, *text);
  }
  file.text("tokenizer.ggml.model", "gpt2");
  file.text("tokenizer.ggml.pre", "gpt-2");
  file.texts("tokenizer.ggml.tokens", {"a", "b", "c"});
  file.tensor("token_embd.weight", {6, 3}, 0, std::string(6 * 3 * 4, '\0'));
  return file;
}

ModelConfig config_of(const GgufSettings& settings) {
  const std::string file = writer_of(settings).file();
  const auto bytes = std::as_bytes(std::span(file));
  return read_gguf_config(parse_gguf(bytes, "tiny.gguf"), bytes);
}

/// The key that a file with this setting is refused by.
std::string refused(GgufSettings settings, const std::string& name, const std::optional<GgufSetting>& value) {
  settings.erase(name);
  if (value) settings.emplace(name, *value);
  try {
    static_cast<void>(config_of(settings));
  } catch (const Error& error) {
    return error.details().item;
  }
  return "–";
}

GgufSettings stretched() {
  GgufSettings settings = usual_settings();
  settings["rope.scaling.type"] = std::string("yarn");
  settings["rope.scaling.factor"] = 40.0F;
  settings["rope.scaling.original_context_length"] = 16U;
  settings["rope.scaling.yarn_log_multiplier"] = 0.0707F;
  return settings;
}

TEST(DeepseekGguf, OfTheSigmoidIsV3AndOfTheSoftmaxV2) {
  GgufSettings settings = usual_settings();
  const ModelConfig v3 = config_of(settings);
  EXPECT_EQ(v3.architecture, "DeepseekV3ForCausalLM");
  EXPECT_EQ(v3.head_dim(0), 34U);
  EXPECT_EQ(v3.value_dim(0), 3U);
  EXPECT_EQ(v3.plans[0].attention.latent, (LatentAttention{.rank = 4, .query_rank = 0, .shared_dims = 2}));
  EXPECT_FALSE(v3.plans[0].feed_forward.experts);
  EXPECT_EQ(v3.plans[1].feed_forward.experts, (Experts{.count = 4,
                                                       .chosen = 2,
                                                       .gates_sum_to_1 = true,
                                                       .shared_width = 3,
                                                       .shared_is_gated = false,
                                                       .score = RouterScore::sigmoid,
                                                       .gate_scale = 2.5F,
                                                       .groups = 2,
                                                       .chosen_groups = 1,
                                                       .group_votes = 2,
                                                       .has_choice_bias = true}));
  for (const char* key : {"expert_gating_func", "expert_weights_norm", "expert_group_count", "expert_group_used_count",
                          "expert_weights_scale", "attention.key_length_mla", "attention.value_length_mla"})
    settings.erase(key);
  settings["attention.key_length"] = 34U;  // V2's first files
  settings["attention.value_length"] = 3U;
  settings["attention.head_count_kv"] = 2U;
  const ModelConfig v2 = config_of(settings);
  EXPECT_EQ(v2.architecture, "DeepseekV2ForCausalLM");
  EXPECT_EQ(v2.head_dim(0), 34U);
  EXPECT_EQ(v2.value_dim(0), 3U);
  EXPECT_EQ(v2.plans[1].feed_forward.experts,
            (Experts{.count = 4, .chosen = 2, .shared_width = 3, .shared_is_gated = false}));
}

TEST(DeepseekGguf, SaysATenthOfWhatYarnsTemperatureIsMultipliedBy) {
  const ModelConfig config = config_of(stretched());
  const double temperature = 0.1 * 0.707 * std::log(40.0) + 1.0;
  EXPECT_NEAR(config.plans[0].attention.scale, temperature * temperature / std::sqrt(34.0), 1e-6);
  EXPECT_NEAR(first_rotary(config)->rope.attention_factor, 1.0F, 1e-6F);
  EXPECT_EQ(refused(stretched(), "rope.scaling.yarn_log_multiplier", std::nullopt),
            "deepseek2.rope.scaling.yarn_log_multiplier");
  EXPECT_EQ(refused(stretched(), "rope.scaling.yarn_log_multiplier", 0.0F),
            "deepseek2.rope.scaling.yarn_log_multiplier");
  EXPECT_EQ(refused(stretched(), "rope.scaling.attn_factor", 1.5F), "deepseek2.rope.scaling.attn_factor");
}

TEST(DeepseekGguf, SettingsThatNobodyUnderstandsAreRefusedByTheirKey) {
  const std::pair<const char*, GgufSetting> kWrong[] = {{"expert_gating_func", 3U},
                                                        {"attention.head_count_kv", 7U},
                                                        {"attention.key_length_mla", 2U},
                                                        {"attention.value_length_mla", 0U},
                                                        {"attention.temperature_scale", 0.1F},
                                                        {"expert_group_count", 3U},
                                                        {"expert_group_used_count", 3U},
                                                        {"expert_used_count", 9U},
                                                        {"rope.dimension_count", 0U},
                                                        {"rope.dimension_count", 3U}};
  for (const auto& [key, value] : kWrong) {
    const std::string item = refused(usual_settings(), key, value);
    const bool of_either =
        std::string(key).starts_with("attention.key_length") || std::string(key).starts_with("attention.value_length");
    EXPECT_EQ(item, "deepseek2." + std::string(key).substr(0, std::string(key).size() - (of_either ? 4 : 0)));
  }
  for (const char* key : {"attention.kv_lora_rank", "rope.dimension_count", "expert_count", "expert_shared_count"})
    EXPECT_EQ(refused(usual_settings(), key, std::nullopt), "deepseek2." + std::string(key));
}

std::string floats_of(std::size_t count, std::size_t seed) {
  std::string bytes;
  for (std::size_t at = 0; at < count; ++at)
    bytes += testing::little_endian((static_cast<float>((at * 37 + seed * 11) % 64) - 31.0F) / 32.0F);
  return bytes;
}

/// Blocks of 32: a half-precision scale of 1/64, then whole numbers.
std::string q8_of(std::size_t count) {
  std::string bytes;
  for (std::size_t at = 0; at < count; ++at) {
    if (at % 32 == 0) bytes += testing::little_endian<std::uint16_t>(0x2400);
    bytes += static_cast<char>(static_cast<int>((at * 29) % 121) - 60);
  }
  return bytes;
}

/// One dense layer; its W_UK and W_UV lie apart, that of keys quantised or not, or in one tensor.
GgufWriter whole_file(bool apart, bool quantised) {
  GgufSettings settings = usual_settings();
  settings["block_count"] = 1U;
  GgufWriter file = writer_of(settings);
  const auto add = [&](const std::string& name, std::uint64_t in, std::uint64_t out) {
    file.tensor("blk.0." + name + ".weight", {in, out}, 0, floats_of(in * out, in + out));
  };
  for (const char* norm : {"attn_norm", "ffn_norm"})
    file.tensor(std::string("blk.0.") + norm + ".weight", {6}, 0, floats_of(6, 1));
  file.tensor("blk.0.attn_kv_a_norm.weight", {4}, 0, floats_of(4, 2));
  file.tensor("output_norm.weight", {6}, 0, floats_of(6, 3));
  add("attn_q", 6, 68);
  add("attn_kv_a_mqa", 6, 6);
  add("attn_output", 6, 6);
  add("ffn_gate", 6, 7);
  add("ffn_up", 6, 7);
  add("ffn_down", 7, 6);
  if (!apart) {
    add("attn_kv_b", 4, 70);
    return file;
  }
  const std::uint32_t q8 = 8;
  file.tensor("blk.0.attn_k_b.weight", {32, 4, 2}, quantised ? q8 : 0,
              quantised ? q8_of(32 * 4 * 2) : floats_of(32 * 4 * 2, 5));
  file.tensor("blk.0.attn_v_b.weight", {4, 3, 2}, 0, floats_of(4 * 3 * 2, 6));
  return file;
}

std::shared_ptr<const Model> open_gguf_of(const GgufWriter& file) {
  const testing::TemporaryFolder folder;
  testing::write(folder / "tiny.gguf", file.file());
  return load_model(folder / "tiny.gguf");
}

TEST(DeepseekGguf, JoinsKeysAndValuesThatLieApart) {
  for (const bool quantised : {false, true}) {
    const auto model = open_gguf_of(whole_file(true, quantised));
    const TensorView& up = model->weights->layers[0].latent.up.weight;
    ASSERT_EQ(up.shape, (std::vector<std::size_t>{70, 4}));
    std::vector<float> joined(70 * 4);
    copy_as_f32(up, 0, joined);
    const auto number = [&](std::size_t at, std::size_t seed) {
      return (static_cast<float>((at * 37 + seed * 11) % 64) - 31.0F) / 32.0F;
    };
    for (std::size_t head = 0; head < 2; ++head)
      for (std::size_t latent = 0; latent < 4; ++latent) {
        for (std::size_t content = 0; content < 32; ++content) {
          const std::size_t at = (head * 4 + latent) * 32 + content;
          const float expected =
              quantised ? static_cast<float>(static_cast<int>((at * 29) % 121) - 60) / 64.0F : number(at, 5);
          EXPECT_EQ(joined[(head * 35 + content) * 4 + latent], expected);
        }
        for (std::size_t value = 0; value < 3; ++value)
          EXPECT_EQ(joined[(head * 35 + 32 + value) * 4 + latent], number((head * 3 + value) * 4 + latent, 6));
      }
  }
}

TEST(DeepseekGguf, ViewsKeysAndValuesThatLieTogether) {
  const auto model = open_gguf_of(whole_file(false, false));
  EXPECT_EQ(model->weights->layers[0].latent.up.weight.shape, (std::vector<std::size_t>{70, 4}));
  GgufWriter both = whole_file(false, false);
  both.tensor("blk.0.attn_k_b.weight", {32, 4, 2}, 0, floats_of(32 * 4 * 2, 5));
  EXPECT_EQ(testing::error_of([&] { static_cast<void>(open_gguf_of(both)); }).code(), "tensor_unknown");
}

TEST(DeepseekGguf, TensorsThatALayerHasNoPlaceForAreRefused) {
  for (const char* name :
       {"blk.0.exp_probs_b.bias", "blk.0.ffn_gate_inp.weight", "blk.0.ffn_up_exps.weight", "blk.0.ffn_up_shexp.weight",
        "blk.0.attn_q_a.weight", "blk.0.attn_q_b.weight", "blk.1.attn_q.weight", "blk.0.attn_kv_b.bias"}) {
    GgufWriter file = whole_file(true, false);
    file.tensor(name, {6}, 0, floats_of(6, 1));
    const Error error = testing::error_of([&] { static_cast<void>(open_gguf_of(file)); });
    EXPECT_EQ(error.code(), "tensor_unknown") << name;
    EXPECT_EQ(error.details().item, name);
  }
}

}  // namespace
}  // namespace regard
