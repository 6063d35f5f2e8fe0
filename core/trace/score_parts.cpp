// SPDX-License-Identifier: Apache-2.0
#include "core/trace/score_parts.h"

#include "core/trace/attention_tile.h"
#include "core/trace/head_edits.h"

#include <algorithm>

namespace regard {
namespace {

Matrix content_scores(const Trace& trace, HeadRef head, float scale, Range queries, Range keys) {
  const PaddedMatrix tile = score_tile(trace, head, {.scale = scale}, queries, keys);
  Matrix content(queries.size(), keys.size());
  for (std::size_t query = 0; query < content.rows; ++query)
    std::copy_n(tile.row(query), content.cols, content.row(query).begin());
  return content;
}

Matrix biases(const ScoreRule& rule, Range queries, Range keys) {
  Matrix bias(queries.size(), keys.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    for (std::size_t key = keys.begin; key < keys.end; ++key)
      bias(query - queries.begin, key - keys.begin) = rule.bias(query, key);
  return bias;
}

}  // namespace

std::vector<ScorePart> score_parts(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const ScoreRule rule = score_rule(trace.model->config, trace.request, head);
  std::vector<ScorePart> parts;
  parts.push_back({ScorePartKind::content, content_scores(trace, head, rule.scale, queries, keys)});
  if (rule.slope != 0.0F || !rule.by_offset.empty())
    parts.push_back({ScorePartKind::position, biases(rule, queries, keys)});
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
