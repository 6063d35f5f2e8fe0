// SPDX-License-Identifier: Apache-2.0
// Qwen3-Next (https://qwen.ai/blog?id=qwen3-next, 2025) and the text models of Qwen3.5, dense and mixtures: three of four layers mix tokens
// by the gated delta rule (Yang et al. 2024, https://arxiv.org/abs/2412.06464), the others by softmax attention with a gate on what heads
// put out, norms of each head's queries and keys and RoPE on a quarter of a head. The scales of norms are stored less 1, but for that of
// the delta layers' heads.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/llama_layout.h"
#include "core/model/state_weights.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace regard {
namespace {

/// Which layers are softmax attention, from "layer_types" or every "full_attention_interval"-th.
std::vector<bool> read_full_layers(const ConfigReader& reader, const ModelConfig& config) {
  const std::vector<std::string> types = reader.texts("layer_types");
  const std::size_t interval = reader.size("full_attention_interval", {.most = bounds::kLayers}, 4);
  if (!types.empty() && types.size() != config.layers)
    reader.fail("layer_types", "[…] (" + std::to_string(config.layers) + ")");
  std::vector<bool> full;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    if (!types.empty() && types[layer] != "full_attention" && types[layer] != "linear_attention")
      reader.fail("layer_types", "full_attention, linear_attention");
    full.push_back(types.empty() ? (layer + 1) % interval == 0 : types[layer] == "full_attention");
  }
  return full;
}

/// The mixer of the layers that have no softmax.
LayerPlan read_delta_plan(const ConfigReader& reader, LayerPlan plan) {
  GatedDelta delta;
  const std::size_t heads = reader.size("linear_num_value_heads", {.most = bounds::kHeads}, 32);
  delta.key_heads = reader.size("linear_num_key_heads", {.most = heads}, std::min<std::size_t>(heads, 16));
  if (heads % delta.key_heads != 0) reader.fail("linear_num_key_heads", "1, …, " + std::to_string(heads) + " (÷)");
  const std::size_t head_dim = reader.size("linear_value_head_dim", {.most = bounds::kHeadDim}, 128);
  if (reader.size("linear_key_head_dim", {.most = bounds::kHeadDim}, 128) != head_dim)
    reader.fail("linear_key_head_dim", "linear_value_head_dim");
  delta.convolution = reader.size("linear_conv_kernel_dim", {.least = 1, .most = 64}, 4);
  plan.attention = {.heads = heads, .kv_heads = heads, .head_dim = head_dim, .scale = usual_scale(head_dim)};
  plan.mixer = delta;
  plan.positions = NoPositions{};
  return plan;
}

/// Models that read pictures, too, keep what is said of their text in an object.
template <class Read>
void read_text_config(const ConfigReader& reader, ModelConfig& config, const Read& read) {
  const std::optional<ConfigReader> text = reader.object("text_config");
  read(text ? *text : reader);
  if (text) config.tied_embeddings = reader.flag("tie_word_embeddings", false);
}

void read_layers(const ConfigReader& reader, ModelConfig& config) {
  if (!reader.flag("attn_output_gate", true)) reader.fail("attn_output_gate", "true");
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  for (LayerPlan& plan : config.plans) {
    plan.attention.qk_norm = QkNorm::each_head;
    plan.attention.output_gate = true;
  }
  if (config.plans.front().feed_forward.activation != Activation::silu) reader.fail("hidden_act", "silu");
  if (reader.flag("use_sliding_window", false)) reader.fail("use_sliding_window", "false");
  reader.pass_over("sliding_window");
  read_rope(reader, config, {.share_key = "partial_rotary_factor", .share = 0.25F});
  const std::vector<bool> full = read_full_layers(reader, config);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if (!full[layer]) config.plans[layer] = read_delta_plan(reader, config.plans[layer]);
}

/// What the projections of one key head and its value heads lie behind each other in Qwen3-Next's files.
struct DeltaParts {
  Linear projection{}, gate{}, write{}, decay{};
};

