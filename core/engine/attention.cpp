// SPDX-License-Identifier: Apache-2.0
#include "core/engine/attention.h"

#include "core/base/parallel.h"
#include "core/engine/edits.h"
#include "core/trace/attention_tile.h"
#include "core/trace/head_edits.h"
#include "core/trace/hidden_attention.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kQueriesPerBlock = 48;
constexpr std::size_t kCellsPerBlock = std::size_t{1} << 22U;  // of a block that makes features of all keys
constexpr std::size_t kWorkForThreads = 2'000'000;             // multiply-adds that pay for waking another core

void pack(const Pass& pass, std::size_t index, AttentionScratch& scratch) {
  const std::size_t kv_heads = pass.config().kv_heads(index), head_dim = pass.config().head_dim(index);
  const std::size_t value_dim = pass.config().value_dim(index);
  const LayerTrace& layer = pass.trace.layers[index];
  const bool softmax = has_softmax(pass.config().plans[index]);
  const std::size_t tokens = pass.text_tokens();
  const std::size_t count = pass.text_count() * kv_heads;
  scratch.transposed_keys.resize(count);
  scratch.values.resize(count);
  const std::size_t grain = kWorkForThreads / (tokens * head_dim * 8) + 1;
  parallel_for(count, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      const std::size_t kv_head = at % kv_heads;
      const std::size_t first_row = at / kv_heads * tokens;
      const Range rows{first_row, first_row + tokens};
      if (softmax) pack_transposed(layer.keys, kv_head * head_dim, head_dim, rows, scratch.transposed_keys[at]);
      pack_columns(layer.values, kv_head * value_dim, value_dim, rows, scratch.values[at]);
    }
  });
}

/// Buffers of one block of queries of one head.
struct BlockScratch {
  PaddedMatrix scores{};   ///< [queries, T], then weights
  PaddedMatrix outputs{};  ///< [queries, v]
};

/// One head and some queries of one text of the pass.
struct Block {
  std::size_t text = 0;
  HeadRef head{};
  Range queries{};  ///< positions in the text
};

/// The keys that any query of the block may look at, widened to whole registers.
Range keys_of_block(const ModelConfig& config, const Request& request, const Block& block) {
  const Range span = allowed_span(config, request, block.head.layer, block.queries);
  return {span.begin / kPadding * kPadding, padded(span.end)};
}

void record(LayerTrace& layer, std::size_t head, std::size_t row, RowStatistics statistics, float temperature) {
  layer.row_maximum(head, row) = statistics.maximum;
  layer.row_sum(head, row) = statistics.sum;
  layer.log_sum_exp(head, row) = statistics.maximum / temperature + std::log(statistics.sum);
}

/// Rows of softmax weights, [queries, T]; records what they follow from.
void weigh_by_softmax(const Pass& pass, const Block& block, const PaddedMatrix& keys, Range columns,
                      PaddedMatrix& rows) {
  const ModelConfig& config = pass.config();
  const Request& request = pass.request(block.text);
  const auto [layer_index, head] = block.head;
  LayerTrace& layer = pass.trace.layers[layer_index];
  const std::size_t tokens = pass.text_tokens(), first_row = block.text * tokens, d = config.head_dim(layer_index);
  const Range queries = block.queries;
  const Strided query_rows{layer.queries.row(first_row + queries.begin).data() + head * d, layer.queries.cols};
  score_rows(query_rows, queries.size(), keys, columns.begin, columns.end, score_rule(config, request, block.head),
             {queries.begin, 0}, rows.values.data(), rows.stride);
  const HeadEdits edits = head_edits(config, request, block.head);
  const float sink = sink_score(pass.model, block.head);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    const AllowedKeys allowed = allowed_keys(config, request, layer_index, query);
    float* row = rows.row(query - queries.begin);
    add_to_scores(edits, query, {0, tokens}, row);
    mask_scores(edits, query, {0, tokens}, row);
    const RowStatistics statistics = soften_row(edits, tokens, allowed, sink, row);
    record(layer, head, first_row + query, statistics, edits.temperature);
    if (!edits.set.empty())
      (void)edit_weights(edits, block.head, query, allowed, row, softmax_share(sink, edits.temperature, statistics));
  }
}

