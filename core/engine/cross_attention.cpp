// SPDX-License-Identifier: Apache-2.0
#include "core/engine/cross_attention.h"

#include "core/base/parallel.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/trace/attention_tile.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kQueriesPerCrossBlock = 48;
constexpr std::size_t kCrossWorkForThreads = 2'000'000;  // multiply-adds that pay for waking another core

void pack(std::size_t heads, std::size_t head_dim, const LayerTrace& layer, AttentionScratch& scratch) {
  const Range all{0, layer.keys.rows};
  scratch.transposed_keys.resize(heads);
  scratch.values.resize(heads);
  for (std::size_t head = 0; head < heads; ++head) {
    pack_transposed(layer.keys, head * head_dim, head_dim, all, scratch.transposed_keys[head]);
    pack_columns(layer.values, head * head_dim, head_dim, all, scratch.values[head]);
  }
}

void attend_block(const Pass& pass, HeadRef head, LayerTrace& layer, Range queries, const AttentionScratch& packed) {
  const std::size_t d = pass.config().head_dim(head.layer), tokens = layer.keys.rows;
  const float temperature = pass.trace.request.temperature;
  const PaddedMatrix& keys = packed.transposed_keys[head.head];
  const PaddedMatrix& values = packed.values[head.head];
  PaddedMatrix weights, outputs;
  weights.resize(queries.size(), tokens);
  outputs.resize(queries.size(), d);

  const ScoreRule rule{.scale = pass.config().plans[head.layer].attention.scale};
  const Strided query_rows{layer.queries.row(queries.begin).data() + head.head * d, layer.queries.cols};
  score_rows(query_rows, queries.size(), keys, 0, keys.stride, rule, {}, weights.values.data(), weights.stride);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    const RowStatistics row =
        softmax_row(weights.row(query - queries.begin), tokens, {.window = {0, tokens}}, temperature);
    layer.row_maximum(head.head, query) = row.maximum;
    layer.row_sum(head.head, query) = row.sum;
    layer.log_sum_exp(head.head, query) = row.maximum / temperature + std::log(row.sum);
  }
  multiply({weights.row(0), weights.stride}, queries.size(), tokens, values.row(0), values.stride, 0, values.stride,
           outputs.values.data(), outputs.stride);
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    std::copy_n(outputs.row(query - queries.begin), d, layer.head_outputs.row(query).data() + head.head * d);
}

/// From `layer`'s queries (the rows of the pass) and its keys and values (all encoder tokens): its head_outputs, row maxima, row
/// sums and log-sum-exps.
void attend_across(const Pass& pass, std::size_t index, LayerTrace& layer, AttentionScratch& scratch) {
  const std::size_t heads = pass.config().heads(index), head_dim = pass.config().head_dim(index);
  pack(heads, head_dim, layer, scratch);
  const std::size_t blocks = (pass.rows.size() + kQueriesPerCrossBlock - 1) / kQueriesPerCrossBlock;
  const std::size_t work = std::min(kQueriesPerCrossBlock, pass.rows.size()) * layer.keys.rows * 2 * head_dim;
  parallel_for(heads * blocks, kCrossWorkForThreads / work + 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t task = begin; task < end; ++task) {
      throw_if_stopped(pass.stop);
      const std::size_t first = pass.rows.begin + task % blocks * kQueriesPerCrossBlock;
      const Range queries{first, std::min(pass.rows.end, first + kQueriesPerCrossBlock)};
      attend_block(pass, {index, task / blocks}, layer, queries, scratch);
    }
  });
}

}  // namespace

void hear_encoder(const Pass& pass, LayerBuffers& buffers) {
  const Model& encoder = *pass.encoder->model;
  buffers.encoded = pass.encoder->residual.back();
  normalise(all_rows(std::as_const(buffers.encoded)), encoder.weights->final_norm, encoder.config.norm_epsilon,
            all_rows(buffers.encoded));
}

ConstRows cross_attention(const Pass& pass, std::size_t layer, ConstRows read, LayerBuffers& buffers) {
  const LayerWeights& w = pass.weights().layers[layer];
  LayerTrace& t = pass.cross->layers[layer];
  if (t.keys.rows != buffers.encoded.rows) {
    t.keys = t.values = Matrix(buffers.encoded.rows, pass.config().keys_width(layer));
    project(all_rows(buffers.encoded), w.cross_key, all_rows(t.keys), pass.stop);
    project(all_rows(buffers.encoded), w.cross_value, all_rows(t.values), pass.stop);
  }
  project(read, w.cross_query, pass.now(t.queries), pass.stop);
  attend_across(pass, layer, t, buffers.attention);
  project(pass.now(t.head_outputs), w.cross_output, pass.now(t.attention_output), pass.stop);
  return pass.now(t.attention_output);
}

}  // namespace regard
