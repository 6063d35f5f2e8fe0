// SPDX-License-Identifier: Apache-2.0
// Llama (Touvron et al. 2023) and its relatives Mistral, Qwen2, Qwen3, Phi-3 and Gemma: a normalised copy of the stream goes into every
// block, the block's output is added to the stream.
#include "core/engine/activation.h"
#include "core/engine/attention.h"
#include "core/engine/edits.h"
#include "core/engine/forward.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/rope.h"

namespace regard {
namespace {

void embed_llama(const Pass& pass) {
  const Rows residual = pass.now(pass.trace.residual.front());
  for (std::size_t token = pass.rows.begin; token < pass.rows.end; ++token) {
    const auto id = static_cast<std::size_t>(pass.trace.request.ids[token]);
    copy_row(pass.weights().token_embedding, id, residual.row(token - pass.rows.begin));
  }
  if (pass.config().embedding_scale != 1.0F)
    for (float& value : residual.all())
      value *= pass.config().embedding_scale;
}

/// Rows that live as long as one pass, shared by its layers.
struct LlamaBuffers {
  Matrix normed;  ///< [T', D]
  Matrix gate;    ///< [T', F]
  Matrix up;      ///< [T', F]
  RotaryTable rotary{};
  RotaryTable local_rotary{};  ///< of layers with a window, where config.local_rope says so
  AttentionScratch attention{};
};

/// Q and K of the layer: projected, normalised per head where the family does, rotated to their positions.
void queries_and_keys(const Pass& pass, std::size_t layer, const LlamaBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const RotaryTable& rotary = config.local_rope && config.window[layer] > 0 ? buffers.local_rotary : buffers.rotary;
  const Rows queries = pass.now(t.queries);
  const Rows keys = pass.now(t.keys);
  project(all_rows(buffers.normed), w.query, queries, pass.stop);
  project(all_rows(buffers.normed), w.key, keys, pass.stop);
  if (config.qk_norm) {
    rms_norm(split_heads(queries, config.head_dim), w.query_norm, config.norm_epsilon,
             split_heads(queries, config.head_dim));
    rms_norm(split_heads(keys, config.head_dim), w.key_norm, config.norm_epsilon, split_heads(keys, config.head_dim));
  }
  if (!config.unrotated.empty() && config.unrotated[layer]) return;
  rotate(queries, rotary, config.head_dim);
  rotate(keys, rotary, config.head_dim);
}

/// Gemma 2 and 3; the others have no such norm.
void normalise_output(const ModelConfig& config, const Norm& norm, Rows written) {
  if (!norm.empty()) rms_norm(written, norm, config.norm_epsilon, written);
}

void llama_layer(const Pass& pass, std::size_t layer, LlamaBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  const Rows stream = pass.now(pass.trace.residual[layer]);
  const Rows next = pass.now(pass.trace.residual[layer + 1]);
  const Rows normed = all_rows(buffers.normed);
  const Rows gate = all_rows(buffers.gate);
  const Rows up = all_rows(buffers.up);

  rms_norm(stream, w.attention_norm, config.norm_epsilon, normed);
  queries_and_keys(pass, layer, buffers);
  project(normed, w.value, pass.now(t.values), pass.stop);
  attend(pass, layer, buffers.attention);
  project(pass.now(t.head_outputs), w.output, pass.now(t.attention_output), pass.stop);
  normalise_output(config, w.attention_output_norm, pass.now(t.attention_output));
  edit_attention_output(pass, layer);
  add(stream, pass.now(t.attention_output), next);

  rms_norm(next, w.feed_forward_norm, config.norm_epsilon, normed);
  project(normed, w.gate, gate, pass.stop);
  project(normed, w.up, up, pass.stop);
  activate_gated(config.activation, gate, up);
  project(gate, w.down, pass.now(t.feed_forward_output), pass.stop);
  normalise_output(config, w.feed_forward_output_norm, pass.now(t.feed_forward_output));
  edit_feed_forward_output(pass, layer);
  add(next, pass.now(t.feed_forward_output), next);
}

}  // namespace

void llama_forward(Pass& pass) {
  const ModelConfig& config = pass.config();
  const std::size_t rows = pass.rows.size();
  LlamaBuffers buffers{Matrix(rows, config.hidden), Matrix(rows, config.feed_forward),
                       Matrix(rows, config.feed_forward)};
  const std::vector<float> frequencies = rotary_frequencies(config.rope, config.rotary_width(), pass.text_tokens());
  const std::vector<float> places = pass.places();
  buffers.rotary = rotary_table(frequencies, places, config.rope.attention_factor);
  if (config.local_rope) {
    const std::vector<float> local = rotary_frequencies(*config.local_rope, config.rotary_width(), pass.text_tokens());
    buffers.local_rotary = rotary_table(local, places, config.local_rope->attention_factor);
  }
  if (pass.embeds) embed_llama(pass);
  pass.embedded();
  for (std::size_t layer = pass.first_layer; layer < config.layers; ++layer) {
    llama_layer(pass, layer, buffers);
    pass.layer_done(layer);
  }
}

Matrix llama_unembed(const Model& model, ConstRows residual, const std::stop_token& stop) {
  Matrix normed(residual.count, model.config.hidden);
  rms_norm(residual, model.weights->final_norm, model.config.norm_epsilon, all_rows(normed));
  Matrix logits(residual.count, model.config.vocabulary);
  project(all_rows(normed), model.weights->unembedding, all_rows(logits), stop);
  if (model.config.logit_cap != 0.0F) soft_cap(model.config.logit_cap, all_rows(logits));
  return logits;
}

}  // namespace regard
