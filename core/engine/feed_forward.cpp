// SPDX-License-Identifier: Apache-2.0
#include "core/engine/feed_forward.h"

#include "core/engine/activation.h"
#include "core/engine/edits.h"
#include "core/engine/linear.h"
#include "core/engine/mixture.h"
#include "core/engine/token_row.h"
#include "core/engine/written.h"

#include <algorithm>

namespace regard {
namespace {

void multiply_by(Rows rows, float factor) {
  if (factor == 1.0F) return;
  for (float& value : rows.all())
    value *= factor;
}

/// gate = f(gate)·up, or what the plan has in its place.
void activate_gate(const FeedForward& plan, Rows gate, Rows up) {
  multiply_by(gate, plan.gate_scale);
  if (plan.cutoff) keep_above(*plan.cutoff, gate);
  if (plan.clamped) return activate_clamped(*plan.clamped, gate, up);
  activate_gated(plan.activation, gate, up);
}

/// [n, 2·F] of gate and up by turns as two rows of their own.
void part_turns(ConstRows both, Rows gate, Rows up) {
  for_rows(both.count, both.width, [&](std::size_t row) {
    const std::span<const float> from = both.row(row);
    for (std::size_t column = 0; column < gate.width; ++column) {
      gate.row(row)[column] = from[2 * column];
      up.row(row)[column] = from[2 * column + 1];
    }
  });
}

/// [n, F] f(up·x), or f(gate·x)·(up·x).
ConstRows inner_rows(const FeedForward& plan, const Linear& gate_matrix, const Linear& up_matrix, ConstRows read,
                     LayerBuffers& buffers, const std::stop_token& stop) {
  const std::size_t width = up_matrix.weight.rows();
  const Rows up = narrowed(buffers.inner, read.count, width);
  project(read, up_matrix, up, stop);
  if (!plan.gated) {
    activate(plan.activation, up);
    return up;
  }
  const Rows gate = narrowed(buffers.gate, read.count, width);
  project(read, gate_matrix, gate, stop);
  activate_gate(plan, gate, up);
  return gate;
}

}  // namespace

void write_block(const FeedForward& plan, const Linear& gate, const Linear& up, const Linear& down, ConstRows read,
                 LayerBuffers& buffers, Rows written, const std::stop_token& stop) {
  project(inner_rows(plan, gate, up, read, buffers, stop), down, written, stop);
}

void write_block(const FeedForward& plan, const FeedForwardWeights& w, ConstRows read, LayerBuffers& buffers,
                 Rows written, const std::stop_token& stop) {
  if (w.gate_and_up.weight.empty()) return write_block(plan, w.gate, w.up, w.down, read, buffers, written, stop);
  const std::size_t width = w.gate_and_up.weight.rows() / 2;
  const Rows both = narrowed(buffers.gate_and_up, read.count, 2 * width);
  const Rows gate = narrowed(buffers.gate, read.count, width), up = narrowed(buffers.inner, read.count, width);
  project(read, w.gate_and_up, both, stop);
  part_turns(both, gate, up);
  activate_gate(plan, gate, up);
  project(gate, w.down, written, stop);
}

ConstRows feed_forward(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerPlan& plan = pass.config().plans[layer];
  const LayerWeights& w = pass.weights().layers[layer];
  const Rows written = pass.now(pass.trace.layers[layer].feed_forward_output);
  if (plan.feed_forward.experts)
    write_mixture(pass, layer, read, buffers, written);
  else if (plan.feed_forward.width == 0)  // there is none
    std::fill(written.all().begin(), written.all().end(), 0.0F);
  else
    write_block(plan.feed_forward, w.gate, w.up, w.down, read, buffers, written, pass.stop);
  multiply_by(written, plan.feed_forward.output_scale);
  make_addable(plan, w.feed_forward_output_norm, pass.config().norm_epsilon, written);
  if (plan.token_row > 0 && !pass.config().streams) add_token_row(pass, layer, buffers, written);
  edit_feed_forward_output(pass, layer);
  return written;
}

}  // namespace regard