/// Rows of in_proj_qkvz lie [key heads] of q, k, values, z; those of in_proj_ba [key heads] of b, a.
DeltaParts read_grouped_parts(const LayerPlan& plan, const GatedDelta& delta, std::size_t hidden, WeightReader& reader,
                              const std::string& name) {
  const std::size_t d = plan.attention.head_dim, values = plan.attention.heads / delta.key_heads;
  const std::size_t group = (2 + 2 * values) * d;
  const Linear qkvz = reader.linear(name + "in_proj_qkvz", delta.key_heads * group, hidden, false);
  const Linear ba = reader.linear(name + "in_proj_ba", 2 * plan.attention.heads, hidden, false);
  const auto blocks = [&](std::size_t size, std::initializer_list<Range> parts) {
    std::vector<Range> list;
    for (const Range& part : parts)
      for (std::size_t head = 0; head < delta.key_heads; ++head)
        list.push_back({head * size + part.begin, head * size + part.end});
    return list;
  };
  const Range q{0, d}, k{d, 2 * d}, v{2 * d, (2 + values) * d}, z{(2 + values) * d, group};
  return {gathered_rows(qkvz, blocks(group, {q, k, v}), reader.storage()),
          gathered_rows(qkvz, blocks(group, {z}), reader.storage()),
          gathered_rows(ba, blocks(2 * values, {{0, values}}), reader.storage()),
          gathered_rows(ba, blocks(2 * values, {{values, 2 * values}}), reader.storage())};
}

/// The rows of the gates of writing and of forgetting. Those of in_proj_ba lie [key heads] of b, a.
std::pair<Linear, Linear> read_gates(const LayerPlan& plan, const GatedDelta& delta, std::size_t hidden,
                                     WeightReader& reader, const std::string& name) {
  const std::size_t heads = plan.attention.heads;
  if (!reader.has(name + "in_proj_ba.weight"))
    return {reader.linear(name + "in_proj_b", heads, hidden, false),
            reader.linear(name + "in_proj_a", heads, hidden, false)};
  const Linear ba = reader.linear(name + "in_proj_ba", 2 * heads, hidden, false);
  return {output_part(ba, delta.key_heads, 2, 0, reader.storage()),
          output_part(ba, delta.key_heads, 2, 1, reader.storage())};
}

/// Where the rows, `width` each, or numbers of value heads lie in a file that has the first of each key head first, then the second of
/// each …; else where they belong. `before`: so many rows stand in front of them.
std::vector<Range> blocks_of_values(const LayerPlan& plan, const GatedDelta& delta, const WeightReader& reader,
                                    std::size_t width, std::size_t before = 0) {
  const std::size_t heads = plan.attention.heads, each = heads / delta.key_heads;
  std::vector<Range> blocks;
  if (before > 0) blocks.push_back({0, before});
  for (std::size_t head = 0; head < heads; ++head) {
    const std::size_t turn = head % each * delta.key_heads + head / each;
    const std::size_t first = before + (reader.checkpoint().values_by_turns ? turn : head) * width;
    blocks.push_back({first, first + width});
  }
  return blocks;
}

/// Rows of a matrix, or numbers, in the order of heads.
std::vector<float> in_order(const std::vector<float>& numbers, const std::vector<Range>& blocks) {
  std::vector<float> ordered;
  for (const Range& block : blocks)
    ordered.insert(ordered.end(), numbers.begin() + static_cast<std::ptrdiff_t>(block.begin),
                   numbers.begin() + static_cast<std::ptrdiff_t>(block.end));
  return ordered;
}

bool lie_in_order(const LayerPlan& plan, const GatedDelta& delta, const WeightReader& reader) {
  return !reader.checkpoint().values_by_turns || delta.key_heads == plan.attention.heads;
}

/// Qwen3.5's files hold them apart, and so do GGUF files of both but for Qwen3-Next's b and a.
DeltaParts read_single_parts(const LayerPlan& plan, const GatedDelta& delta, std::size_t hidden, WeightReader& reader,
                             const std::string& name) {
  const std::size_t heads = plan.attention.heads, d = plan.attention.head_dim;
  auto [write, decay] = read_gates(plan, delta, hidden, reader, name);
  DeltaParts parts{reader.linear(name + "in_proj_qkv", convolved_channels(plan), hidden, false),
                   reader.linear(name + "in_proj_z", heads * d, hidden, false), std::move(write), std::move(decay)};
  if (lie_in_order(plan, delta, reader)) return parts;
  const auto order = [&](Linear& part, std::size_t width, std::size_t before) {
    part = gathered_rows(part, blocks_of_values(plan, delta, reader, width, before), reader.storage());
  };
  order(parts.projection, d, 2 * delta.key_heads * d);
  order(parts.gate, d, 0);
  order(parts.write, 1, 0);
  order(parts.decay, 1, 0);
  return parts;
}

