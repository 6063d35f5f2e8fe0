// SPDX-License-Identifier: Apache-2.0
#include "core/engine/feed_forward.h"

#include "core/engine/activation.h"
#include "core/engine/edits.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

namespace regard {
namespace {

/// [T', F] f(up·x), or f(gate·x)·(up·x).
ConstRows inner_rows(const Pass& pass, const FeedForward& plan, const LayerWeights& w, ConstRows read,
                     LayerBuffers& buffers) {
  const Rows up = narrowed(buffers.inner, plan.width);
  project(read, w.up, up, pass.stop);
  if (!plan.gated) {
    activate(plan.activation, up);
    return up;
  }
  const Rows gate = narrowed(buffers.gate, plan.width);
  project(read, w.gate, gate, pass.stop);
  activate_gated(plan.activation, gate, up);
  return gate;
}

}  // namespace

ConstRows feed_forward(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerPlan& plan = pass.config().plans[layer];
  const LayerWeights& w = pass.weights().layers[layer];
  const Rows written = pass.now(pass.trace.layers[layer].feed_forward_output);
  project(inner_rows(pass, plan.feed_forward, w, read, buffers), w.down, written, pass.stop);
  if (plan.norms == NormPlace::both)
    normalise(written, w.feed_forward_output_norm, pass.config().norm_epsilon, written);
  edit_feed_forward_output(pass, layer);
  return written;
}

}  // namespace regard
