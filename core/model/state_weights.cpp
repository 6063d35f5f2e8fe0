// SPDX-License-Identifier: Apache-2.0
#include "core/model/state_weights.h"

#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/fused.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace regard {
namespace {

/// [least, most] of Δ, which may be said in two words; everything is allowed.
void refuse_limited_steps(const ConfigReader& reader) {
  constexpr float kNoLimit = 1e29F;  // files write 1e30 or Infinity
  for (const char* key : {"time_step_limit", "mamba_dt_limit"}) {
    if (!reader.has(key)) continue;
    const std::vector<float> limits = reader.positives(key, 2, std::numeric_limits<float>::infinity(), true);
    if (limits[0] != 0.0F || limits[1] < kNoLimit) reader.fail(key, "[0, Infinity]");
  }
}

/// log −A is what Mamba's own files have; GGUF has A.
void make_log_rates(const WeightReader& reader, std::vector<float>& rates) {
  if (!reader.checkpoint().whole_rates) return;
  for (float& rate : rates)
    rate = std::log(-rate);
}

}  // namespace

LayerPlan read_state_space_plan(const ConfigReader& reader, const StateSpaceKeys& keys, LayerPlan plan) {
  const std::size_t heads = reader.size(keys.heads, {.most = bounds::kHeads}, keys.usual_heads);
  StateSpace space;
  space.groups = reader.size(keys.groups, {.most = heads}, std::min(keys.usual_groups, heads));
  if (heads % space.groups != 0) reader.fail(keys.groups, "1, …, " + std::to_string(heads) + " (÷)");
  space.convolution = reader.size(keys.convolution, {.most = 64}, 4);
  space.convolution_bias = reader.flag(keys.convolution_bias, true);
  space.bias = reader.flag(keys.bias, false);
  plan.attention = {.heads = heads, .kv_heads = heads};
  plan.attention.head_dim = reader.size(keys.state, {.most = bounds::kHeadDim}, keys.usual_state);
  plan.attention.output_bias = space.bias;
  plan.attention.value_dim = keys.usual_head_dim;
  if (keys.head_dim != nullptr)
    plan.attention.value_dim = reader.size(keys.head_dim, {.most = bounds::kHeadDim}, keys.usual_head_dim);
  refuse_limited_steps(reader);
  plan.mixer = space;
  plan.positions = NoPositions{};
  return plan;
}

LayerPlan read_divided_state_space_plan(const ConfigReader& reader, StateSpaceKeys keys, std::size_t inner,
                                        const std::string& inner_name, const LayerPlan& plan) {
  constexpr const char* kHeadDim = "mamba_d_head";
  const std::size_t heads = reader.size(keys.heads, {.most = bounds::kHeads}, keys.usual_heads);
  keys.usual_head_dim = inner / heads;
  if (reader.has(kHeadDim) && !reader.is_text(kHeadDim))
    keys.usual_head_dim = reader.size(kHeadDim, {.most = bounds::kHeadDim});
  else if (reader.text(kHeadDim, "auto") != "auto")
    reader.fail(kHeadDim, "auto");
  if (keys.usual_head_dim > bounds::kHeadDim || keys.usual_head_dim * heads != inner)
    reader.fail(keys.heads, "× mamba_d_head = " + inner_name);
  return read_state_space_plan(reader, keys, plan);
}

LayerPlan read_scan_plan(const ConfigReader& reader, const ScanKeys& keys, std::size_t hidden, LayerPlan plan) {
  const std::size_t channels = hidden * reader.size(keys.expand, {.most = 64}, 2);
  if (channels > bounds::kChannels) reader.fail(keys.expand, "× hidden_size ≤ " + std::to_string(bounds::kChannels));
  StateSpace space{.groups = 1, .normed = false, .inner_norms = keys.inner_norms};
  space.convolution = reader.size(keys.convolution, {.most = 64}, 4);
  space.convolution_bias = reader.flag(keys.convolution_bias, true);
  space.bias = reader.flag(keys.bias, false);
  space.step_rank = (hidden + 15) / 16;
  if (reader.has(keys.step_rank) && !reader.is_text(keys.step_rank))
    space.step_rank = reader.size(keys.step_rank, {.most = bounds::kHidden});
  else if (reader.text(keys.step_rank, "auto") != "auto")
    reader.fail(keys.step_rank, "auto");
  plan.attention = {.heads = channels, .kv_heads = channels, .value_dim = 1, .output_bias = space.bias};
  plan.attention.head_dim = reader.size(keys.state, {.most = bounds::kHeadDim}, 16);
  plan.mixer = space;
  plan.positions = NoPositions{};
  return plan;
}

