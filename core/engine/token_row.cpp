// SPDX-License-Identifier: Apache-2.0
#include "core/engine/token_row.h"

#include "core/engine/activation.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <cmath>
#include <numbers>
#include <vector>

namespace regard {
namespace {

/// The token that stands in a row of the pass, counted from its first one.
std::size_t id_of_row(const Pass& pass, std::size_t row) {
  const Range positions = pass.positions();
  const std::vector<std::int32_t>& ids = pass.request(row / positions.size()).ids;
  return static_cast<std::size_t>(ids[positions.begin + row % positions.size()]);
}

/// u of every row, [n, P].
void make_rows(const Pass& pass, const TokenRowWeights& w, const LayerBuffers& buffers, Rows rows) {
  project(all_rows(buffers.embedding), w.of_embedding, rows, pass.stop);
  normalise(rows, w.norm, pass.config().norm_epsilon, rows);
  const std::size_t stride = w.table.cols();
  for_rows(rows.count, rows.width, [&](std::size_t row) {
    std::vector<float> own(rows.width);
    copy_as_f32(w.table, id_of_row(pass, row) * stride + w.first, own);
    const std::span<float> to = rows.row(row);
    for (std::size_t at = 0; at < own.size(); ++at)
      to[at] = (to[at] + own[at] * w.table_scale) * (1.0F / std::numbers::sqrt2_v<float>);
  });
}

}  // namespace

void look_up_again(const Pass& pass, LayerBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const float scale = config.embedding_scale / std::sqrt(static_cast<float>(config.hidden));
  for (std::size_t row = 0; row < buffers.embedding.rows; ++row) {
    copy_row(pass.weights().token_embedding, id_of_row(pass, row), buffers.embedding.row(row));
    for (float& value : buffers.embedding.row(row))
      value *= scale;
  }
}

void bring_token_rows(const Pass& pass, std::size_t layer, LayerBuffers& buffers, Rows x) {
  const LayerPlan& plan = pass.config().plans[layer];
  const TokenRowWeights& w = pass.weights().layers[layer].token_row;
  const Rows rows = narrowed(buffers.token_rows, x.count, plan.token_row);
  make_rows(pass, w, buffers, rows);
  const Rows gate = narrowed(buffers.token_gate, x.count, plan.token_row);
  project(x, w.in, gate, pass.stop);
  activate_gated(plan.feed_forward.activation, gate, rows);
  project(gate, w.out, x, pass.stop);
  normalise(x, w.written_norm, pass.config().norm_epsilon, x);
}

void add_token_row(const Pass& pass, std::size_t layer, LayerBuffers& buffers, Rows written) {
  const Rows stream = narrowed(buffers.read, written.count, written.width);  // what the feed-forward read is read
  add(pass.now(pass.trace.residual[layer + 1]), written, stream);
  bring_token_rows(pass, layer, buffers, stream);
  add(written, stream, written);
}

}  // namespace regard
