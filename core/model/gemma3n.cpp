// SPDX-License-Identifier: Apache-2.0
// Gemma 3n as far as text goes (Google 2025, https://ai.google.dev/gemma/docs/gemma-3n). Of four streams beside each other the layers'
// blocks read and write one, all are predicted and corrected; a low-rank path stands beside attention; in the first layers only the
// largest numbers of a gate get through; each token brings a row of its own into every layer. Most layers look through a window; scores
// are not scaled, values are normalised; the last layers read the keys and values of earlier ones.
#include "core/base/normal_quantile.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/gemma_layout.h"
#include "core/model/llama_layout.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kLargestCap3n = 1e6F;
constexpr std::size_t kMostStreams = 64;
constexpr std::size_t kUsualPattern3n = 5;  // every fifth layer sees everything

void read_gemma3n_sizes(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers = reader.size("num_hidden_layers", {.most = bounds::kLayers}, 35);
  config.hidden = reader.size("hidden_size", {.most = bounds::kHidden}, 2'048);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 262'400);
  config.context = reader.size("max_position_embeddings", {.most = bounds::kContext}, 32'768);
  config.norm_epsilon = reader.positive("rms_norm_eps", 0.1F, 1e-6F);
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.embedding_scale = std::sqrt(static_cast<float>(config.hidden));
  if (!reader.is_null("final_logit_softcapping"))
    config.logit_cap = reader.positive("final_logit_softcapping", kLargestCap3n, 30.0F);
  reader.pass_over("final_logit_softcapping");
  reader.pass_over("query_pre_attn_scalar");  // the class does not read it
}

/// What all layers share.
LayerPlan read_gemma3n_plan(const ConfigReader& reader) {
  const std::size_t heads = reader.size("num_attention_heads", {.most = bounds::kHeads}, 8);
  LayerPlan plan{.norms = NormPlace::both};
  plan.attention = {.heads = heads,
                    .kv_heads = reader.size("num_key_value_heads", {.most = heads}, std::min<std::size_t>(heads, 2)),
                    .head_dim = reader.size("head_dim", {.most = bounds::kHeadDim}, 256),
                    .scale = 1.0F,
                    .qk_norm = QkNorm::each_head,
                    .value_norm = true};
  plan.attention.bias = plan.attention.output_bias = reader.flag("attention_bias", false);
  plan.feed_forward.gated = true;
  plan.feed_forward.activation = read_activation(reader, "gelu_pytorch_tanh", "hidden_activation");
  plan.side_rank = reader.size("laurel_rank", {.most = bounds::kHidden}, 64);
  return plan;
}

/// One number for all layers, or one for each.
void read_block_widths(const ConfigReader& reader, ModelConfig& config) {
  constexpr const char* kKey = "intermediate_size";
  const ConfigReader::Bounds range{.most = bounds::kFeedForward};
  std::vector<std::size_t> widths;
  if (reader.is_list(kKey))
    widths = reader.sizes(kKey, range);
  else
    widths.assign(config.layers, reader.size(kKey, range, 16'384));
  if (widths.size() != config.layers) reader.fail(kKey, "[…] (" + std::to_string(config.layers) + ")");
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    config.plans[layer].feed_forward.width = widths[layer];
}

/// A share of the gate's numbers that does not get through, of each layer.
void read_sparsity(const ConfigReader& reader, ModelConfig& config) {
  constexpr const char* kKey = "activation_sparsity_pattern";
  constexpr std::size_t kUsualSparse = 10;
  std::vector<float> shares(config.layers);
  if (reader.has(kKey))
    shares = reader.positives(kKey, config.layers, 1.0F, true);
  else if (config.layers > kUsualSparse)
    std::fill_n(shares.begin(), kUsualSparse, 0.95F);
  reader.pass_over(kKey);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    if (shares[layer] == 1.0F) reader.fail(kKey, "[≥ 0, < 1, …] (" + std::to_string(config.layers) + ")");
    if (shares[layer] > 0.0F)
      config.plans[layer].feed_forward.cutoff = static_cast<float>(normal_quantile(static_cast<double>(shares[layer])));
  }
}

void read_streams(const ConfigReader& reader, ModelConfig& config) {
  Streams streams{.count = reader.size("altup_num_inputs", {.most = kMostStreams}, 4)};
  if (reader.size("altup_active_idx", {.least = 0, .most = bounds::kHidden}, 0) != 0)
    reader.fail("altup_active_idx",
                "0");  // no published model has it; what begins and ends the streams is written for 0
  streams.scaled_rows = reader.flag("altup_correct_scale", true);
  if (!reader.is_null("altup_coef_clip"))
    streams.largest_correction = reader.positive("altup_coef_clip", kLargestCap3n, 120.0F);
  config.streams = streams;
}

/// The table may have fewer rows than the vocabulary: ids behind it stand for pictures and sounds.
void read_gemma3n_rows(const ConfigReader& reader, ModelConfig& config) {
  constexpr const char* kKey = "hidden_size_per_layer_input";
  const std::size_t width = reader.size(kKey, {.most = bounds::kHidden}, 256);
  if (width * config.layers > bounds::kHidden)
    reader.fail(kKey, "× num_hidden_layers ≤ " + std::to_string(bounds::kHidden));
  config.token_rows = reader.size("vocab_size_per_layer_input", {.most = bounds::kVocabulary}, 262'144);
  for (LayerPlan& plan : config.plans)
    plan.token_row = width;
}

void read_gemma3n_text(const ConfigReader& reader, ModelConfig& config) {
  read_gemma3n_sizes(reader, config);
  config.plans.assign(config.layers, read_gemma3n_plan(reader));
  read_block_widths(reader, config);
  read_window_pattern(reader, 512, kUsualPattern3n, config);
  read_rope(reader, config, {.base = 1e6F, .local_base = read_rope_base(reader, "rope_local_base_freq", 10'000.0F)});
  std::vector<bool> far;
  for (const LayerPlan& plan : config.plans)
    far.push_back(plan.attention.window.width == 0);
  const std::size_t usual = config.layers > 15 ? 15 : 0;
  (void)share_keys(reader, far, usual, config);
  read_sparsity(reader, config);
  read_streams(reader, config);
  read_gemma3n_rows(reader, config);
}

/// The numbers held within ± `limit`, a copy in float32 where one of them is not.
Linear held_within(Linear linear, float limit, Storage& storage) {
  if (limit == 0.0F) return linear;
  auto numbers = std::make_shared<std::vector<float>>(linear.weight.rows() * linear.weight.cols());
  copy_as_f32(linear.weight, 0, *numbers);
  const auto outside = [limit](float number) { return std::abs(number) > limit; };
  if (std::none_of(numbers->begin(), numbers->end(), outside)) return linear;
  for (float& number : *numbers)
    number = std::clamp(number, -limit, limit);
  linear.weight = {DType::f32, linear.weight.shape, reinterpret_cast<const std::byte*>(numbers->data())};
  storage.push_back(std::move(numbers));
  return linear;
}

StreamWeights read_layer_streams(const ModelConfig& config, WeightReader& reader, const std::string& name) {
  const std::size_t hidden = config.hidden, count = config.streams->count;
  StreamWeights streams;
  streams.router_norm = reader.rms_norm(name + "router_norm", hidden);
  for (float& scale : streams.router_norm.scale)
    scale /= static_cast<float>(hidden);
  streams.router = reader.linear(name + "modality_router", count, hidden, false);
  streams.prediction = reader.linear(name + "prediction_coefs", count * count, count, false);
  streams.correction = held_within(reader.linear(name + "correction_coefs", count, count, false),
                                   config.streams->largest_correction, reader.storage());
  std::vector<float> scale = reader.vector(name + "correct_output_scale", hidden);
  if (config.streams->scaled_rows) streams.row_scale = std::move(scale);
  return streams;
}

LayerWeights read_gemma3n_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                const std::string& name) {
  const std::size_t hidden = config.hidden;
  LayerWeights layer;
  layer.attention_norm = reader.rms_norm(name + "input_layernorm", hidden);
  read_normed_heads(config, plan.attention, reader, name + "self_attn.", layer);
  layer.attention_output_norm = reader.rms_norm(name + "post_attention_layernorm", hidden);
  layer.feed_forward_norm = reader.rms_norm(name + "pre_feedforward_layernorm", hidden);
  layer.feed_forward_output_norm = reader.rms_norm(name + "post_feedforward_layernorm", hidden);
  read_feed_forward(config, plan.feed_forward, reader, name, layer);
  read_token_row(config, plan, reader, name, layer);
  layer.side.down = reader.linear(name + "laurel.linear_left", plan.side_rank, hidden, false);
  layer.side.up = reader.linear(name + "laurel.linear_right", hidden, plan.side_rank, false);
  layer.side.norm = reader.rms_norm(name + "laurel.post_laurel_norm", hidden);
  layer.streams = read_layer_streams(config, reader, name + "altup.");
  return layer;
}

/// [S − 1] of [D, D], each by itself or, in GGUF, one below the other.
std::vector<Linear> read_turns(const ModelConfig& config, WeightReader& reader, const std::string& name) {
  const std::size_t count = config.streams->count - 1, hidden = config.hidden;
  std::vector<Linear> turns;
  if (count > 0 && reader.checkpoint().own_name) {
    Linear all;
    all.weight = reader.tensor(name + ".weight", {count, hidden, hidden});
    all.weight.shape = {count * hidden, hidden};
    for (std::size_t index = 0; index < count; ++index)
      turns.push_back(output_rows(all, index * hidden, hidden));
    return turns;
  }
  for (std::size_t index = 0; index < count; ++index)
    turns.push_back(reader.linear(name + "." + std::to_string(index), hidden, hidden, false));
  return turns;
}

}  // namespace

void read_gemma3n_config(const ConfigReader& reader, ModelConfig& config) {
  const std::optional<ConfigReader> text = reader.object("text_config");
  read_gemma3n_text(text ? *text : reader, config);
  if (text) config.tied_embeddings = reader.flag("tie_word_embeddings", true);
}

Weights read_gemma3n_weights(const ModelConfig& config, WeightReader& reader) {
  Weights weights = read_decoder(
      config, reader, read_gemma3n_layer,
      [](WeightReader& from, const std::string& name, std::size_t size) { return from.rms_norm(name, size); });
  read_row_tables(config, reader, weights);
  const std::string root = reader.found_root();
  weights.streams_in = read_turns(config, reader, root + "altup_projections");
  weights.streams_out = read_turns(config, reader, root + "altup_unembed_projections");
  for (const std::shared_ptr<const void>& owner : reader.take_storage())
    weights.storage.push_back(owner);
  return weights;
}

}  // namespace regard
