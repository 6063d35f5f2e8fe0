// SPDX-License-Identifier: Apache-2.0
// Falcon (Almazrouei et al. 2023, https://arxiv.org/abs/2311.16867): attention and feed-forward side by side; the first models have
// one key head and one norm for both blocks, the larger ones groups of query heads and mostly two norms; the RefinedWeb models have
// blocks one after the other and ALiBi. Query, key and value of a group lie side by side in one matrix.
#include "core/model/alibi.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/weight_reader.h"

#include <bit>

namespace regard {
namespace {

/// The larger models' layout; the others have one key head, or as many as query heads, whatever num_kv_heads says.
std::size_t read_falcon_kv_heads(const ConfigReader& reader, bool newer, std::size_t heads) {
  const char* key = reader.has("num_kv_heads") ? "num_kv_heads" : "n_head_kv";
  const std::size_t told = reader.size(key, {.most = bounds::kHeads}, heads, Null::missing);
  const bool one = reader.flag("multi_query", true);
  if (newer && heads % told != 0) reader.fail(key, "1, …, " + std::to_string(heads) + " (÷)");
  if (newer) return told;
  return one ? 1 : heads;
}

NormPlace read_falcon_norms(const ConfigReader& reader, bool newer) {
  const std::size_t norms =
      reader.size("num_ln_in_parallel_attn", {.least = 1, .most = 2}, newer ? 2 : 1, Null::missing);
  if (!newer && norms == 2) reader.fail("num_ln_in_parallel_attn", "1");
  const bool parallel = reader.flag("parallel_attn", true);
  if (newer && !parallel) reader.fail("parallel_attn", "true");
  if (!parallel) return NormPlace::before;
  return norms == 2 ? NormPlace::parallel : NormPlace::shared;
}

/// The bias is part of what is divided by √d, and its slopes are numbers of the library's, which keeps them in bfloat16.
Alibi falcon_alibi(std::size_t heads, std::size_t head_dim) {
  Alibi alibi{alibi_slopes(heads)};
  for (float& slope : alibi.slopes) {
    const auto bits = std::bit_cast<std::uint32_t>(slope);
    const std::uint32_t rounded = (bits + 0x7FFFU + (bits >> 16 & 1U)) & 0xFFFF0000U;
    slope = std::bit_cast<float>(rounded) * usual_scale(head_dim);
  }
  return alibi;
}

}  // namespace

void read_falcon_config(const ConfigReader& reader, ModelConfig& config) {
  const auto size = [&](const char* key, const char* older, std::size_t most, std::size_t fallback) {
    return reader.size(reader.has(older) ? older : key, {.most = most}, fallback);
  };
  config.causal = true;
  config.layers = size("num_hidden_layers", "n_layer", bounds::kLayers, 32);
  const std::size_t heads = size("num_attention_heads", "n_head", bounds::kHeads, 71);
  config.hidden = size("hidden_size", "n_embed", bounds::kHidden, 4'544);
  if (config.hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  const bool newer = reader.flag("new_decoder_architecture", false);
  LayerPlan plan{.attention = even_heads(heads, config.hidden)};
  plan.norms = read_falcon_norms(reader, newer);
  plan.attention.kv_heads = read_falcon_kv_heads(reader, newer, heads);
  plan.attention.bias = plan.attention.output_bias = plan.feed_forward.bias = reader.flag("bias", false);
  plan.feed_forward.width =
      reader.size("ffn_hidden_size", {.most = bounds::kFeedForward}, 4 * config.hidden, Null::missing);
  plan.feed_forward.activation = read_activation(reader, "gelu", "activation");
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 65'024);
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 2'048);
  config.norm_epsilon = reader.positive("layer_norm_epsilon", 0.1F, 1e-5F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.plans.assign(config.layers, plan);
  if (!reader.flag("alibi", false)) return read_rope(reader, config);
  for (LayerPlan& each : config.plans)
    each.positions = falcon_alibi(heads, plan.attention.head_dim);
}

namespace {

/// Query, key and value from one matrix [groups, query heads of a group + 2, d].
void split_falcon_heads(const Linear& fused, const LayerPlan& plan, const Checkpoint& checkpoint, Storage& storage,
                        LayerWeights& layer) {
  const std::size_t groups = plan.attention.kv_heads, group = plan.attention.heads / groups;
  const std::size_t queries = plan.attention.heads * plan.attention.head_dim, keys = groups * plan.attention.head_dim;
  if (checkpoint.parts_apart || groups == 1) {
    layer.query = output_rows(fused, 0, queries);
    layer.key = output_rows(fused, queries, keys);
    layer.value = output_rows(fused, queries + keys, keys);
    return;
  }
  layer.query = output_part(fused, groups, group + 2, 0, storage, group);
  layer.key = output_part(fused, groups, group + 2, group, storage);
  layer.value = output_part(fused, groups, group + 2, group + 1, storage);
}

LayerWeights read_falcon_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                               const std::string& name, Storage& storage) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  const std::size_t keys = plan.attention.kv_heads * plan.attention.head_dim;
  LayerWeights layer;
  const bool two = plan.norms == NormPlace::parallel;
  layer.attention_norm = reader.layer_norm(name + (two ? "ln_attn" : "input_layernorm"), hidden);
  if (plan.norms != NormPlace::shared)
    layer.feed_forward_norm = reader.layer_norm(name + (two ? "ln_mlp" : "post_attention_layernorm"), hidden);
  const std::string joined = name + "self_attention.query_key_value";
  const Linear fused = reader.linear(joined, hidden + 2 * keys, hidden, plan.attention.bias);
  if (plan.attention.kv_heads > 1) reader.expect_order_of_file(joined, fused);
  split_falcon_heads(fused, plan, reader.checkpoint(), storage, layer);
  layer.output = reader.linear(name + "self_attention.dense", hidden, hidden, plan.attention.output_bias);
  layer.up = reader.linear(name + "mlp.dense_h_to_4h", inner, hidden, plan.feed_forward.bias);
  layer.down = reader.linear(name + "mlp.dense_4h_to_h", hidden, inner, plan.feed_forward.bias);
  return layer;
}

}  // namespace

Weights read_falcon_weights(const ModelConfig& config, WeightReader& reader) {
  constexpr std::string_view kAnchor = "h.0.mlp.dense_h_to_4h.weight";
  const std::string root =
      config.has_lm_head ? reader.root(kAnchor, {"transformer.", ""}) : reader.root(kAnchor, {"", "transformer."});
  Weights weights;
  Storage parts;
  weights.token_embedding = read_token_table(config, reader, root + "word_embeddings.weight");
  weights.layers = reader.layers(config.layers, root + "h.", [&](std::size_t layer, const std::string& name) {
    return read_falcon_layer(config, config.plans[layer], reader, name, parts);
  });
  weights.final_norm = reader.layer_norm(root + "ln_f", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  weights.storage.insert(weights.storage.end(), parts.begin(), parts.end());
  return weights;
}

}  // namespace regard
