// SPDX-License-Identifier: Apache-2.0
// BERT (Devlin et al. 2019) and its relatives RoBERTa, XLM-R, DistilBERT and ELECTRA: learned positions, every block's output is added to the stream and then normalised.
#include "core/engine/activation.h"
#include "core/engine/attention.h"
#include "core/engine/edits.h"
#include "core/engine/forward.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <algorithm>

namespace regard {
namespace {

/// Tokens before `token`, those without a position of their own left out.
std::size_t placed_before(const Pass& pass, std::size_t token) {
  const std::vector<std::int32_t>& ids = pass.trace.request.ids;
  const auto end = ids.begin() + static_cast<std::ptrdiff_t>(token);
  return token - static_cast<std::size_t>(std::count(ids.begin(), end, pass.config().unplaced_id));
}

/// Row of the position table; an unplaced id has the one before the first token's (RoBERTa's padding).
std::size_t position_row(const ModelConfig& config, std::int32_t id, std::size_t placed, float shift) {
  if (id == config.unplaced_id) return config.position_offset - 1;
  return config.position_offset + static_cast<std::size_t>(std::max(static_cast<float>(placed) + shift, 0.0F));
}

void embed_bert(const Pass& pass) {
  const Weights& w = pass.weights();
  const ModelConfig& config = pass.config();
  const Rows residual = pass.now(pass.trace.residual.front());
  const bool projected = !w.embedding_projection.weight.empty();
  Matrix narrow(projected ? pass.rows.size() : 0, config.table_width());
  const Rows table_rows = projected ? all_rows(narrow) : residual;
  const std::vector<float> places = pass.places();
  const bool with_positions = !without_positions(pass.trace.request.interventions);
  std::size_t placed = placed_before(pass, pass.rows.begin);
  for (std::size_t token = pass.rows.begin; token < pass.rows.end; ++token) {
    const std::span<float> row = table_rows.row(token - pass.rows.begin);
    const std::int32_t id = pass.trace.request.ids[token];
    copy_row(w.token_embedding, static_cast<std::size_t>(id), row);
    const float shift = places[token - pass.rows.begin] - static_cast<float>(token);
    if (with_positions) add_row(w.position_embedding, position_row(config, id, placed, shift), row);
    if (!w.type_embedding.empty()) add_row(w.type_embedding, 0, row);  // one segment: all tokens are of type 0
    if (id != config.unplaced_id) ++placed;
  }
  layer_norm(table_rows, w.embedding_norm, config.norm_epsilon, table_rows);
  if (projected) project(table_rows, w.embedding_projection, residual, pass.stop);
}

/// Rows that live as long as one pass, shared by its layers.
struct BertBuffers {
  Matrix middle;  ///< [T', D] the stream after attention
  Matrix inner;   ///< [T', F]
  AttentionScratch attention{};
};

void bert_layer(const Pass& pass, std::size_t layer, BertBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows stream = pass.now(pass.trace.residual[layer]);
  const Rows middle = all_rows(buffers.middle);
  const Rows inner = all_rows(buffers.inner);

  project(stream, w.query, pass.now(t.queries), pass.stop);
  project(stream, w.key, pass.now(t.keys), pass.stop);
  project(stream, w.value, pass.now(t.values), pass.stop);
  attend(pass, layer, buffers.attention);
  project(pass.now(t.head_outputs), w.output, pass.now(t.attention_output), pass.stop);
  edit_attention_output(pass, layer);
  add(stream, pass.now(t.attention_output), middle);
  layer_norm(middle, w.attention_norm, config.norm_epsilon, middle);

  project(middle, w.up, inner, pass.stop);
  activate(config.activation, inner);
  project(inner, w.down, pass.now(t.feed_forward_output), pass.stop);
  edit_feed_forward_output(pass, layer);
  const Rows next = pass.now(pass.trace.residual[layer + 1]);
  add(middle, pass.now(t.feed_forward_output), next);
  layer_norm(next, w.feed_forward_norm, config.norm_epsilon, next);
}

}  // namespace

void bert_forward(Pass& pass) {
  const ModelConfig& config = pass.config();
  BertBuffers buffers{Matrix(pass.rows.size(), config.hidden), Matrix(pass.rows.size(), config.feed_forward)};
  if (pass.embeds) embed_bert(pass);
  pass.embedded();
  for (std::size_t layer = pass.first_layer; layer < config.layers; ++layer) {
    bert_layer(pass, layer, buffers);
    pass.layer_done(layer);
  }
}

Matrix bert_unembed(const Model& model, ConstRows residual, const std::stop_token& stop) {
  const Weights& w = *model.weights;
  Matrix transformed(residual.count, w.head_transform.weight.rows());
  project(residual, w.head_transform, all_rows(transformed), stop);
  activate(model.config.head_activation, all_rows(transformed));
  layer_norm(all_rows(transformed), w.head_norm, model.config.norm_epsilon, all_rows(transformed));
  Matrix logits(residual.count, model.config.vocabulary);
  project(all_rows(transformed), w.unembedding, all_rows(logits), stop);
  return logits;
}

}  // namespace regard
