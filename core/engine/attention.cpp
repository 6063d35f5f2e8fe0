// SPDX-License-Identifier: Apache-2.0
#include "core/engine/attention.h"

#include "core/base/parallel.h"
#include "core/trace/attention_tile.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kQueriesPerBlock = 48;
constexpr std::size_t kWorkForThreads = 2'000'000;  // multiply-adds that pay for waking another core

void pack(const Pass& pass, const LayerTrace& layer, AttentionScratch& scratch) {
  const ModelConfig& config = pass.config();
  const Range all{0, pass.trace.tokens()};
  scratch.transposed_keys.resize(config.kv_heads);
  scratch.values.resize(config.kv_heads);
  const std::size_t grain = kWorkForThreads / (all.size() * config.head_dim * 8) + 1;
  parallel_for(config.kv_heads, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t head = begin; head < end; ++head) {
      pack_transposed(layer.keys, head * config.head_dim, config.head_dim, all, scratch.transposed_keys[head]);
      pack_columns(layer.values, head * config.head_dim, config.head_dim, all, scratch.values[head]);
    }
  });
}

/// Buffers of one block of queries of one head.
struct BlockScratch {
  PaddedMatrix scores{};   ///< [queries, T], then weights
  PaddedMatrix outputs{};  ///< [queries, d]
};

/// The keys that any query of the block may look at, widened to whole registers.
Range keys_of_block(const Trace& trace, std::size_t layer, Range queries) {
  const std::size_t begin = allowed_keys(trace, layer, queries.begin).begin;  // both ends grow with the query
  const std::size_t end = allowed_keys(trace, layer, queries.end - 1).end;
  return {begin / kLanes * kLanes, padded(end)};
}

void record(LayerTrace& layer, std::size_t head, std::size_t query, RowStatistics statistics, float temperature) {
  layer.row_maximum(head, query) = statistics.maximum;
  layer.row_sum(head, query) = statistics.sum;
  layer.log_sum_exp(head, query) = statistics.maximum / temperature + std::log(statistics.sum);
}

void attend_block(const Pass& pass, HeadRef head, Range queries, const AttentionScratch& packed, BlockScratch& block) {
  const ModelConfig& config = pass.config();
  LayerTrace& layer = pass.trace.layers[head.layer];
  const std::size_t d = config.head_dim;
  const std::size_t tokens = pass.trace.tokens();
  const PaddedMatrix& keys = packed.transposed_keys[config.kv_head_of(head.head)];
  const PaddedMatrix& values = packed.values[config.kv_head_of(head.head)];
  const Range columns = keys_of_block(pass.trace, head.layer, queries);
  block.scores.resize(queries.size(), tokens);
  block.outputs.resize(queries.size(), d);

  const Strided query_rows{layer.queries.row(queries.begin).data() + head.head * d, layer.queries.cols};
  score_rows(query_rows, queries.size(), keys, columns.begin, columns.end, score_rule(config, head), {queries.begin, 0},
             block.scores.values.data(), block.scores.stride);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    const Range keys_allowed = allowed_keys(pass.trace, head.layer, query);
    const float temperature = pass.trace.request.temperature;
    record(layer, head.head, query,
           softmax_row(block.scores.row(query - queries.begin), tokens, keys_allowed, temperature), temperature);
  }
  const std::size_t depth = std::min(columns.end, tokens) - columns.begin;
  multiply({block.scores.row(0) + columns.begin, block.scores.stride}, queries.size(), depth, values.row(columns.begin),
           values.stride, 0, values.stride, block.outputs.values.data(), block.outputs.stride);
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    std::copy_n(block.outputs.row(query - queries.begin), d, layer.head_outputs.row(query).data() + head.head * d);
}

}  // namespace

void attend(const Pass& pass, std::size_t layer, AttentionScratch& scratch) {
  const std::size_t heads = pass.config().heads;
  pack(pass, pass.trace.layers[layer], scratch);
  const std::size_t blocks = (pass.rows.size() + kQueriesPerBlock - 1) / kQueriesPerBlock;
  const std::size_t work =
      std::min(kQueriesPerBlock, pass.rows.size()) * pass.trace.tokens() * 2 * pass.config().head_dim;
  parallel_for(heads * blocks, kWorkForThreads / work + 1, [&](std::size_t begin, std::size_t end) {
    BlockScratch block;
    for (std::size_t task = begin; task < end; ++task) {
      throw_if_stopped(pass.stop);
      const std::size_t first = pass.rows.begin + task % blocks * kQueriesPerBlock;
      const Range queries{first, std::min(pass.rows.end, first + kQueriesPerBlock)};
      attend_block(pass, {layer, task / blocks}, queries, scratch, block);
    }
  });
}

}  // namespace regard