std::vector<float> read_kernel(WeightReader& reader, const std::string& name, std::size_t channels,
                               std::size_t tokens) {
  const TensorView stored = reader.tensor(name, {channels, 1, tokens});
  std::vector<float> kernel(channels * tokens);
  copy_as_f32(stored, 0, kernel);
  return kernel;
}

std::vector<float> read_log_rates(WeightReader& reader, const std::string& name, std::size_t heads) {
  std::vector<float> rates = reader.vector(name, heads);
  if (!reader.checkpoint().whole_rates) return rates;
  for (float& rate : rates)
    rate = std::log(-rate);
  return rates;
}

void read_state_space(const LayerPlan& plan, const StateSpace& space, std::size_t hidden, WeightReader& reader,
                      const std::string& name, LayerWeights& layer) {
  const std::size_t heads = plan.attention.heads, values = heads * value_dim(plan.attention);
  const std::size_t channels = convolved_channels(plan);
  const Linear fused = reader.linear(name + "in_proj", values + channels + heads, hidden, space.bias);
  layer.output_gate = output_rows(fused, 0, values);
  layer.state.projection = output_rows(fused, values, channels);
  layer.state.decay = output_rows(fused, values + channels, heads);
  const std::vector<float> step_bias = reader.vector(name + "dt_bias", heads);
  std::vector<float>& bias = layer.state.decay.bias;
  bias.resize(heads);
  std::transform(bias.begin(), bias.end(), step_bias.begin(), bias.begin(),
                 [&](float of_projection, float of_step) { return of_projection + of_step / space.step_scale; });
  layer.state.convolution = read_kernel(reader, name + "conv1d.weight", channels, space.convolution);
  if (space.convolution_bias) layer.state.convolution_bias = reader.vector(name + "conv1d.bias", channels);
  layer.state.log_rate = read_log_rates(reader, name + "A_log", heads);
  layer.state.skip = reader.vector(name + "D", heads);
  if (space.normed) layer.state.norm = reader.rms_norm(name + "norm", values);
  layer.output = reader.linear(name + "out_proj", hidden, values, plan.attention.output_bias);
}

void read_scan(const LayerPlan& plan, const StateSpace& space, std::size_t hidden, WeightReader& reader,
               const std::string& name, LayerWeights& layer) {
  const std::size_t channels = plan.attention.heads, numbers = plan.attention.head_dim, rank = space.step_rank;
  const Linear fused = reader.linear(name + "in_proj", 2 * channels, hidden, space.bias);
  StateWeights& state = layer.state;
  state.projection = output_rows(fused, 0, channels);
  layer.output_gate = output_rows(fused, channels, channels);
  state.convolution = read_kernel(reader, name + "conv1d.weight", channels, space.convolution);
  if (space.convolution_bias) state.convolution_bias = reader.vector(name + "conv1d.bias", channels);
  state.select = reader.linear(name + "x_proj", rank + 2 * numbers, channels, false);
  state.decay = reader.linear(name + "dt_proj", channels, rank, true);
  state.log_rate.resize(channels * numbers);
  copy_as_f32(reader.tensor(name + "A_log", {channels, numbers}), 0, state.log_rate);
  make_log_rates(reader, state.log_rate);
  state.skip = reader.vector(name + "D", channels);
  if (space.inner_norms) {
    state.step_norm = reader.rms_norm(name + "dt_layernorm", rank);
    state.key_norm = reader.rms_norm(name + "b_layernorm", numbers);
    state.query_norm = reader.rms_norm(name + "c_layernorm", numbers);
  }
  layer.output = reader.linear(name + "out_proj", hidden, channels, plan.attention.output_bias);
}

}  // namespace regard
