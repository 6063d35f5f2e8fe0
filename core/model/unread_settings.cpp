// SPDX-License-Identifier: Apache-2.0
#include "core/model/unread_settings.h"

#include "core/base/error.h"
#include "core/format/json.h"
#include "core/model/config_reader.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace regard {
namespace {

using nlohmann::json;

/// A key, and the values that leave the numbers as they are without it, as a JSON list. Null always does; so does a list of
/// nothing but such values.
struct Setting {
  std::string_view key;
  std::string_view neutral;
};

constexpr std::array kSettings{
    // which keys a query sees
    Setting{"layer_types", R"(["full_attention"])"},
    Setting{"layers_block_type", R"(["attention"])"},
    Setting{"sliding_window", "[]"},
    Setting{"use_sliding_window", "[false]"},
    Setting{"sliding_window_pattern", "[]"},
    Setting{"_sliding_window_pattern", "[]"},
    Setting{"attention_chunk_size", "[]"},
    Setting{"add_cross_attention", "[false]"},
    Setting{"full_attention_interval", "[]"},
    // scores and logits
    Setting{"attn_logit_softcapping", "[]"},
    Setting{"final_logit_softcapping", "[]"},
    Setting{"query_pre_attn_scalar", "[]"},
    Setting{"attention_multiplier", "[]"},
    Setting{"logits_scaling", "[1]"},
    Setting{"logit_scale", "[1]"},
    Setting{"scale_attn_weights", "[true]"},
    Setting{"scale_attn_by_inverse_layer_idx", "[false]"},
    Setting{"clip_qkv", "[]"},
    Setting{"qk_norm", "[false]"},
    Setting{"use_qk_norm", "[false]"},
    Setting{"qk_layernorm", "[false]"},
    Setting{"attn_temperature_tuning", "[false, 0]"},
    // the stream
    Setting{"embedding_multiplier", "[1]"},
    Setting{"residual_multiplier", "[1]"},
    Setting{"scale_embedding", "[false]"},
    Setting{"scale_emb", "[1]"},
    Setting{"scale_depth", "[]"},
    Setting{"parallel_attn", "[false]"},
    Setting{"new_decoder_architecture", "[false]"},
    Setting{"apply_residual_connection_post_layernorm", "[false]"},
    Setting{"attention_bias", "[false]"},
    Setting{"mlp_bias", "[false]"},
    Setting{"hidden_size_per_layer_input", "[0]"},
    Setting{"altup_num_inputs", "[]"},
    Setting{"laurel_rank", "[]"},
    Setting{"activation_sparsity_pattern", "[0]"},
    // positions
    Setting{"position_embedding_type", R"(["absolute"])"},
    Setting{"partial_rotary_factor", "[1]"},
    Setting{"rotary_pct", "[1]"},
    Setting{"rope_scaling", "[{}]"},
    Setting{"rope_parameters", "[{}]"},
    Setting{"rope_interleaved", "[false]"},
    Setting{"rope_interleave", "[false]"},
    Setting{"rope_local_base_freq", "[]"},
    Setting{"no_rope_layers", "[1]"},
    Setting{"no_rope_layer_interval", "[]"},
    Setting{"alibi", "[false]"},
    Setting{"relative_attention", "[false]"},
    // other heads, experts, layers
    Setting{"pruned_heads", "[{}]"},
    Setting{"multi_query", "[false]"},
    Setting{"kv_lora_rank", "[]"},
    Setting{"num_kv_shared_layers", "[0]"},
    Setting{"attention_k_eq_v", "[false]"},
    Setting{"global_head_dim", "[]"},
    Setting{"num_global_key_value_heads", "[]"},
    Setting{"per_layer_config", "[{}]"},
    Setting{"enable_moe_block", "[false]"},
    Setting{"use_double_wide_mlp", "[false]"},
    Setting{"use_cla", "[false]"},
    Setting{"num_local_experts", "[0]"},
    Setting{"num_experts", "[0]"},
    Setting{"n_routed_experts", "[0]"},
    Setting{"mlp_only_layers", "[]"},
    Setting{"n_shared_experts", "[0]"},
    Setting{"shared_expert_intermediate_size", "[0]"},
    Setting{"first_k_dense_replace", "[0]"},
    Setting{"moe_layer_freq", "[1]"},
    Setting{"scoring_func", R"(["softmax"])"},
    Setting{"topk_method", R"(["greedy"])"},
    Setting{"routed_scaling_factor", "[1]"},
    Setting{"n_group", "[0, 1]"},
    Setting{"topk_group", "[0, 1]"},
};

/// Of the objects that tell how RoPE is done.
constexpr std::array kRopeSettings{
    Setting{"partial_rotary_factor", "[1]"}, Setting{"alpha", "[]"},   Setting{"short_mscale", "[1]"},
    Setting{"long_mscale", "[1]"},           Setting{"mscale", "[1]"}, Setting{"mscale_all_dim", "[1, 0]"},
    Setting{"llama_4_scaling_beta", "[0]"},
};

/// Which way a model looks, in either of two words.
constexpr std::array kBothWays{"use_bidirectional_attention", "bidirectional", "is_bidirectional"};

bool is_neutral(const json& value, const json& neutral) {
  if (value.is_null() || std::find(neutral.begin(), neutral.end(), value) != neutral.end()) return true;
  return value.is_array() && std::all_of(value.begin(), value.end(), [&](const json& part) {
           return !part.is_array() && is_neutral(part, neutral);
         });
}

std::string told(const json& neutral) {
  std::string text = "null";
  for (const json& value : neutral)
    text += ", " + value.dump();
  return text;
}

void check(const json& object, const ConfigReader& reader, const std::string& path, std::string_view key,
           std::string_view neutral_values) {
  const auto found = object.find(key);
  if (found == object.end() || reader.was_read(key)) return;
  const json neutral = json::parse(neutral_values);
  if (is_neutral(*found, neutral)) return;
  throw Error("config_setting", {.file = reader.file(),
                                 .item = path + std::string(key),
                                 .expected = told(neutral),
                                 .found = json_excerpt(*found)});
}

void check_rope(const json& object, const ConfigReader& reader, const std::string& path) {
  for (const Setting& setting : kRopeSettings)
    check(object, reader, path, setting.key, setting.neutral);
}

}  // namespace

void refuse_unread_settings(const json& document, const ConfigReader& reader, const ModelConfig& config) {
  for (const Setting& setting : kSettings)
    check(document, reader, "", setting.key, setting.neutral);
  for (const char* key : kBothWays)
    check(document, reader, "", key, config.causal ? "[false]" : "[true]");
  check(document, reader, "", "is_causal", config.causal ? "[true]" : "[false]");
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    const auto rope = document.find(key);
    if (rope == document.end() || !rope->is_object() || !reader.was_read(key)) continue;
    const std::string path = std::string(key) + ".";
    check_rope(*rope, *reader.object(key), path);
    for (const auto& [kind, settings] : rope->items())
      if (settings.is_object() && reader.object(key)->was_read(kind))
        check_rope(settings, *reader.object(key)->object(kind), path + kind + ".");
  }
}

}  // namespace regard