void attend_block(const Pass& pass, const Block& block, const AttentionScratch& packed, BlockScratch& scratch) {
  const ModelConfig& config = pass.config();
  const Request& request = pass.request(block.text);
  const auto [layer_index, head] = block.head;
  LayerTrace& layer = pass.trace.layers[layer_index];
  const std::size_t value_dim = config.value_dim(layer_index);
  const std::size_t tokens = pass.text_tokens();
  const std::size_t first_row = block.text * tokens;
  const Range queries = block.queries;
  const std::size_t packed_at = block.text * config.kv_heads(layer_index) + config.kv_head_of(layer_index, head);
  const PaddedMatrix& values = packed.values[packed_at];
  const Range columns = keys_of_block(config, request, block);
  scratch.scores.resize(queries.size(), tokens);
  scratch.outputs.resize(queries.size(), value_dim);
  if (has_softmax(config.plans[layer_index]))
    weigh_by_softmax(pass, block, packed.transposed_keys[packed_at], columns, scratch.scores);
  else
    for (std::size_t query = queries.begin; query < queries.end; ++query)
      hidden_attention_row(state_head(pass.model, layer, block.head, first_row), query, 0,
                           scratch.scores.row(query - queries.begin));
  const std::size_t depth = std::min(columns.end, tokens) - columns.begin;
  multiply({scratch.scores.row(0) + columns.begin, scratch.scores.stride}, queries.size(), depth,
           values.row(columns.begin), values.stride, 0, values.stride, scratch.outputs.values.data(),
           scratch.outputs.stride);
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    std::copy_n(scratch.outputs.row(query - queries.begin), value_dim,
                layer.head_outputs.row(first_row + query).data() + head * value_dim);
}

/// Queries of a block: features of keys (core/trace/kernel_scores.h) are made once for each, so that there are few blocks where there are any.
std::size_t queries_per_block(const Pass& pass, std::size_t layer) {
  if (pass.config().plans[layer].attention.linear)
    return std::max(kQueriesPerBlock, kCellsPerBlock / pass.text_tokens());
  for (std::size_t text = 0; text < pass.text_count(); ++text)
    for (const Intervention& item : pass.request(text).interventions)
      if (item.kind == InterventionKind::attention && item.scope.layer.value_or(layer) == layer &&
          has_scores_of_its_own(item.as.form))
        return std::max(kQueriesPerBlock, kCellsPerBlock / pass.text_tokens());
  return kQueriesPerBlock;
}

}  // namespace

void attend(const Pass& pass, std::size_t layer, AttentionScratch& scratch) {
  edit_queries_keys_values(pass, layer);
  pack(pass, layer, scratch);
  const Range positions = pass.positions();
  const std::size_t heads = pass.config().heads(layer);
  const std::size_t of_block = queries_per_block(pass, layer);
  const std::size_t blocks = (positions.size() + of_block - 1) / of_block;
  const std::size_t work =
      std::min(of_block, positions.size()) * pass.text_tokens() * 2 * pass.config().head_dim(layer);
  parallel_for(pass.text_count() * heads * blocks, kWorkForThreads / work + 1, [&](std::size_t begin, std::size_t end) {
    BlockScratch block;
    for (std::size_t task = begin; task < end; ++task) {
      throw_if_stopped(pass.stop);
      const std::size_t first = positions.begin + task % blocks * of_block;
      const Range queries{first, std::min(positions.end, first + of_block)};
      const std::size_t text_and_head = task / blocks;
      attend_block(pass, {text_and_head / heads, {layer, text_and_head % heads}, queries}, scratch, block);
    }
  });
  edit_head_outputs(pass, layer);
}

}  // namespace regard
