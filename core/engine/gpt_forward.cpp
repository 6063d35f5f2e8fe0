// SPDX-License-Identifier: Apache-2.0
// GPT-2 (Radford et al. 2019), GPT-NeoX (Black et al. 2022), OPT (Zhang et al. 2022), BLOOM (2022) and ViT (Dosovitskiy et al.
// 2020): LayerNorm, one hidden layer of feed-forward; positions are learned, turned into queries and keys, or a bias of the
// scores.
#include "core/engine/activation.h"
#include "core/engine/attention.h"
#include "core/engine/edits.h"
#include "core/engine/forward.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/patches.h"
#include "core/engine/rope.h"

#include <algorithm>

namespace regard {
namespace {

void embed_ids(const Pass& pass) {
  const Weights& w = pass.weights();
  const ModelConfig& config = pass.config();
  const Rows residual = pass.now(pass.trace.residual.front());
  const bool projected = !w.embedding_projection.weight.empty();
  Matrix narrow(projected ? pass.rows.size() : 0, config.table_width());
  const Rows table_rows = projected ? all_rows(narrow) : residual;
  for (std::size_t row = 0; row < pass.rows.size(); ++row) {
    const auto id = static_cast<std::size_t>(pass.trace.request.ids[pass.rows.begin + row]);
    copy_row(w.token_embedding, id, table_rows.row(row));
  }
  if (projected) project(table_rows, w.embedding_projection, residual, pass.stop);
}

void embed_gpt(const Pass& pass) {
  const Weights& w = pass.weights();
  const ModelConfig& config = pass.config();
  const Rows residual = pass.now(pass.trace.residual.front());
  if (config.patches)
    embed_patches(pass);
  else
    embed_ids(pass);
  if (!w.position_embedding.empty() && !without_positions(pass.trace.request.interventions)) {
    const std::vector<float> places = pass.places();
    for (std::size_t row = 0; row < pass.rows.size(); ++row)
      add_row(w.position_embedding, config.position_offset + static_cast<std::size_t>(places[row]), residual.row(row));
  }
  if (!w.embedding_norm.empty()) layer_norm(residual, w.embedding_norm, config.norm_epsilon, residual);
}

/// Rows that live as long as one pass, shared by its layers.
struct GptBuffers {
  Matrix normed;  ///< [T', D]
  Matrix inner;   ///< [T', F]
  RotaryTable rotary{};
  AttentionScratch attention{};
};

void attention_block(const Pass& pass, std::size_t layer, ConstRows read, GptBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  project(read, w.query, pass.now(t.queries), pass.stop);
  project(read, w.key, pass.now(t.keys), pass.stop);
  project(read, w.value, pass.now(t.values), pass.stop);
  if (config.rotary_dim > 0) {
    rotate(pass.now(t.queries), buffers.rotary, config.head_dim);
    rotate(pass.now(t.keys), buffers.rotary, config.head_dim);
  }
  attend(pass, layer, buffers.attention);
  project(pass.now(t.head_outputs), w.output, pass.now(t.attention_output), pass.stop);
  edit_attention_output(pass, layer);
}

void feed_forward_block(const Pass& pass, std::size_t layer, ConstRows read, GptBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  const Rows inner = all_rows(buffers.inner);
  project(read, w.up, inner, pass.stop);
  activate(pass.config().activation, inner);
  project(inner, w.down, pass.now(pass.trace.layers[layer].feed_forward_output), pass.stop);
  edit_feed_forward_output(pass, layer);
}

void gpt_layer(const Pass& pass, std::size_t layer, GptBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows stream = pass.now(pass.trace.residual[layer]);
  const Rows next = pass.now(pass.trace.residual[layer + 1]);
  const Rows normed = all_rows(buffers.normed);

  layer_norm(stream, w.attention_norm, config.norm_epsilon, normed);
  attention_block(pass, layer, normed, buffers);
  add(stream, pass.now(t.attention_output), next);
  layer_norm(config.parallel_blocks ? stream : next, w.feed_forward_norm, config.norm_epsilon, normed);
  feed_forward_block(pass, layer, normed, buffers);
  add(next, pass.now(t.feed_forward_output), next);
}

/// The order of 2017: what a block writes is added, then the sum is normalised.
void post_norm_layer(const Pass& pass, std::size_t layer, GptBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows stream = pass.now(pass.trace.residual[layer]);
  const Rows next = pass.now(pass.trace.residual[layer + 1]);
  const Rows middle = all_rows(buffers.normed);

  attention_block(pass, layer, stream, buffers);
  add(stream, pass.now(t.attention_output), middle);
  layer_norm(middle, w.attention_norm, config.norm_epsilon, middle);
  feed_forward_block(pass, layer, middle, buffers);
  add(middle, pass.now(t.feed_forward_output), next);
  layer_norm(next, w.feed_forward_norm, config.norm_epsilon, next);
}

}  // namespace

void gpt_forward(Pass& pass) {
  const ModelConfig& config = pass.config();
  GptBuffers buffers{Matrix(pass.rows.size(), config.hidden), Matrix(pass.rows.size(), config.feed_forward)};
  if (config.rotary_dim > 0) {
    const std::vector<float> frequencies = rotary_frequencies(config.rope, config.rotary_dim, pass.text_tokens());
    buffers.rotary = rotary_table(frequencies, pass.places(), config.rope.attention_factor);
  }
  if (pass.embeds) embed_gpt(pass);
  pass.embedded();
  for (std::size_t layer = pass.first_layer; layer < config.layers; ++layer) {
    if (config.post_norm)
      post_norm_layer(pass, layer, buffers);
    else
      gpt_layer(pass, layer, buffers);
    pass.layer_done(layer);
  }
}

Matrix gpt_unembed(const Model& model, ConstRows residual, const std::stop_token& stop) {
  const Weights& w = *model.weights;
  Matrix stream(residual.count, residual.width);
  if (w.final_norm.empty())
    std::copy(residual.all().begin(), residual.all().end(), stream.values.begin());
  else
    layer_norm(residual, w.final_norm, model.config.norm_epsilon, all_rows(stream));
  if (!w.output_projection.weight.empty()) {
    Matrix narrow(residual.count, model.config.table_width());
    project(all_rows(stream), w.output_projection, all_rows(narrow), stop);
    stream = std::move(narrow);
  }
  Matrix logits(residual.count, model.config.vocabulary);
  project(all_rows(stream), w.unembedding, all_rows(logits), stop);
  return logits;
}

}  // namespace regard