void read_delta(const LayerPlan& plan, const GatedDelta& delta, std::size_t hidden, WeightReader& reader,
                const std::string& name, LayerWeights& layer) {
  const std::size_t heads = plan.attention.heads, d = plan.attention.head_dim;
  const bool grouped = reader.has(name + "in_proj_qkvz.weight");
  DeltaParts parts = grouped ? read_grouped_parts(plan, delta, hidden, reader, name)
                             : read_single_parts(plan, delta, hidden, reader, name);
  layer.state.projection = std::move(parts.projection);
  layer.state.write = std::move(parts.write);
  layer.state.decay = std::move(parts.decay);
  layer.output_gate = std::move(parts.gate);
  layer.state.convolution = read_kernel(reader, name + "conv1d.weight", convolved_channels(plan), delta.convolution);
  layer.state.decay.bias = reader.vector(name + "dt_bias", heads);
  layer.state.log_rate = read_log_rates(reader, name + "A_log", heads);
  layer.state.norm = reader.rms_norm(name + "norm", d);
  layer.output = reader.linear(name + "out_proj", hidden, heads * d, false);
  if (lie_in_order(plan, delta, reader)) return;
  const std::vector<Range> numbers = blocks_of_values(plan, delta, reader, 1);
  const std::size_t tokens = delta.convolution, in_front = 2 * delta.key_heads * d * tokens;
  layer.state.convolution =
      in_order(layer.state.convolution, blocks_of_values(plan, delta, reader, d * tokens, in_front));
  layer.state.decay.bias = in_order(layer.state.decay.bias, numbers);
  layer.state.log_rate = in_order(layer.state.log_rate, numbers);
  layer.output = gathered_inputs(layer.output, blocks_of_values(plan, delta, reader, d), reader.storage());
}

/// The rows of q_proj are, head by head, those of its queries and of its gate.
void read_gated_attention(const SoftmaxAttention& plan, std::size_t hidden, WeightReader& reader,
                          const std::string& name, LayerWeights& layer) {
  const std::size_t queries = plan.heads * plan.head_dim, keys = plan.kv_heads * plan.head_dim;
  const Linear fused = reader.linear(name + "q_proj", 2 * queries, hidden, plan.bias);
  layer.query = output_part(fused, plan.heads, 2, 0, reader.storage());
  layer.output_gate = output_part(fused, plan.heads, 2, 1, reader.storage());
  layer.key = reader.linear(name + "k_proj", keys, hidden, plan.bias);
  layer.value = reader.linear(name + "v_proj", keys, hidden, plan.bias);
  layer.output = reader.linear(name + "o_proj", hidden, queries, plan.output_bias);
  layer.query_norm = read_centred_norm(reader, name + "q_norm", plan.head_dim);
  layer.key_norm = read_centred_norm(reader, name + "k_norm", plan.head_dim);
}

LayerWeights read_qwen3_next_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                   const std::string& name) {
  LayerWeights layer;
  layer.attention_norm = read_centred_norm(reader, name + "input_layernorm", config.hidden);
  if (const auto* delta = std::get_if<GatedDelta>(&plan.mixer))
    read_delta(plan, *delta, config.hidden, reader, name + "linear_attn.", layer);
  else
    read_gated_attention(plan.attention, config.hidden, reader, name + "self_attn.", layer);
  layer.feed_forward_norm = read_centred_norm(reader, name + "post_attention_layernorm", config.hidden);
  read_qwen_block(config, plan.feed_forward, reader, name, layer);
  return layer;
}

}  // namespace

void read_qwen3_next_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 32'768, .kv_heads = 2, .head_dim = 256, .feed_forward = 5'632});
  read_shared_mixtures(reader, {512, 10, 512, 512, true}, config);
  read_layers(reader, config);
}

void read_qwen3_5_config(const ConfigReader& reader, ModelConfig& config) {
  read_text_config(reader, config, [&](const ConfigReader& text) {
    read_llama_sizes(text, config, {.context = 32'768, .kv_heads = 4, .head_dim = 256, .feed_forward = 12'288});
    read_layers(text, config);
  });
}

/// Every layer is a mixture, whatever the file says of a width of dense ones.
void read_qwen3_5_moe_config(const ConfigReader& reader, ModelConfig& config) {
  read_text_config(reader, config, [&](const ConfigReader& text) {
    read_llama_sizes(text, config, {.context = 32'768, .kv_heads = 2, .head_dim = 256, .feed_forward = 1});
    read_shared_mixtures(text, {256, 8, 512, 512, true}, config);
    read_layers(text, config);
  });
}

Weights read_qwen3_next_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(config, reader, read_qwen3_next_layer, read_centred_norm);
}

}  // namespace regard
