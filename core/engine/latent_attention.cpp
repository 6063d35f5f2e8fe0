// SPDX-License-Identifier: Apache-2.0
#include "core/engine/latent_attention.h"

#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/trace/switched_positions.h"

#include <algorithm>

namespace regard {
namespace {

/// Some columns of every head of a row.
struct HeadPart {
  std::size_t stride = 0;  ///< of heads
  std::size_t first = 0;   ///< in a head; stride 0: all heads have the same
};

void copy_parts(ConstRows from, HeadPart source, Rows to, HeadPart target, std::size_t heads, std::size_t width) {
  for_rows(from.count, heads * width, [&](std::size_t row) {
    const float* numbers = from.row(row).data() + source.first;
    float* place = to.row(row).data() + target.first;
    for (std::size_t head = 0; head < heads; ++head)
      std::copy_n(numbers + head * source.stride, width, place + head * target.stride);
  });
}

/// A row of W_U·c holds, head by head, what a key has of its own, and the value.
struct UpWidths {
  std::size_t heads, content, value;
  [[nodiscard]] std::size_t of_head() const { return content + value; }
  [[nodiscard]] std::size_t all() const { return heads * of_head(); }
};

UpWidths up_widths(const ModelConfig& config, std::size_t layer) {
  return {config.heads(layer), config.head_dim(layer) - config.plans[layer].attention.latent->shared_dims,
          config.value_dim(layer)};
}

void copy_values(ConstRows up, const UpWidths& widths, Rows values) {
  copy_parts(up, {widths.of_head(), widths.content}, values, {widths.value, 0}, widths.heads, widths.value);
}

}  // namespace

void project_latent_queries(const Model& model, std::size_t layer, ConstRows read, Matrix& narrow, Rows queries,
                            const std::stop_token& stop) {
  const LayerWeights& w = model.weights->layers[layer];
  const LatentAttention& plan = *model.config.plans[layer].attention.latent;
  if (plan.query_rank > 0) {
    const Rows rows = narrowed(narrow, read.count, plan.query_rank);
    project(read, w.latent.query_down, rows, stop);
    rms_norm(rows, w.latent.query_norm, plan.norm_epsilon, rows);
    read = rows;
  }
  project(read, w.query, queries, stop);
}

void project_latent(const Model& model, std::size_t layer, ConstRows read, Rows latent, const std::stop_token& stop) {
  const LatentWeights& w = model.weights->layers[layer].latent;
  project(read, w.down, latent, stop);
  rms_norm(latent, w.norm, model.config.plans[layer].attention.latent->norm_epsilon, latent);
}

void project_latent_values(const Model& model, std::size_t layer, ConstRows latent, Rows values,
                           const std::stop_token& stop) {
  const UpWidths widths = up_widths(model.config, layer);
  Matrix up(latent.count, widths.all());
  project(latent, model.weights->layers[layer].latent.up, all_rows(up), stop);
  copy_values(all_rows(std::as_const(up)), widths, values);
}

void make_latent_heads(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerPlan& plan = pass.config().plans[layer];
  const LatentWeights& w = pass.weights().layers[layer].latent;
  const std::size_t d = plan.attention.head_dim;
  const UpWidths widths = up_widths(pass.config(), layer);
  LayerTrace& t = pass.trace.layers[layer];
  const Rows queries = pass.now(t.queries), keys = pass.now(t.keys);
  const Rows latent = pass.now(t.latent), shared_key = pass.now(t.shared_key);
  const Rows up = narrowed(buffers.latent_up, read.count, widths.all());

  project_latent_queries(pass.model, layer, read, buffers.latent_query, queries, pass.stop);
  project_latent(pass.model, layer, read, latent, pass.stop);
  project(read, w.shared_key, shared_key, pass.stop);
  if (const auto rotary = turning_of(pass.config(), pass.request(0).interventions, {layer, 0})) {
    const RotaryTable& table = buffers.rotary.of(*rotary);
    rotate(queries, table, d, rotary->first);
    rotate(shared_key, table, shared_key.width);
  }
  project(latent, w.up, up, pass.stop);
  copy_parts(up, {widths.of_head(), 0}, keys, {d, 0}, widths.heads, widths.content);
  copy_parts(shared_key, {0, 0}, keys, {d, widths.content}, widths.heads, shared_key.width);
  copy_values(up, widths, pass.now(t.values));
}

}  // namespace regard
