// SPDX-License-Identifier: Apache-2.0
// The transformer of 2017 (Vaswani et al.) as T5, BART, mBART, Pegasus and Marian have it: an encoder, and a decoder that looks
// at itself, then at the encoder. Each block's input or its sum with the stream is normalised.
#include "core/engine/activation.h"
#include "core/engine/attention.h"
#include "core/engine/cross_attention.h"
#include "core/engine/edits.h"
#include "core/engine/forward.h"
#include "core/engine/growing_trace.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

/// T5 has RMSNorm, the others LayerNorm, some not everywhere.
void normalise(const ModelConfig& config, ConstRows x, const Norm& norm, Rows out) {
  regard::normalise(x, norm, config.norm_epsilon, out);
}

/// Sines in the first half of the dimensions, cosines in the second: pos/10000^(2k/D).
void add_sinusoids(float position, std::span<float> row) {
  const std::size_t sines = (row.size() + 1) / 2;
  for (std::size_t column = 0; column < row.size(); ++column) {
    const std::size_t k = column < sines ? column : column - sines;
    const double angle = position / std::pow(10000.0, 2.0 * static_cast<double>(k) / static_cast<double>(row.size()));
    row[column] += static_cast<float>(column < sines ? std::sin(angle) : std::cos(angle));
  }
}

/// fairseq's: pos/10000^(k/(D/2 − 1)), and the first token stands at 2, behind the place that padding would have.
void add_fairseq_sinusoids(float position, std::span<float> row) {
  const std::size_t sines = row.size() / 2;
  for (std::size_t k = 0; k < sines; ++k) {
    const double frequency = std::pow(10000.0, -static_cast<double>(k) / static_cast<double>(sines - 1));
    const double angle = (static_cast<double>(position) + 2.0) * frequency;
    row[k] += static_cast<float>(std::sin(angle));
    row[sines + k] += static_cast<float>(std::cos(angle));
  }
}

void embed_seq2seq(const Pass& pass) {
  const Weights& w = pass.weights();
  const ModelConfig& config = pass.config();
  const Rows residual = pass.now(pass.trace.residual.front());
  const bool placed = !without_positions(pass.trace.request.interventions);
  const std::vector<float> places = pass.places();
  for (std::size_t row = 0; row < pass.rows.size(); ++row) {
    const std::span<float> values = residual.row(row);
    copy_row(w.token_embedding, static_cast<std::size_t>(pass.trace.request.ids[pass.rows.begin + row]), values);
    for (float& value : values)
      value *= config.embedding_scale;
    if (!placed) continue;
    if (config.fairseq_sinusoids)
      add_fairseq_sinusoids(places[row], values);
    else if (config.sinusoidal)
      add_sinusoids(places[row], values);
    if (!w.position_embedding.empty())
      add_row(w.position_embedding, config.position_offset + static_cast<std::size_t>(places[row]), values);
  }
  normalise(config, residual, w.embedding_norm, residual);
}

/// Rows that live as long as one pass, shared by its layers.
struct Seq2seqBuffers {
  Matrix encoded{};    ///< [S, D] what the encoder says: its last stream, normalised
  Matrix read{};       ///< [T', D] what a block reads
  Matrix inner{};      ///< [T', F]
  Matrix gate{};       ///< [T', F]
  LayerTrace cross{};  ///< where nobody wants to see the cross-attention
  AttentionScratch attention{};
};

/// One block: it reads the stream (normalised before, or not), writes, and the sum goes on (normalised after, or not).
template <class Write>
void block(const Pass& pass, const Norm& norm, Rows stream, Seq2seqBuffers& buffers, const Write& write) {
  const ModelConfig& config = pass.config();
  const Rows read = all_rows(buffers.read);
  if (config.post_norm)
    std::copy(stream.all().begin(), stream.all().end(), read.all().begin());
  else
    normalise(config, stream, norm, read);
  const ConstRows written = write(ConstRows(read));
  add(stream, written, stream);
  if (config.post_norm) normalise(config, stream, norm, stream);
}

ConstRows self_attention(const Pass& pass, std::size_t layer, ConstRows read, Seq2seqBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  project(read, w.query, pass.now(t.queries), pass.stop);
  project(read, w.key, pass.now(t.keys), pass.stop);
  project(read, w.value, pass.now(t.values), pass.stop);
  attend(pass, layer, buffers.attention);
  project(pass.now(t.head_outputs), w.output, pass.now(t.attention_output), pass.stop);
  edit_attention_output(pass, layer);
  return pass.now(t.attention_output);
}

