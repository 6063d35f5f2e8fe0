// SPDX-License-Identifier: Apache-2.0
#include "core/engine/state_space.h"

#include "core/engine/edits.h"
#include "core/engine/linear.h"
#include "core/engine/output_gate.h"
#include "core/engine/selective_scan.h"
#include "core/engine/state_parts.h"
#include "core/engine/written.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace regard {
namespace {

/// x, B and C of the rows of the pass, the values, keys and queries, from what is projected for them and for the tokens before them.
void convolve_inputs(const Pass& pass, std::size_t layer) {
  const StateWeights& w = pass.weights().layers[layer].state;
  LayerTrace& t = pass.trace.layers[layer];
  for_rows(pass.rows.size(), t.unconvolved.cols, [&](std::size_t index) {
    const std::size_t row = pass.rows.begin + index;
    std::vector<float> convolved(t.unconvolved.cols);
    convolve(t.unconvolved, row, row % pass.text_tokens(), w, convolved);
    auto from = convolved.cbegin();
    for (Matrix* const part : {&t.values, &t.keys, &t.queries}) {
      const auto end = from + static_cast<std::ptrdiff_t>(part->cols);
      std::copy(from, end, part->row(row).begin());
      from = end;
    }
  });
}

/// Δ = log(1 + e^{scale·}), the logarithm of a state's decay A·Δ with A = −exp(log_rate).
void step(const Pass& pass, std::size_t layer, ConstRows read, float scale) {
  const StateWeights& w = pass.weights().layers[layer].state;
  LayerTrace& t = pass.trace.layers[layer];
  const Rows steps = pass.now(t.write), decay = pass.now(t.decay);
  project(read, w.decay, steps, pass.stop);
  for (std::size_t row = 0; row < steps.count; ++row)
    for (std::size_t head = 0; head < steps.width; ++head) {
      float& delta = steps.row(row)[head];
      delta = softplus(scale * delta);
      decay.row(row)[head] = -std::exp(w.log_rate[head]) * delta;
    }
}

}  // namespace

ConstRows state_space(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows written = pass.now(t.attention_output);
  project(read, w.state.projection, pass.now(t.unconvolved), pass.stop);
  const LayerPlan& plan = pass.config().plans[layer];
  if (decays_by_channel(plan)) {
    scan_channels(pass, layer);
  } else {
    convolve_inputs(pass, layer);
    step(pass, layer, read, std::get<StateSpace>(plan.mixer).step_scale);
    attend(pass, layer, buffers.attention);
  }
  project(gated_outputs(pass, layer, read, buffers), w.output, written, pass.stop);
  make_addable(plan, w.attention_output_norm, pass.config().norm_epsilon, written);
  edit_attention_output(pass, layer);
  return written;
}

}  // namespace regard
