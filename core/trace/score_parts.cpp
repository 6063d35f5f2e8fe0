// SPDX-License-Identifier: Apache-2.0
#include "core/trace/score_parts.h"

#include "core/trace/attention_tile.h"
#include "core/trace/head_edits.h"

#include <algorithm>

namespace regard {
namespace {

/// The numbers of a tile that `add` puts into zeros.
template <class Add>
Matrix made(Range queries, Range keys, const Add& add) {
  PaddedMatrix tile;
  tile.resize(queries.size(), keys.size());
  add(tile);
  Matrix result(tile.rows, tile.cols);
  for (std::size_t row = 0; row < tile.rows; ++row)
    std::copy_n(tile.row(row), tile.cols, result.row(row).begin());
  return result;
}

Matrix biases(const Trace& trace, HeadRef head, const ScoreRule& rule, Range queries, Range keys) {
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  Matrix result(queries.size(), keys.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    for (std::size_t key = keys.begin; key < keys.end; ++key)
      result(query - queries.begin, key - keys.begin) = rule.bias(query, key) + moved_bias(edits, query, key);
  return result;
}

}  // namespace

std::vector<ScorePart> score_parts(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const ModelConfig& config = trace.model->config;
  const LayerTrace& layer = trace.layers[head.layer];
  const std::size_t width = config.head_dim(head.layer);
  const ScoreRule rule = score_rule(config, trace.request, head);
  PaddedMatrix packed;
  pack_transposed(layer.keys, config.kv_head_of(head.layer, head.head) * width, width, keys, packed);
  const ScoreTile tile{.queries = {layer.queries.values.data() + queries.begin * layer.queries.cols + head.head * width,
                                   layer.queries.cols},
                       .count = queries.size(),
                       .transposed_keys = &packed,
                       .end = padded(packed.cols),
                       .first_query = queries.begin,
                       .first_key = keys.begin};
  std::vector<ScorePart> parts;
  parts.push_back({ScorePartKind::content, made(queries, keys, [&](PaddedMatrix& out) {
                     score_rows(tile.queries, tile.count, packed, 0, tile.end, {.scale = rule.scale}, {}, out.row(0),
                                out.stride);
                   })});
  if (rule.has_bias()) parts.push_back({ScorePartKind::position, biases(trace, head, rule, queries, keys)});
  if (rule.offsets.table == nullptr) return parts;
  if (rule.offsets.table->content_to_position)
    parts.push_back({ScorePartKind::content_to_position, made(queries, keys, [&](PaddedMatrix& out) {
                       add_content_to_position(rule.offsets, tile, rule.scale, out.row(0), out.stride);
                     })});
  if (rule.offsets.table->position_to_content)
    parts.push_back({ScorePartKind::position_to_content, made(queries, keys, [&](PaddedMatrix& out) {
                       add_position_to_content(rule.offsets, tile, rule.scale, out.row(0), out.stride);
                     })});
  return parts;
}

}  // namespace regard