/// Queries are the decoder's, keys and values the encoder's; these are there if an earlier run with the same encoder made them.
ConstRows cross_attention(const Pass& pass, std::size_t layer, ConstRows read, Seq2seqBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.cross != nullptr ? pass.cross->layers[layer] : buffers.cross;
  if (t.keys.rows != buffers.encoded.rows || pass.cross == nullptr) {
    t.keys = t.values = Matrix(buffers.encoded.rows, pass.config().keys_width());
    project(all_rows(buffers.encoded), w.cross_key, all_rows(t.keys), pass.stop);
    project(all_rows(buffers.encoded), w.cross_value, all_rows(t.values), pass.stop);
  }
  project(read, w.cross_query, pass.now(t.queries), pass.stop);
  attend_across(pass, layer, t, buffers.attention);
  project(pass.now(t.head_outputs), w.cross_output, pass.now(t.attention_output), pass.stop);
  return pass.now(t.attention_output);
}

ConstRows feed_forward(const Pass& pass, std::size_t layer, ConstRows read, Seq2seqBuffers& buffers) {
  const ModelConfig& config = pass.config();
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.trace.layers[layer];
  Rows inner = all_rows(buffers.inner);
  project(read, w.up, inner, pass.stop);
  if (config.gated) {
    const Rows gate = all_rows(buffers.gate);
    project(read, w.gate, gate, pass.stop);
    activate_gated(config.activation, gate, inner);
    inner = gate;
  } else {
    activate(config.activation, inner);
  }
  project(inner, w.down, pass.now(t.feed_forward_output), pass.stop);
  edit_feed_forward_output(pass, layer);
  return pass.now(t.feed_forward_output);
}

void seq2seq_layer(const Pass& pass, std::size_t layer, Seq2seqBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  const Rows before = pass.now(pass.trace.residual[layer]);
  const Rows stream = pass.now(pass.trace.residual[layer + 1]);
  std::copy(before.all().begin(), before.all().end(), stream.all().begin());

  block(pass, w.attention_norm, stream, buffers,
        [&](ConstRows read) { return self_attention(pass, layer, read, buffers); });
  if (pass.encoder != nullptr)
    block(pass, w.cross_norm, stream, buffers,
          [&](ConstRows read) { return cross_attention(pass, layer, read, buffers); });
  block(pass, w.feed_forward_norm, stream, buffers,
        [&](ConstRows read) { return feed_forward(pass, layer, read, buffers); });
}

/// What the decoder's keys and values are made of.
Matrix encoder_output(const Trace& encoder) {
  Matrix output = encoder.residual.back();
  const Model& model = *encoder.model;
  normalise(model.config, all_rows(std::as_const(output)), model.weights->final_norm, all_rows(output));
  return output;
}

}  // namespace

void seq2seq_forward(Pass& pass) {
  const ModelConfig& config = pass.config();
  const std::size_t rows = pass.rows.size();
  Seq2seqBuffers buffers;
  buffers.read = Matrix(rows, config.hidden);
  buffers.inner = Matrix(rows, config.feed_forward);
  if (config.gated) buffers.gate = Matrix(rows, config.feed_forward);
  if (pass.encoder != nullptr) buffers.encoded = encoder_output(*pass.encoder);
  if (pass.encoder != nullptr && pass.cross == nullptr) {
    buffers.cross = layer_without_tokens(config);
    resize_layer(buffers.cross, pass.rows.end);
  }
  if (pass.embeds) embed_seq2seq(pass);
  pass.embedded();
  for (std::size_t layer = pass.first_layer; layer < config.layers; ++layer) {
    seq2seq_layer(pass, layer, buffers);
    pass.layer_done(layer);
  }
}

Matrix seq2seq_unembed(const Model& model, ConstRows residual, const std::stop_token& stop) {
  const ModelConfig& config = model.config;
  Matrix stream(residual.count, residual.width);
  normalise(config, residual, model.weights->final_norm, all_rows(stream));
  for (float& value : stream.values)
    value *= config.logit_scale;
  Matrix logits(residual.count, config.vocabulary);
  project(all_rows(stream), model.weights->unembedding, all_rows(logits), stop);
  return logits;
}

}  // namespace regard
