// SPDX-License-Identifier: Apache-2.0
#include "core/engine/gated_delta.h"

#include "core/engine/edits.h"
#include "core/engine/linear.h"
#include "core/engine/output_gate.h"
#include "core/engine/state_parts.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace regard {
namespace {

constexpr double kLeastLength = 1e-6;  // is added to the square of a length that a vector is divided by

/// The lengths of the three parts of a convolved row.
struct Convolved {
  std::size_t keys = 0;  ///< of queries, and of keys
  std::size_t values = 0;
};

/// A key head of length 1, once for each of its value heads.
void place_unit(std::span<const float> from, std::span<float> to) {
  double square = kLeastLength;
  for (const float number : from)
    square += static_cast<double>(number) * static_cast<double>(number);
  const auto inverse = static_cast<float>(1.0 / std::sqrt(square));
  for (std::size_t at = 0; at < to.size(); ++at)
    to[at] = from[at % from.size()] * inverse;
}

/// Queries, keys and values of the rows of the pass from what is projected for them and for the tokens before them.
void convolve_rows(const Pass& pass, std::size_t layer, const GatedDelta& delta) {
  const SoftmaxAttention& plan = pass.config().plans[layer].attention;
  const StateWeights& w = pass.weights().layers[layer].state;
  LayerTrace& t = pass.trace.layers[layer];
  const std::size_t d = plan.head_dim, copies = plan.heads / delta.key_heads;
  const Convolved parts{delta.key_heads * d, plan.heads * d};
  for_rows(pass.rows.size(), t.unconvolved.cols, [&](std::size_t index) {
    const std::size_t row = pass.rows.begin + index;
    std::vector<float> convolved(t.unconvolved.cols);
    convolve(t.unconvolved, row, row % pass.text_tokens(), w, convolved);
    const std::span<const float> all(convolved);
    for (std::size_t head = 0; head < delta.key_heads; ++head) {
      const std::size_t to = head * copies * d;
      place_unit(all.subspan(head * d, d), t.queries.row(row).subspan(to, copies * d));
      place_unit(all.subspan(parts.keys + head * d, d), t.keys.row(row).subspan(to, copies * d));
    }
    const std::span<const float> values = all.subspan(2 * parts.keys, parts.values);
    std::copy(values.begin(), values.end(), t.values.row(row).begin());
  });
}

/// β = σ(·), log g = −exp(log_rate)·log(1 + e^·)
void write_and_decay(const Pass& pass, std::size_t layer, ConstRows read) {
  const StateWeights& w = pass.weights().layers[layer].state;
  LayerTrace& t = pass.trace.layers[layer];
  const Rows write = pass.now(t.write), decay = pass.now(t.decay);
  project(read, w.write, write, pass.stop);
  project(read, w.decay, decay, pass.stop);
  for (std::size_t row = 0; row < write.count; ++row)
    for (std::size_t head = 0; head < write.width; ++head) {
      float &beta = write.row(row)[head], &log_g = decay.row(row)[head];
      beta = 1.0F / (1.0F + std::exp(-beta));
      log_g = -std::exp(w.log_rate[head]) * softplus(log_g);
    }
}

}  // namespace

ConstRows gated_delta(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows written = pass.now(t.attention_output);
  project(read, w.state.projection, pass.now(t.unconvolved), pass.stop);
  convolve_rows(pass, layer, std::get<GatedDelta>(pass.config().plans[layer].mixer));
  write_and_decay(pass, layer, read);
  attend(pass, layer, buffers.attention);
  project(gated_outputs(pass, layer, read, buffers), w.output, written, pass.stop);
  edit_attention_output(pass, layer);
  return written;
}

}  // namespace regard
