// SPDX-License-Identifier: Apache-2.0
// gpt-oss (OpenAI 2025, https://arxiv.org/abs/2508.10925): a mixture of experts in every layer, whose gate is clamped; each head has a
// learned sink; every other layer looks through a window; YaRN.
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/llama_layout.h"
#include "core/model/weight_reader.h"

#include <nlohmann/json.hpp>

namespace regard {
namespace {

constexpr MixtureNames kGptOssMixture{"mlp.router", "mlp.experts.", "gate_proj", "up_proj", "down_proj"};

/// What the class of the library takes where the file says nothing of it.
const nlohmann::json& silent_rope() {
  static const nlohmann::json settings{{"rope_type", "yarn"}, {"factor", 32.0},
                                       {"beta_fast", 32.0},   {"beta_slow", 1.0},
                                       {"truncate", false},   {"original_max_position_embeddings", 4'096U}};
  return settings;
}

Experts read_gpt_oss_experts(const ConfigReader& reader) {
  const char* count =
      reader.has("num_experts") && !reader.has("num_local_experts") ? "num_experts" : "num_local_experts";
  Experts experts;
  experts.count = reader.size(count, {.most = bounds::kExperts}, 128);
  experts.chosen = reader.size("num_experts_per_tok", {.most = experts.count}, 4);
  if (reader.has("experts_per_token") && reader.size("experts_per_token", {.most = experts.count}) != experts.chosen)
    reader.fail("experts_per_token", std::to_string(experts.chosen));
  experts.gates_sum_to_1 = true;  // softmax over the chosen
  return experts;
}

/// Row `expert` of [experts, width].
std::vector<float> bias_of(const TensorView& biases, std::size_t expert) {
  std::vector<float> bias(biases.cols());
  copy_as_f32(biases, expert * bias.size(), bias);
  return bias;
}

/// All experts' matrices of one kind as the file has them: BF16 [experts, in, out], or MXFP4 [experts, out, in].
struct AllExperts {
  TensorView matrices{}, biases{};
  std::size_t in = 0, out = 0;

  [[nodiscard]] Linear of(std::size_t expert) const {
    Linear one;
    if (matrices.scales != nullptr) {
      one = output_rows({.weight = {matrices.dtype, {matrices.rows() * out, in}, matrices.data, matrices.scales}},
                        expert * out, out);
    } else {
      const std::byte* data = matrices.data + stored_bytes(matrices.dtype, expert * in * out);
      one = stored_by_input({matrices.dtype, {in, out}, data});
    }
    one.bias = bias_of(biases, expert);
    return one;
  }
};

AllExperts read_all(WeightReader& reader, const std::string& name, std::size_t experts, std::size_t in,
                    std::size_t out) {
  AllExperts all{.in = in, .out = out};
  if (reader.has(name + "_blocks"))
    all.matrices = reader.mxfp4(name, {experts, out, in});
  else
    all.matrices = reader.unquantised(name, {experts, in, out});
  all.biases = reader.tensor(name + "_bias", {experts, out});
  return all;
}

/// The published layouts: gate and up by turns in one matrix.
MixtureWeights read_mixture_by_turns(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                                     const std::string& layer) {
  const std::size_t count = plan.experts->count;
  const std::string prefix = layer + std::string(kGptOssMixture.experts);
  MixtureWeights mixture;
  mixture.router = reader.linear(layer + std::string(kGptOssMixture.router), count, hidden, true);
  const AllExperts inner = read_all(reader, prefix + "gate_up_proj", count, hidden, 2 * plan.width);
  const AllExperts down = read_all(reader, prefix + "down_proj", count, plan.width, hidden);
  for (std::size_t expert = 0; expert < count; ++expert)
    mixture.experts.push_back({.down = down.of(expert), .gate_and_up = inner.of(expert)});
  return mixture;
}

LayerWeights read_gpt_oss_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                const std::string& name) {
  LayerWeights layer = read_llama_attention(config, plan, reader, name);
  const std::string sinks = name + "self_attn.sinks";
  layer.sinks = reader.vector(reader.has(sinks + ".weight") ? sinks + ".weight" : sinks, plan.attention.heads);
  const bool parted = reader.has(name + "mlp.experts.gate_proj.weight");  // GGUF
  layer.mixture = parted ? read_mixture(plan.feed_forward, config.hidden, reader, name, kGptOssMixture)
                         : read_mixture_by_turns(plan.feed_forward, config.hidden, reader, name);
  return layer;
}

Norm read_gpt_oss_norm(WeightReader& reader, const std::string& name, std::size_t size) {
  return reader.rms_norm(name, size);
}

}  // namespace

void read_gpt_oss_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {.context = 131'072, .kv_heads = 8, .head_dim = 64, .norm_epsilon = 1e-5F});
  if (config.plans.front().feed_forward.activation != Activation::silu) reader.fail("hidden_act", "silu");
  const bool bias = reader.flag("attention_bias", true);
  set_attention_bias(config, bias, bias);
  const std::size_t window = reader.size("sliding_window", {.most = bounds::kContext}, 128);
  const std::vector<std::string> types = read_layer_types(reader, config);
  const ClampedGate clamped{.slope = reader.positive("swiglu_alpha", 100.0F, 1.702F),
                            .limit = reader.positive("swiglu_limit", 1e6F, 7.0F)};
  const Experts experts = read_gpt_oss_experts(reader);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    LayerPlan& plan = config.plans[layer];
    plan.attention.sink = true;
    const bool slides = types.empty() ? layer % 2 == 0 : types[layer] == "sliding_attention";
    if (slides) plan.attention.window.width = window;
    plan.feed_forward.clamped = clamped;
    plan.feed_forward.bias = true;
    plan.feed_forward.experts = experts;
  }
  read_rope(reader, config, {.base = 150'000.0F, .silent = &silent_rope()});
}

Weights read_gpt_oss_weights(const ModelConfig& config, WeightReader& reader) {
  return read_decoder(config, reader, read_gpt_oss_layer, read_gpt_oss_norm);
}

}  // namespace regard
