// SPDX-License-Identifier: Apache-2.0
#include "core/engine/token_row.h"

#include "core/engine/activation.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace regard {
namespace {

/// The token that stands in a row of the pass, counted from its first one.
std::size_t id_of_row(const Pass& pass, std::size_t row) {
  const Range positions = pass.positions();
  const std::vector<std::int32_t>& ids = pass.request(row / positions.size()).ids;
  return static_cast<std::size_t>(ids[positions.begin + row % positions.size()]);
}

/// u of every row, [n, P], of these embeddings ÷ √D; id_of(row) is the token there.
template <class IdOf>
void make_rows(const Model& model, const TokenRowWeights& w, ConstRows embedding, const IdOf& id_of, Rows rows,
               const std::stop_token& stop) {
  project(embedding, w.of_embedding, rows, stop);
  normalise(rows, w.norm, model.config.norm_epsilon, rows);
  const std::size_t stride = w.table.cols();
  for_rows(rows.count, rows.width, [&](std::size_t row) {
    std::vector<float> own(rows.width);
    copy_as_f32(w.table, id_of(row) * stride + w.first, own);
    const std::span<float> to = rows.row(row);
    for (std::size_t at = 0; at < own.size(); ++at)
      to[at] = (to[at] + own[at] * w.table_scale) * (1.0F / std::numbers::sqrt2_v<float>);
  });
}

/// x = norm(W_out·(f(W_in·x)·u))
void ask_for_rows(const Model& model, std::size_t layer, Rows rows, Rows gate, Rows x, const std::stop_token& stop) {
  const TokenRowWeights& w = model.weights->layers[layer].token_row;
  project(x, w.in, gate, stop);
  activate_gated(model.config.plans[layer].feed_forward.activation, gate, rows);
  project(gate, w.out, x, stop);
  normalise(x, w.written_norm, model.config.norm_epsilon, x);
}

/// A token's embedding ÷ √D.
void copy_embedding(const Model& model, std::size_t id, std::span<float> row) {
  const ModelConfig& config = model.config;
  const float scale = config.embedding_scale / std::sqrt(static_cast<float>(config.hidden));
  copy_row(model.weights->token_embedding, id, row);
  for (float& value : row)
    value *= scale;
}

}  // namespace

void look_up_again(const Pass& pass, LayerBuffers& buffers) {
  for (std::size_t row = 0; row < buffers.embedding.rows; ++row)
    copy_embedding(pass.model, id_of_row(pass, row), buffers.embedding.row(row));
}

void bring_token_rows(const Pass& pass, std::size_t layer, LayerBuffers& buffers, Rows x) {
  const std::size_t width = pass.config().plans[layer].token_row;
  const Rows rows = narrowed(buffers.token_rows, x.count, width), gate = narrowed(buffers.token_gate, x.count, width);
  make_rows(
      pass.model, pass.weights().layers[layer].token_row, all_rows(buffers.embedding),
      [&pass](std::size_t row) { return id_of_row(pass, row); }, rows, pass.stop);
  ask_for_rows(pass.model, layer, rows, gate, x, pass.stop);
}

void bring_token_row(const Model& model, std::size_t layer, std::int32_t id, std::span<float> x,
                     const std::stop_token& stop) {
  const std::size_t width = model.config.plans[layer].token_row, at = static_cast<std::size_t>(id);
  Matrix embedding(1, x.size()), row(1, width), gate(1, width);
  copy_embedding(model, at, embedding.row(0));
  make_rows(
      model, model.weights->layers[layer].token_row, all_rows(std::as_const(embedding)),
      [at](std::size_t) { return at; }, all_rows(row), stop);
  ask_for_rows(model, layer, all_rows(row), all_rows(gate), {x.data(), 1, x.size()}, stop);
}

void add_token_row(const Pass& pass, std::size_t layer, LayerBuffers& buffers, Rows written) {
  const Rows stream = narrowed(buffers.read, written.count, written.width);  // what the feed-forward read is read
  add(pass.now(pass.trace.residual[layer + 1]), written, stream);
  bring_token_rows(pass, layer, buffers, stream);
  add(written, stream, written);
}

}  // namespace regard
