// SPDX-License-Identifier: Apache-2.0
#include "core/trace/score_parts.h"

#include "core/trace/attention_tile.h"

#include <algorithm>

namespace regard {
namespace {

/// q·k·scale over some dimensions of the head.
ScorePart part_of(const Trace& trace, HeadRef head, Range queries, Range keys, ScorePartKind kind, Range dimensions) {
  const ModelConfig& config = trace.model->config;
  const LayerTrace& layer = trace.layers[head.layer];
  const std::size_t d = config.head_dim(head.layer);
  PaddedMatrix packed, tile;
  pack_transposed(layer.keys, config.kv_head_of(head.layer, head.head) * d + dimensions.begin, dimensions.size(), keys,
                  packed);
  tile.resize(queries.size(), keys.size());
  const Strided rows{layer.queries.row(queries.begin).data() + head.head * d + dimensions.begin, layer.queries.cols};
  score_rows(rows, queries.size(), packed, 0, tile.stride, {.scale = config.plans[head.layer].attention.scale}, {},
             tile.row(0), tile.stride);
  ScorePart part{kind, Matrix(queries.size(), keys.size())};
  for (std::size_t row = 0; row < queries.size(); ++row)
    std::copy_n(tile.row(row), keys.size(), part.scores.row(row).begin());
  return part;
}

}  // namespace

std::vector<ScorePart> score_parts(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const SoftmaxAttention& plan = trace.model->config.plans[head.layer].attention;
  const Range all{0, plan.head_dim};
  if (!plan.latent || trace.request.cross) return {part_of(trace, head, queries, keys, ScorePartKind::content, all)};
  const std::size_t content = plan.head_dim - plan.latent->shared_dims;
  return {part_of(trace, head, queries, keys, ScorePartKind::content, {0, content}),
          part_of(trace, head, queries, keys, ScorePartKind::rotary, {content, plan.head_dim})};
}

}  // namespace regard
