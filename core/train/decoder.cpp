// SPDX-License-Identifier: Apache-2.0
#include "core/train/decoder.h"

#include "core/base/progress.h"
#include "core/engine/rope.h"
#include "core/model/alibi.h"
#include "core/train/grid.h"
#include "core/train/parts.h"
#include "core/train/products.h"

#include <algorithm>
#include <numeric>

namespace regard::train {
namespace {

NormState norm_state(std::size_t rows, std::size_t width) {
  return {AlignedFloats(rows * width), AlignedFloats(rows), AlignedFloats(rows * width)};
}

/// All rows of the pass.
ConstGrid rows_of(const Pass& pass, const AlignedFloats& of) {
  return grid(of.data(), pass.rows(), of.size() / pass.rows());
}
Grid rows_of(const Pass& pass, AlignedFloats& of) {
  return grid(of.data(), pass.rows(), of.size() / pass.rows());
}

void embed(Pass& pass, const AlignedFloats& parameters, std::span<const std::int32_t> ids) {
  const ConstGrid tokens = matrix(parameters, pass.layout.token_embedding);
  const ConstGrid places = matrix(parameters, pass.layout.position_embedding);
  Grid stream = rows_of(pass, pass.stream);
  for (std::size_t row = 0; row < pass.rows(); ++row) {
    const auto at = static_cast<Eigen::Index>(row);
    stream.row(at) = tokens.row(ids[row]);
    if (places.rows() > 0) stream.row(at) += places.row(static_cast<Eigen::Index>(row % pass.shape.context));
  }
}

void embed_back(const Pass& pass, std::span<const std::int32_t> ids, AlignedFloats& gradient) {
  const ConstGrid d_stream = rows_of(pass, pass.d_stream);
  Grid d_tokens = matrix(gradient, pass.layout.token_embedding);
  Grid d_places = matrix(gradient, pass.layout.position_embedding);
  d_tokens.setZero();
  d_places.setZero();
  for (std::size_t row = 0; row < pass.rows(); ++row) {
    const auto at = static_cast<Eigen::Index>(row);
    d_tokens.row(ids[row]) += d_stream.row(at);
    if (d_places.rows() > 0) d_places.row(static_cast<Eigen::Index>(row % pass.shape.context)) += d_stream.row(at);
  }
}

void read_stream(const Pass& pass, const NormSlots& slots, const AlignedFloats& parameters, NormState& state) {
  normalise(pass.shape.norm, pass.stream.data(), pass.rows(), pass.shape.width, slots, parameters, state);
}

/// pass.d_stream += the gradient of what a norm read, whose output has pass.d_read.
void read_back(Pass& pass, const NormSlots& slots, const AlignedFloats& parameters, const NormState& state,
               AlignedFloats& gradient) {
  normalise_back(pass.shape.norm, pass.d_read.data(), pass.rows(), pass.shape.width, slots, parameters, state, gradient,
                 pass.d_stream.data());
}

void attention_block(Pass& pass, const LayerSlots& slots, const AlignedFloats& parameters, LayerState& layer) {
  throw_if_stopped(pass.stop);
  read_stream(pass, slots.attention_norm, parameters, layer.attention_norm);
  project(rows_of(pass, std::as_const(layer.attention_norm.read)), matrix(parameters, slots.query_key_value),
          rows_of(pass, layer.query_key_value));
  turn(pass, layer.query_key_value, 1.0F);
  pass.shape.weigh == WeighKind::linear ? attend_linearly(pass, layer) : attend(pass, layer);
  add_product_of_rows(rows_of(pass, std::as_const(layer.heads)), matrix(parameters, slots.output),
                      rows_of(pass, pass.stream));
}

void attention_block_back(Pass& pass, const LayerSlots& slots, const AlignedFloats& parameters, const LayerState& layer,
                          AlignedFloats& gradient) {
  throw_if_stopped(pass.stop);
  project_back(rows_of(pass, std::as_const(pass.d_stream)), rows_of(pass, layer.heads),
               matrix(parameters, slots.output), matrix(gradient, slots.output), rows_of(pass, pass.d_heads));
  pass.shape.weigh == WeighKind::linear ? attend_linearly_back(pass, layer) : attend_back(pass, layer);
  turn(pass, pass.d_query_key_value, -1.0F);
  project_back(rows_of(pass, std::as_const(pass.d_query_key_value)), rows_of(pass, layer.attention_norm.read),
               matrix(parameters, slots.query_key_value), matrix(gradient, slots.query_key_value),
               rows_of(pass, pass.d_read));
  read_back(pass, slots.attention_norm, parameters, layer.attention_norm, gradient);
}

void feed_forward_block(Pass& pass, const LayerSlots& slots, const AlignedFloats& parameters, LayerState& layer) {
  throw_if_stopped(pass.stop);
  read_stream(pass, slots.feed_forward_norm, parameters, layer.feed_forward_norm);
  project(rows_of(pass, std::as_const(layer.feed_forward_norm.read)), matrix(parameters, slots.up),
          rows_of(pass, layer.inner));
  activate(layer.inner, layer.active);
  add_product_of_rows(rows_of(pass, std::as_const(layer.active)), matrix(parameters, slots.down),
                      rows_of(pass, pass.stream));
}

void feed_forward_block_back(Pass& pass, const LayerSlots& slots, const AlignedFloats& parameters,
                             const LayerState& layer, AlignedFloats& gradient) {
  throw_if_stopped(pass.stop);
  project_back(rows_of(pass, std::as_const(pass.d_stream)), rows_of(pass, layer.active), matrix(parameters, slots.down),
               matrix(gradient, slots.down), rows_of(pass, pass.d_inner));
  activate_back(layer.inner, pass.d_inner);
  project_back(rows_of(pass, std::as_const(pass.d_inner)), rows_of(pass, layer.feed_forward_norm.read),
               matrix(parameters, slots.up), matrix(gradient, slots.up), rows_of(pass, pass.d_read));
  read_back(pass, slots.feed_forward_norm, parameters, layer.feed_forward_norm, gradient);
}

LayerState layer_state(const Shape& shape, std::size_t sequences) {
  const std::size_t tokens = shape.context, rows = sequences * tokens, width = shape.width;
  LayerState layer;
  layer.attention_norm = norm_state(rows, width);
  layer.query_key_value.resize(rows * 3 * width);
  layer.weights.resize(sequences * shape.heads * tokens * tokens);
  layer.heads.resize(rows * width);
  if (shape.weigh == WeighKind::linear) {
    layer.features.resize(rows * 2 * width);
    layer.sums.resize(sequences * shape.heads * tokens);
  }
  if (shape.feed_forward == 0) return layer;
  layer.feed_forward_norm = norm_state(rows, width);
  layer.inner.resize(rows * shape.feed_forward);
  layer.active.resize(rows * shape.feed_forward);
  return layer;
}

void place_tokens(Pass& pass) {
  const Shape& shape = pass.shape;
  if (shape.positions == PositionKind::alibi) pass.slopes = alibi_slopes(shape.heads);
  if (shape.positions != PositionKind::rotary) return;
  std::vector<float> places(shape.context);
  std::iota(places.begin(), places.end(), 0.0F);
  RotaryTable table = rotary_table(rotary_frequencies(RopeConfig{}, shape.head_dim(), shape.context), places, 1.0F);
  pass.cosine = std::move(table.cosine);
  pass.sine = std::move(table.sine);
}

}  // namespace

Pass make_pass(const Shape& shape, std::size_t sequences) {
  const std::size_t rows = sequences * shape.context, width = shape.width;
  Pass pass{.shape = shape, .layout = layout_of(shape), .sequences = sequences};
  place_tokens(pass);
  for (std::size_t layer = 0; layer < shape.layers; ++layer)
    pass.layers.push_back(layer_state(shape, sequences));
  pass.final_norm = norm_state(rows, width);
  for (AlignedFloats* each : {&pass.stream, &pass.d_stream, &pass.d_read, &pass.d_heads})
    each->resize(rows * width);
  pass.logits.resize(rows * shape.vocabulary);
  pass.d_query_key_value.resize(rows * 3 * width);
  if (shape.weigh == WeighKind::linear) pass.d_features.resize(rows * 2 * width);
  pass.d_inner.resize(rows * shape.feed_forward);
  pass.d_weights.resize(shape.context * shape.context);
  return pass;
}

void forward(Pass& pass, const AlignedFloats& parameters, std::span<const std::int32_t> ids) {
  embed(pass, parameters, ids);
  for (std::size_t layer = 0; layer < pass.shape.layers; ++layer) {
    const LayerSlots& slots = pass.layout.layers[layer];
    attention_block(pass, slots, parameters, pass.layers[layer]);
    if (pass.shape.feed_forward > 0) feed_forward_block(pass, slots, parameters, pass.layers[layer]);
  }
  read_stream(pass, pass.layout.final_norm, parameters, pass.final_norm);
  project(rows_of(pass, std::as_const(pass.final_norm.read)), matrix(parameters, pass.layout.unembedding),
          rows_of(pass, pass.logits));
}

void backward(Pass& pass, const AlignedFloats& parameters, std::span<const std::int32_t> ids, AlignedFloats& gradient) {
  project_back(rows_of(pass, std::as_const(pass.logits)), rows_of(pass, std::as_const(pass.final_norm.read)),
               matrix(parameters, pass.layout.unembedding), matrix(gradient, pass.layout.unembedding),
               rows_of(pass, pass.d_read));
  std::fill(pass.d_stream.begin(), pass.d_stream.end(), 0.0F);
  read_back(pass, pass.layout.final_norm, parameters, pass.final_norm, gradient);
  for (std::size_t layer = pass.shape.layers; layer-- > 0;) {
    const LayerSlots& slots = pass.layout.layers[layer];
    const LayerState& state = pass.layers[layer];
    if (pass.shape.feed_forward > 0) feed_forward_block_back(pass, slots, parameters, state, gradient);
    attention_block_back(pass, slots, parameters, state, gradient);
  }
  embed_back(pass, ids, gradient);
}

}  // namespace regard::train
