// SPDX-License-Identifier: Apache-2.0
#include "core/trace/score_parts.h"

#include "core/trace/attention_tile.h"
#include "core/trace/head_edits.h"
#include "core/trace/offset_scores.h"

#include <algorithm>

namespace regard {
namespace {

/// q·k·scale over some dimensions of the head.
Matrix products(const Trace& trace, HeadRef head, float scale, Range dimensions, Range queries, Range keys) {
  const ModelConfig& config = trace.model->config;
  const LayerTrace& layer = trace.layers[head.layer];
  const std::size_t d = config.head_dim(head.layer);
  PaddedMatrix packed, tile;
  pack_transposed(layer.keys, config.kv_head_of(head.layer, head.head) * d + dimensions.begin, dimensions.size(), keys,
                  packed);
  tile.resize(queries.size(), keys.size());
  const Strided rows{layer.queries.row(queries.begin).data() + head.head * d + dimensions.begin, layer.queries.cols};
  score_rows(rows, queries.size(), packed, 0, tile.stride, {.scale = scale}, {}, tile.row(0), tile.stride);
  Matrix result(queries.size(), keys.size());
  for (std::size_t row = 0; row < result.rows; ++row)
    std::copy_n(tile.row(row), result.cols, result.row(row).begin());
  return result;
}

Matrix biases(const Trace& trace, HeadRef head, const ScoreRule& rule, Range queries, Range keys) {
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  Matrix bias(queries.size(), keys.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    for (std::size_t key = keys.begin; key < keys.end; ++key)
      bias(query - queries.begin, key - keys.begin) = rule.bias(query, key) + moved_bias(edits, query, key);
  return bias;
}

using AddOffsets = void (*)(const HeadOffsets& offsets, const ScoreTile& tile, float scale, float* out,
                            std::size_t out_stride);

/// What DeBERTa adds for the offsets of tokens.
Matrix of_offsets(const Trace& trace, HeadRef head, const ScoreRule& rule, Range queries, Range keys, AddOffsets add) {
  const ModelConfig& config = trace.model->config;
  const LayerTrace& layer = trace.layers[head.layer];
  const std::size_t width = config.head_dim(head.layer);
  PaddedMatrix packed, made;
  pack_transposed(layer.keys, config.kv_head_of(head.layer, head.head) * width, width, keys, packed);
  made.resize(queries.size(), keys.size());
  add(rule.offsets,
      {.queries = {layer.queries.row(queries.begin).data() + head.head * width, layer.queries.cols},
       .count = queries.size(),
       .transposed_keys = &packed,
       .end = padded(packed.cols),
       .first_query = queries.begin,
       .first_key = keys.begin},
      rule.scale, made.row(0), made.stride);
  Matrix result(queries.size(), keys.size());
  for (std::size_t row = 0; row < result.rows; ++row)
    std::copy_n(made.row(row), result.cols, result.row(row).begin());
  return result;
}

}  // namespace

std::vector<ScorePart> score_parts(const Trace& trace, HeadRef head, Range queries, Range keys) {
  if (trace.model->capture || weights_are_signed(trace, head.layer))  // NaN in the latter
    return {{ScorePartKind::content, scores(trace, head, queries, keys)}};
  const SoftmaxAttention& plan = trace.model->config.plans[head.layer].attention;
  const std::size_t turned = plan.latent && !trace.request.cross ? plan.latent->shared_dims : 0;
  const std::size_t content = plan.head_dim - turned;
  const ScoreRule rule = score_rule(trace.model->config, trace.request, head);
  if (rule.kernel) return {{ScorePartKind::content, scores(trace, head, queries, keys)}};
  std::vector<ScorePart> parts;
  parts.push_back({ScorePartKind::content, products(trace, head, rule.scale, {0, content}, queries, keys)});
  if (turned > 0)
    parts.push_back(
        {ScorePartKind::rotary, products(trace, head, rule.scale, {content, plan.head_dim}, queries, keys)});
  if (rule.has_bias()) parts.push_back({ScorePartKind::position, biases(trace, head, rule, queries, keys)});
  if (rule.offsets.table == nullptr) return parts;
  const auto add = [&](ScorePartKind kind, AddOffsets part) {
    parts.push_back({kind, of_offsets(trace, head, rule, queries, keys, part)});
  };
  if (rule.offsets.table->content_to_position) add(ScorePartKind::content_to_position, add_content_to_position);
  if (rule.offsets.table->position_to_content) add(ScorePartKind::position_to_content, add_position_to_content);
  return parts;
}

std::vector<ScorePartKind> kinds_of_parts(const Trace& trace, HeadRef head) {
  std::vector<ScorePartKind> kinds;
  for (const ScorePart& part : score_parts(trace, head, {0, 1}, {0, 1}))
    kinds.push_back(part.kind);
  return kinds;
}

const ScorePart* part_of(std::span<const ScorePart> parts, ScorePartKind kind) {
  const auto found = std::ranges::find(parts, kind, &ScorePart::kind);
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace regard
