// SPDX-License-Identifier: Apache-2.0
#include "core/engine/output_gate.h"

#include "core/engine/linear.h"

#include <cmath>

namespace regard {
namespace {

float logistic(float x) {
  return 1.0F / (1.0F + std::exp(-x));
}

/// z becomes scale·silu(z) ÷ √(mean of o² + ε), head by head or part by part: RMSNorm and the gate as one factor.
void gate_normed(Rows outputs, const Norm& norm, float epsilon, Rows z) {
  for_rows(z.count, z.width, [&](std::size_t row) {
    const std::span<const float> o = outputs.row(row);
    const std::span<float> gate = z.row(row);
    double square = 0.0;
    for (const float number : o)
      square += static_cast<double>(number) * static_cast<double>(number);
    const auto inverse =
        static_cast<float>(1.0 / std::sqrt(square / static_cast<double>(o.size()) + static_cast<double>(epsilon)));
    const float* scale = norm.scale.data() + row * z.width % norm.scale.size();
    for (std::size_t at = 0; at < gate.size(); ++at)
      gate[at] *= logistic(gate[at]) * inverse * scale[at];
  });
}

/// z becomes scale·silu(z) ÷ √(mean of (o·silu(z))² + ε), part by part: the gate, then RMSNorm.
void norm_gated(Rows outputs, const Norm& norm, float epsilon, Rows z) {
  for_rows(z.count, z.width, [&](std::size_t row) {
    const std::span<const float> o = outputs.row(row);
    const std::span<float> gate = z.row(row);
    double square = 0.0;
    for (std::size_t at = 0; at < gate.size(); ++at) {
      gate[at] *= logistic(gate[at]);
      const double gated = static_cast<double>(o[at]) * static_cast<double>(gate[at]);
      square += gated * gated;
    }
    const auto inverse =
        static_cast<float>(1.0 / std::sqrt(square / static_cast<double>(o.size()) + static_cast<double>(epsilon)));
    const float* scale = norm.scale.data() + row * z.width % norm.scale.size();
    for (std::size_t at = 0; at < gate.size(); ++at)
      gate[at] *= inverse * scale[at];
  });
}

/// What the gate and the norm of a state space multiply its outputs by.
void gate_space(const StateSpace& space, const Norm& norm, float epsilon, Rows outputs, Rows z) {
  if (space.gate_scale != 1.0F)
    for (float& number : z.all())
      number *= space.gate_scale;
  const std::size_t width = outputs.width / space.norm_parts;
  if (!space.normed)
    for (float& number : z.all())
      number *= logistic(number);
  else if (space.norm_before_gate)
    gate_normed(split_heads(outputs, width), norm, epsilon, split_heads(z, width));
  else
    norm_gated(split_heads(outputs, width), norm, epsilon, split_heads(z, width));
}

}  // namespace

ConstRows gated_outputs(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerPlan& plan = pass.config().plans[layer];
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows outputs = pass.now(t.head_outputs), gate = pass.now(t.output_gate);
  if (gate.width == 0) return outputs;
  project(read, w.output_gate, gate, pass.stop);
  const std::size_t d = plan.attention.head_dim;
  const float epsilon = pass.config().norm_epsilon;
  if (const auto* space = std::get_if<StateSpace>(&plan.mixer))
    gate_space(*space, w.state.norm, epsilon, outputs, gate);
  else if (keeps_state(plan))
    gate_normed(split_heads(outputs, d), w.state.norm, epsilon, split_heads(gate, d));
  else
    for (float& number : gate.all())
      number = logistic(number);
  const Rows gated = narrowed(buffers.gated, outputs.count, outputs.width);
  for (std::size_t at = 0; at < gated.all().size(); ++at)
    gated.all()[at] = outputs.all()[at] * gate.all()[at];
  return gated;
}

}  // namespace regard
