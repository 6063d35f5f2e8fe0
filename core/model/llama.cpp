// SPDX-License-Identifier: Apache-2.0
// Llama (Touvron et al. 2023, https://arxiv.org/abs/2302.13971) and its relatives Mistral, Qwen2, Qwen3 and SmolLM3 (which
// turns no queries and keys in every fourth layer): RMSNorm before each block, RoPE, SwiGLU, grouped queries, causal.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

namespace regard {
namespace {

std::size_t read_kv_heads(const ConfigReader& reader, const LlamaDefaults& defaults, std::size_t heads) {
  constexpr const char* kKey = "num_key_value_heads";
  const bool own = defaults.kv_heads == 0 || reader.is_null(kKey);
  if (!own && !reader.has(kKey) && heads % defaults.kv_heads != 0)  // the class's number fits another size
    return reader.size(kKey, {.most = heads});
  return reader.size(kKey, {.most = heads}, own ? heads : defaults.kv_heads, Null::missing);
}

std::size_t read_head_dim(const ConfigReader& reader, const LlamaDefaults& defaults, std::size_t hidden,
                          std::size_t heads) {
  if (defaults.head_dim != 0) return reader.size("head_dim", {.most = bounds::kHeadDim}, defaults.head_dim);
  if (!reader.has("head_dim") && hidden % heads != 0) reader.fail("hidden_size", "n × " + std::to_string(heads));
  return reader.size("head_dim", {.most = bounds::kHeadDim}, hidden / heads, Null::missing);
}

/// The same of all layers.
void set_window(ModelConfig& config, std::size_t width) {
  for (LayerPlan& plan : config.plans)
    plan.attention.window.width = width;
}

void set_feed_forward_bias(ModelConfig& config, bool bias) {
  for (LayerPlan& plan : config.plans)
    plan.feed_forward.bias = bias;
}

/// Null: there is no window.
std::size_t read_window(const ConfigReader& reader, std::size_t fallback) {
  const std::size_t missing = reader.is_null("sliding_window") ? 0 : fallback;
  return reader.size("sliding_window", {.most = bounds::kContext}, missing, Null::missing);
}

/// Qwen: layers from max_window_layers on look through a window, or those that layer_types names.
void read_qwen_windows(const ConfigReader& reader, ModelConfig& config) {
  if (!reader.flag("use_sliding_window", false)) return reader.pass_over("sliding_window");
  const std::size_t window = read_window(reader, 4'096);
  const std::size_t first = reader.size("max_window_layers", {.least = 0, .most = bounds::kLayers}, 28);
  const std::vector<std::string> types = read_layer_types(reader, config);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const bool slides = types.empty() ? layer >= first : types[layer] == "sliding_attention";
    config.plans[layer].attention.window.width = slides ? window : 0;
  }
}

LayerWeights read_llama_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                              const std::string& name) {
  LayerWeights layer = read_llama_attention(config, plan, reader, name);
  read_feed_forward(config, plan.feed_forward, reader, name, layer);
  return layer;
}

}  // namespace

void read_llama_sizes(const ConfigReader& reader, ModelConfig& config, const LlamaDefaults& defaults) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers});
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads});
  LayerPlan plan{.attention = {.heads = heads, .kv_heads = read_kv_heads(reader, defaults, heads)},
                 .feed_forward = {.gated = defaults.gated}};
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden});
  plan.attention.head_dim = read_head_dim(reader, defaults, config.hidden, heads);
  plan.attention.scale = usual_scale(plan.attention.head_dim);
  plan.feed_forward.width =
      reader.size("intermediate_size", {.most = bounds::kFeedForward},
                  defaults.feed_forward > 0 ? std::optional(defaults.feed_forward) : std::nullopt);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary});
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, defaults.context);
  plan.feed_forward.activation = read_activation(reader, defaults.activation);
  config.norm_epsilon = reader.positive(defaults.epsilon_key, 0.1F, defaults.norm_epsilon);
  config.tied_embeddings = reader.flag("tie_word_embeddings", defaults.tied);
  config.plans.assign(config.layers, plan);
}

void set_attention_bias(ModelConfig& config, bool of_projections, bool of_output) {
  for (LayerPlan& plan : config.plans) {
    plan.attention.bias = of_projections;
    plan.attention.output_bias = of_output;
  }
}

std::vector<std::string> read_layer_types(const ConfigReader& reader, const ModelConfig& config) {
  std::vector<std::string> types = reader.texts("layer_types");
  if (!types.empty() && types.size() != config.layers)
    reader.fail("layer_types", "[…] (" + std::to_string(config.layers) + ")");
  for (const std::string& type : types)
    if (type != "sliding_attention" && type != "full_attention")
      reader.fail("layer_types", "full_attention, sliding_attention");
  return types;
}

