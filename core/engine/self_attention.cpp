// SPDX-License-Identifier: Apache-2.0
#include "core/engine/self_attention.h"

#include "core/engine/edits.h"
#include "core/engine/latent_attention.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/output_gate.h"
#include "core/engine/written.h"
#include "core/trace/switched_positions.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace regard {
namespace {

/// Turns queries or keys to their places, where the heads do that in this run. Heads that share keys turn them alike.
void turn_heads(const Pass& pass, std::size_t layer, RotaryTables& tables, Rows rows) {
  const ModelConfig& config = pass.config();
  const std::size_t head_dim = config.head_dim(layer), count = rows.width / head_dim;
  const std::vector<Intervention>& list = pass.request(0).interventions;
  if (!std::holds_alternative<Rotary>(config.plans[layer].positions)) return;
  for (std::size_t head = 0; head < count; ++head)
    if (const auto rotary = turning_of(config, list, {layer, head * config.heads(layer) / count}))
      rotate_heads(rows, {head, head + 1}, tables.of(*rotary), head_dim, rotary->first);
}

/// The layer's queries or keys: projected, normalised and turned to their places where the plan says so.
void place_heads(const Pass& pass, std::size_t layer, const Norm& norm, LayerBuffers& buffers, Rows rows) {
  const LayerPlan& plan = pass.config().plans[layer];
  const std::size_t head_dim = plan.attention.head_dim;
  if (plan.attention.qk_norm != QkNorm::none) {
    const bool together = plan.attention.qk_norm == QkNorm::all_heads;
    const Rows parts = together ? rows : split_heads(rows, head_dim);
    normalise(parts, norm, pass.config().norm_epsilon, parts);
  }
  turn_heads(pass, layer, buffers.rotary, rows);
}

void copy_rows(ConstRows from, Rows to) {
  std::copy(from.all().begin(), from.all().end(), to.all().begin());
}

/// Keys and values as the projections make them, values normalised where the plan says so.
void project_keys_and_values(const Pass& pass, std::size_t layer, ConstRows read) {
  const SoftmaxAttention& plan = pass.config().plans[layer].attention;
  const LayerWeights& w = pass.weights().layers[layer];
  const Rows keys = pass.now(pass.trace.layers[layer].keys), values = pass.now(pass.trace.layers[layer].values);
  project(read, w.key, keys, pass.stop);
  if (plan.values_are_keys)
    copy_rows(keys, values);
  else
    project(read, w.value, values, pass.stop);
  if (!plan.value_norm) return;
  const Rows heads = split_heads(values, w.value_norm.scale.size());
  normalise(heads, w.value_norm, pass.config().norm_epsilon, heads);
}

void make_heads(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  project(read, w.query, pass.now(t.queries), pass.stop);
  place_heads(pass, layer, w.query_norm, buffers, pass.now(t.queries));
  if (const auto& from = pass.config().plans[layer].attention.keys_of) {
    copy_rows(pass.now(pass.trace.layers[*from].keys), pass.now(t.keys));
    copy_rows(pass.now(pass.trace.layers[*from].values), pass.now(t.values));
    return;
  }
  project_keys_and_values(pass, layer, read);
  place_heads(pass, layer, w.key_norm, buffers, pass.now(t.keys));
}

}  // namespace

ConstRows self_attention(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerPlan& plan = pass.config().plans[layer];
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows written = pass.now(t.attention_output);
  if (plan.attention.latent)
    make_latent_heads(pass, layer, read, buffers);
  else
    make_heads(pass, layer, read, buffers);
  attend(pass, layer, buffers.attention);
  project(gated_outputs(pass, layer, read, buffers), w.output, written, pass.stop);
  make_addable(plan, w.attention_output_norm, pass.config().norm_epsilon, written);
  edit_attention_output(pass, layer);
  return written;
}

void attention_of_stream(const Pass& pass, std::size_t layer, LayerBuffers& buffers) {
  ConstRows read = pass.now(pass.trace.residual[layer]);
  if (normalises_read(pass.config().plans[layer].norms)) {
    const Rows normed = all_rows(buffers.read);
    normalise(read, pass.weights().layers[layer].attention_norm, pass.config().norm_epsilon, normed);
    read = normed;
  }
  (void)self_attention(pass, layer, read, buffers);
}

}  // namespace regard
