// SPDX-License-Identifier: Apache-2.0
#include "core/model/expert_weights.h"

#include "core/model/fused.h"

#include <cassert>
#include <utility>

namespace regard {
namespace {

/// A tensor [experts, rows, cols] as one matrix: its experts below each other.
Linear stacked(WeightReader& reader, const std::string& name, std::size_t experts, std::size_t rows, std::size_t cols) {
  Linear all;
  all.weight = reader.tensor(name, {experts, rows, cols});
  all.weight.shape = {experts * rows, cols};
  return all;
}

/// Biases [experts, rows], below each other.
std::vector<float> stacked_biases(WeightReader& reader, const std::string& name, std::size_t experts,
                                  std::size_t rows) {
  std::vector<float> biases(experts * rows);
  copy_as_f32(reader.tensor(name, {experts, rows}), 0, biases);
  return biases;
}

/// gate and up glued together for each expert.
std::vector<FeedForwardWeights> glued_experts(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                                              const std::string& prefix, const MixtureNames& names) {
  const std::size_t count = plan.experts->count, width = plan.width;
  const Linear inner = stacked(reader, prefix + std::string(names.glued), count, 2 * width, hidden);
  const Linear down = stacked(reader, prefix + std::string(names.glued_down), count, hidden, width);
  std::vector<FeedForwardWeights> experts;
  for (std::size_t expert = 0; expert < count; ++expert)
    experts.push_back({.gate = output_rows(inner, expert * 2 * width, width),
                       .up = output_rows(inner, (expert * 2 + 1) * width, width),
                       .down = output_rows(down, expert * hidden, hidden)});
  return experts;
}

std::vector<FeedForwardWeights> stacked_experts(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                                                const std::string& prefix, const MixtureNames& names) {
  const std::size_t count = plan.experts->count, width = plan.width;
  const auto all = [&](std::string_view part, std::size_t rows, std::size_t cols) {
    const std::string name = prefix + std::string(part);
    Linear matrices = stacked(reader, name + ".weight", count, rows, cols);
    if (plan.bias) matrices.bias = stacked_biases(reader, name + ".bias", count, rows);
    return matrices;
  };
  const Linear gate = names.gate.empty() ? Linear{} : all(names.gate, width, hidden);
  const Linear up = all(names.up, width, hidden);
  const Linear down = all(names.down, hidden, width);
  std::vector<FeedForwardWeights> experts;
  for (std::size_t expert = 0; expert < count; ++expert)
    experts.push_back({.gate = names.gate.empty() ? Linear{} : output_rows(gate, expert * width, width),
                       .up = output_rows(up, expert * width, width),
                       .down = output_rows(down, expert * hidden, hidden)});
  return experts;
}

FeedForwardWeights one_expert(std::size_t width, std::size_t hidden, WeightReader& reader, const std::string& prefix,
                              const MixtureNames& names) {
  FeedForwardWeights expert;
  if (!names.gate.empty()) expert.gate = reader.linear(prefix + std::string(names.gate), width, hidden, false);
  expert.up = reader.linear(prefix + std::string(names.up), width, hidden, false);
  expert.down = reader.linear(prefix + std::string(names.down), hidden, width, false);
  return expert;
}

std::vector<FeedForwardWeights> read_experts(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                                             const std::string& prefix, const MixtureNames& names) {
  if (plan.gated && reader.has(prefix + std::string(names.glued)))
    return glued_experts(plan, hidden, reader, prefix, names);
  if (reader.has(prefix + std::string(names.up) + ".weight"))
    return stacked_experts(plan, hidden, reader, prefix, names);
  std::vector<FeedForwardWeights> experts;
  for (std::size_t expert = 0; expert < plan.experts->count; ++expert)
    experts.push_back(one_expert(plan.width, hidden, reader, prefix + std::to_string(expert) + ".", names));
  return experts;
}

}  // namespace

MixtureWeights read_chosen_experts(const FeedForward& plan, std::size_t hidden, WeightReader& reader,
                                   const std::string& layer, const MixtureNames& names) {
  assert(plan.experts);
  MixtureWeights mixture;
  mixture.router = reader.linear(layer + std::string(names.router), plan.experts->count, hidden, plan.bias);
  if (plan.experts->has_choice_bias)
    mixture.choice_bias = std::make_shared<const std::vector<float>>(
        reader.vector(layer + std::string(names.choice_bias), plan.experts->count));
  mixture.experts = read_experts(plan, hidden, reader, layer + std::string(names.experts), names);
  return mixture;
}

MixtureWeights read_mixture(const FeedForward& plan, std::size_t hidden, WeightReader& reader, const std::string& layer,
                            const MixtureNames& names) {
  MixtureWeights mixture = read_chosen_experts(plan, hidden, reader, layer, names);
  if (plan.experts->shared_width == 0) return mixture;
  mixture.shared = one_expert(plan.experts->shared_width, hidden, reader, layer + std::string(names.shared), names);
  if (plan.experts->shared_is_gated)
    mixture.shared_gate = reader.linear(layer + std::string(names.shared_gate), 1, hidden, false);
  return mixture;
}

void place_gates(const Weights& weights, ModelConfig& config) {
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if (auto& experts = config.plans[layer].feed_forward.experts) {
      experts->choice_bias = weights.layers[layer].mixture.choice_bias;
      experts->gate_factors = weights.layers[layer].mixture.gate_factors;
    }
}

}  // namespace regard
