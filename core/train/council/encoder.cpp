// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/encoder.h"

#include "core/base/progress.h"
#include "core/train/parts.h"
#include "core/train/products.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard::train {
namespace {

ConstGrid rows_of(const EncoderPass& pass, const AlignedFloats& of) {
  return grid(of.data(), pass.rows(), of.size() / pass.rows());
}
Grid rows_of(const EncoderPass& pass, AlignedFloats& of) {
  return grid(of.data(), pass.rows(), of.size() / pass.rows());
}

/// y = x·Wᵀ + b
void linear(ConstGrid x, const LinearSlots& slots, const AlignedFloats& parameters, Grid y) {
  project(x, matrix(parameters, slots.weight), y);
  y.rowwise() += matrix(parameters, slots.bias).row(0);
}

/// dW and db; dx += dy·W
void linear_back(ConstGrid d_y, ConstGrid x, const LinearSlots& slots, const AlignedFloats& parameters,
                 AlignedFloats& gradient, Grid d_x) {
  product_of_columns(d_y, x, matrix(gradient, slots.weight));
  matrix(gradient, slots.bias) = d_y.colwise().sum();
  add_product(d_y, matrix(parameters, slots.weight), d_x);
}

void resize(NormState& norm, std::size_t rows, std::size_t width) {
  norm.unit.resize(rows * width);
  norm.inverse.resize(rows);
  norm.read.resize(rows * width);
}

void norm_sum(EncoderPass& pass, const NormSlots& slots, const AlignedFloats& parameters, NormState& state) {
  normalise(NormKind::layer_norm, pass.sum.data(), pass.rows(), pass.shape.width, slots, parameters, state);
}

/// pass.d_sum from pass.d_stream, across a norm.
void across_norm(EncoderPass& pass, const NormSlots& slots, const AlignedFloats& parameters, const NormState& state,
                 AlignedFloats& gradient) {
  std::fill(pass.d_sum.begin(), pass.d_sum.end(), 0.0F);
  normalise_back(NormKind::layer_norm, pass.d_stream.data(), pass.rows(), pass.shape.width, slots, parameters, state,
                 gradient, pass.d_sum.data());
}

void take_size(EncoderPass& pass, const PackedSentences& of) {
  const std::size_t rows = of.rows(), width = pass.shape.width;
  pass.of = of;
  pass.grids.assign(1, 0);
  std::size_t longest = 0;
  for (std::size_t sentence = 0; sentence < of.sentences(); ++sentence) {
    const std::size_t tokens = of.tokens(sentence);
    longest = std::max(longest, tokens);
    pass.grids.push_back(pass.grids.back() + pass.shape.heads * tokens * tokens);
  }
  for (AlignedFloats* each : {&pass.sum, &pass.d_stream, &pass.d_sum, &pass.d_heads})
    each->resize(rows * width);
  pass.d_query_key_value.resize(rows * 3 * width);
  pass.d_inner.resize(rows * pass.shape.feed_forward);
  pass.d_scores.resize(longest * longest);
  resize(pass.embedding_norm, rows, width);
  for (std::size_t layer = 0; layer < pass.shape.layers; ++layer) {
    EncoderLayerState& state = pass.layers[layer];
    state.query_key_value.resize(rows * 3 * width);
    state.weights.resize(pass.grids.back());
    state.heads.resize(rows * width);
    state.active.resize(rows * pass.shape.feed_forward);
    resize(state.attention_norm, rows, width);
    resize(state.feed_forward_norm, rows, width);
    pass.told_weights[layer].assign(pass.grids.back(), 0.0F);
    pass.told_states[layer].assign(rows * width, 0.0F);
  }
}

void embed(EncoderPass& pass, const AlignedFloats& parameters) {
  const ConstGrid tokens = matrix(parameters, pass.layout.token_embedding);
  const ConstGrid places = matrix(parameters, pass.layout.position_embedding);
  Grid sum = rows_of(pass, pass.sum);
  for (std::size_t sentence = 0; sentence < pass.of.sentences(); ++sentence)
    for (std::size_t row = pass.of.starts[sentence]; row < pass.of.starts[sentence + 1]; ++row)
      sum.row(static_cast<Eigen::Index>(row)) =
          tokens.row(pass.of.ids[row]) + places.row(static_cast<Eigen::Index>(row - pass.of.starts[sentence]));
  norm_sum(pass, pass.layout.embedding_norm, parameters, pass.embedding_norm);
}

void embed_back(EncoderPass& pass, const AlignedFloats& parameters, AlignedFloats& gradient) {
  across_norm(pass, pass.layout.embedding_norm, parameters, pass.embedding_norm, gradient);
  const ConstGrid d_sum = rows_of(pass, std::as_const(pass.d_sum));
  Grid d_tokens = matrix(gradient, pass.layout.token_embedding);
  Grid d_places = matrix(gradient, pass.layout.position_embedding);
  for (std::size_t sentence = 0; sentence < pass.of.sentences(); ++sentence)
    for (std::size_t row = pass.of.starts[sentence]; row < pass.of.starts[sentence + 1]; ++row) {
      const auto at = static_cast<Eigen::Index>(row);
      d_tokens.row(pass.of.ids[row]) += d_sum.row(at);
      d_places.row(static_cast<Eigen::Index>(row - pass.of.starts[sentence])) += d_sum.row(at);
    }
}

void attend_all(const EncoderPass& pass, EncoderLayerState& layer) {
  const std::size_t d = pass.shape.head_dim(), width = pass.shape.width;
  const float scale = 1.0F / std::sqrt(static_cast<float>(d));
  for (std::size_t sentence = 0; sentence < pass.of.sentences(); ++sentence) {
    const std::size_t tokens = pass.of.tokens(sentence), first = pass.of.starts[sentence];
    for (std::size_t head = 0; head < pass.shape.heads; ++head) {
      const HeadGrids of = head_grids(layer.query_key_value.data() + first * 3 * width + head * d, tokens, d, width);
      Grid weights = grid(layer.weights.data() + pass.grid_of(sentence, head), tokens, tokens);
      product_of_rows(of.q, of.k, weights);
      for (std::size_t query = 0; query < tokens; ++query) {
        Line row = line(weights.data() + query * tokens, tokens);
        row *= scale;
        row = (row - row.maxCoeff()).exp();
        row /= row.sum();
      }
      product(weights, of.v, grid(layer.heads.data() + first * width + head * d, tokens, d, width));
    }
  }
}

void attend_all_back(EncoderPass& pass, std::size_t index) {
  const EncoderLayerState& layer = pass.layers[index];
  const std::size_t d = pass.shape.head_dim(), width = pass.shape.width;
  for (std::size_t sentence = 0; sentence < pass.of.sentences(); ++sentence) {
    const std::size_t tokens = pass.of.tokens(sentence), first = pass.of.starts[sentence];
    for (std::size_t head = 0; head < pass.shape.heads; ++head) {
      const std::size_t at = pass.grid_of(sentence, head), queries = first * 3 * width + head * d;
      attend_back(head_grids(layer.query_key_value.data() + queries, tokens, d, width),
                  grid(layer.weights.data() + at, tokens, tokens),
                  grid(std::as_const(pass.d_heads).data() + first * width + head * d, tokens, d, width),
                  pass.told_weights[index].data() + at, grid(pass.d_scores.data(), tokens, tokens),
                  pass.d_query_key_value.data() + queries, width);
    }
  }
}

/// Of what a layer reads.
const AlignedFloats& stream_before(const EncoderPass& pass, std::size_t layer) {
  return layer == 0 ? pass.embedding_norm.read : pass.state(layer - 1);
}

void run_layer(EncoderPass& pass, std::size_t index, const AlignedFloats& parameters) {
  throw_if_stopped(pass.stop);
  const EncoderLayerSlots& slots = pass.layout.layers[index];
  EncoderLayerState& layer = pass.layers[index];
  const ConstGrid before = rows_of(pass, stream_before(pass, index));
  Grid sum = rows_of(pass, pass.sum);
  linear(before, slots.query_key_value, parameters, rows_of(pass, layer.query_key_value));
  attend_all(pass, layer);
  linear(rows_of(pass, std::as_const(layer.heads)), slots.output, parameters, sum);
  sum += before;
  norm_sum(pass, slots.attention_norm, parameters, layer.attention_norm);
  const ConstGrid between = rows_of(pass, std::as_const(layer.attention_norm.read));
  linear(between, slots.up, parameters, rows_of(pass, layer.active));
  Line active = line(layer.active.data(), layer.active.size());
  active = active.max(0.0F);
  linear(rows_of(pass, std::as_const(layer.active)), slots.down, parameters, sum);
  sum += between;
  norm_sum(pass, slots.feed_forward_norm, parameters, layer.feed_forward_norm);
}

/// pass.d_stream: of the state behind the layer, then of the one before it.
void run_layer_back(EncoderPass& pass, std::size_t index, const AlignedFloats& parameters, AlignedFloats& gradient) {
  throw_if_stopped(pass.stop);
  const EncoderLayerSlots& slots = pass.layout.layers[index];
  const EncoderLayerState& layer = pass.layers[index];
  const ConstGrid d_sum = rows_of(pass, std::as_const(pass.d_sum));
  Grid d_stream = rows_of(pass, pass.d_stream);
  across_norm(pass, slots.feed_forward_norm, parameters, layer.feed_forward_norm, gradient);
  std::fill(pass.d_inner.begin(), pass.d_inner.end(), 0.0F);
  linear_back(d_sum, rows_of(pass, layer.active), slots.down, parameters, gradient, rows_of(pass, pass.d_inner));
  Line d_inner = line(pass.d_inner.data(), pass.d_inner.size());
  d_inner = (line(layer.active.data(), layer.active.size()) > 0.0F).select(d_inner, 0.0F);
  d_stream = d_sum;
  linear_back(rows_of(pass, std::as_const(pass.d_inner)), rows_of(pass, layer.attention_norm.read), slots.up,
              parameters, gradient, d_stream);
  across_norm(pass, slots.attention_norm, parameters, layer.attention_norm, gradient);
  std::fill(pass.d_heads.begin(), pass.d_heads.end(), 0.0F);
  linear_back(d_sum, rows_of(pass, layer.heads), slots.output, parameters, gradient, rows_of(pass, pass.d_heads));
  attend_all_back(pass, index);
  d_stream = d_sum;
  linear_back(rows_of(pass, std::as_const(pass.d_query_key_value)), rows_of(pass, stream_before(pass, index)),
              slots.query_key_value, parameters, gradient, d_stream);
}

}  // namespace

EncoderPass make_pass(const EncoderShape& shape, std::size_t labels) {
  return {.shape = shape,
          .layout = layout_of(shape, labels),
          .layers = std::vector<EncoderLayerState>(shape.layers),
          .told_weights = std::vector<AlignedFloats>(shape.layers),
          .told_states = std::vector<AlignedFloats>(shape.layers)};
}

void forward(EncoderPass& pass, const AlignedFloats& parameters, const PackedSentences& of) {
  take_size(pass, of);
  embed(pass, parameters);
  for (std::size_t layer = 0; layer < pass.shape.layers; ++layer)
    run_layer(pass, layer, parameters);
}

void backward(EncoderPass& pass, const AlignedFloats& parameters, AlignedFloats& gradient) {
  std::fill(pass.d_stream.begin(), pass.d_stream.end(), 0.0F);
  for (std::size_t layer = pass.shape.layers; layer-- > 0;) {
    rows_of(pass, pass.d_stream) += rows_of(pass, std::as_const(pass.told_states[layer]));
    run_layer_back(pass, layer, parameters, gradient);
  }
  embed_back(pass, parameters, gradient);
}

}  // namespace regard::train