void read_one_window(const ConfigReader& reader, std::size_t fallback, ModelConfig& config) {
  const std::size_t window = read_window(reader, fallback);
  const std::string kind = window > 0 ? "sliding_attention" : "full_attention";
  for (const std::string& type : read_layer_types(reader, config))
    if (type != kind) reader.fail("layer_types", std::to_string(config.layers) + " × " + kind);
  set_window(config, window);
}

void read_window_pattern(const ConfigReader& reader, std::size_t width, std::size_t pattern, ModelConfig& config) {
  const std::size_t window = reader.size("sliding_window", {.most = bounds::kContext}, width);
  const std::vector<std::string> types = read_layer_types(reader, config);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const bool slides = types.empty() ? (layer + 1) % pattern != 0 : types[layer] == "sliding_attention";
    config.plans[layer].attention.window.width = slides ? window : 0;
  }
}

LayerWeights read_llama_projections(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                    const std::string& name) {
  const std::size_t hidden = config.hidden;
  const std::size_t queries = plan.attention.heads * plan.attention.head_dim;
  const std::size_t keys = plan.attention.kv_heads * plan.attention.head_dim;
  const std::string attention = name + "self_attn.";
  LayerWeights layer;
  layer.query = reader.linear(attention + "q_proj", queries, hidden, plan.attention.bias);
  layer.key = reader.linear(attention + "k_proj", keys, hidden, plan.attention.bias);
  layer.value = reader.linear(attention + "v_proj", keys, hidden, plan.attention.bias);
  layer.output = reader.linear(attention + "o_proj", hidden, queries, plan.attention.output_bias);
  return layer;
}

void read_query_key_norms(const LayerPlan& plan, WeightReader& reader, const std::string& name, LayerWeights& layer) {
  if (plan.attention.qk_norm == QkNorm::none) return;
  const bool together = plan.attention.qk_norm == QkNorm::all_heads;
  const std::size_t width = plan.attention.head_dim;
  layer.query_norm = reader.rms_norm(name + "self_attn.q_norm", together ? plan.attention.heads * width : width);
  layer.key_norm = reader.rms_norm(name + "self_attn.k_norm", together ? plan.attention.kv_heads * width : width);
}

LayerWeights read_llama_attention(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                  const std::string& name) {
  LayerWeights layer = read_llama_projections(config, plan, reader, name);
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", config.hidden);
  read_query_key_norms(plan, reader, name, layer);
  layer.feed_forward_norm = reader.rms_norm(name + "post_attention_layernorm", config.hidden);
  return layer;
}

void read_feed_forward(const ModelConfig& config, const FeedForward& plan, WeightReader& reader,
                       const std::string& name, LayerWeights& layer) {
  layer.gate = reader.linear(name + "mlp.gate_proj", plan.width, config.hidden, plan.bias);
  layer.up = reader.linear(name + "mlp.up_proj", plan.width, config.hidden, plan.bias);
  layer.down = reader.linear(name + "mlp.down_proj", config.hidden, plan.width, plan.bias);
}

void read_llama_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {});
  read_rope(reader, config);
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  set_feed_forward_bias(config, reader.flag("mlp_bias", false));
}

void read_mistral_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 131'072, .kv_heads = 8});
  read_one_window(reader, 4'096, config);
  read_rope(reader, config);
}

void read_phi3_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 4'096, .norm_epsilon = 1e-5F});
  read_one_window(reader, 0, config);
  read_rope(reader, config, {.share_key = "partial_rotary_factor", .longrope_only = true, .original_context = 4'096});
}

void read_qwen2_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 32'768, .kv_heads = 32});
  set_attention_bias(config, true, false);
  reader.pass_over("attention_bias");  // Qwen2 has it whatever the file says
  read_qwen_windows(reader, config);
  read_rope(reader, config);
}

void read_qwen3_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 32'768, .kv_heads = 32, .head_dim = 128});
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  for (LayerPlan& plan : config.plans)
    plan.attention.qk_norm = QkNorm::each_head;
  read_qwen_windows(reader, config);
  read_rope(reader, config);
}

void read_smollm3_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 32'768, .kv_heads = 4, .tied = true});
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  set_feed_forward_bias(config, reader.flag("mlp_bias", false));
  if (reader.flag("use_sliding_window", false) && reader.texts("layer_types").empty())
    reader.fail("layer_types", "[…] (" + std::to_string(config.layers) + ")");
  read_qwen_windows(reader, config);
  read_rope(reader, config, {.base = 2e6F});
  const std::size_t interval = reader.size("no_rope_layer_interval", {.most = bounds::kLayers}, 4);
  std::vector<float> turns;  // 1: the layer turns its queries and keys
  if (reader.has("no_rope_layers")) turns = reader.positives("no_rope_layers", config.layers, 1.0F, true);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if (turns.empty() ? (layer + 1) % interval == 0 : turns[layer] == 0.0F)
      config.plans[layer].positions = NoPositions{};
}

Weights read_llama_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(
      config, reader, read_llama_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.rms_norm(name, size); });
}

}  // namespace regard
