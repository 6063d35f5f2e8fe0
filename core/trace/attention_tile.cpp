// SPDX-License-Identifier: Apache-2.0
#include "core/trace/attention_tile.h"

#include "core/base/kernels.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace regard {
namespace {

/// ALiBi: −slope·(query − key) for every column; column 0 is the key `first_key`.
void add_distance_bias(float* scores, std::size_t begin, std::size_t end, float slope, std::size_t query,
                       std::size_t first_key) {
  for (std::size_t key = begin; key < end; ++key)
    scores[key] -= slope * (static_cast<float>(query) - static_cast<float>(first_key + key));
}

/// Likewise −slope·|query − key|.
void add_distance_bias_both_ways(float* scores, std::size_t begin, std::size_t end, float slope, std::size_t query,
                                 std::size_t first_key) {
  for (std::size_t key = begin; key < end; ++key)
    scores[key] -= slope * std::abs(static_cast<float>(query) - static_cast<float>(first_key + key));
}

void add_offset_bias(float* scores, std::size_t begin, std::size_t end, const ScoreRule& rule, TileOrigin origin) {
  for (std::size_t key = begin; key < end; ++key)
    scores[key] += rule.bias(origin.query, origin.key + key);
}

/// −∞ where the span holds keys that are not allowed; the kernels see to what lies outside.
void close_gap(const AllowedKeys& allowed, float* scores) {
  const Range gap = allowed.gap();
  std::fill(scores + gap.begin, scores + gap.end, -std::numeric_limits<float>::infinity());
}

}  // namespace

void pack_transposed(const Matrix& from, std::size_t first_column, std::size_t width, Range rows, PaddedMatrix& to) {
  to.resize(width, rows.size());
  // By blocks of rows, so that the lines of `to` being written stay in the cache.
  for (std::size_t block = 0; block < rows.size(); block += kPadding) {
    const std::size_t count = std::min(kPadding, rows.size() - block);
    for (std::size_t column = 0; column < width; ++column) {
      float* target = to.row(column) + block;
      const float* source = from.values.data() + (rows.begin + block) * from.cols + first_column + column;
      for (std::size_t row = 0; row < count; ++row)
        target[row] = source[row * from.cols];
    }
  }
}

void pack_columns(const Matrix& from, std::size_t first_column, std::size_t width, Range rows, PaddedMatrix& to) {
  to.resize(rows.size(), width);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const float* source = from.values.data() + (rows.begin + row) * from.cols + first_column;
    std::copy_n(source, width, to.row(row));
  }
}

void scale_and_cap(const ScoreRule& rule, std::size_t begin, std::size_t end, float* scores) {
  kernels().scale_scores(scores, begin, end, rule.scale, rule.cap);
}

void add_bias(const ScoreRule& rule, TileOrigin origin, std::size_t begin, std::size_t end, float* scores) {
  if (rule.slope != 0.0F)
    (rule.both_ways ? add_distance_bias_both_ways : add_distance_bias)(scores, begin, end, rule.slope, origin.query,
                                                                       origin.key);
  if (!rule.by_offset.empty()) add_offset_bias(scores, begin, end, rule, origin);
}

void add_offset_parts(const ScoreRule& rule, const ScoreTile& tile, float* scores, std::size_t stride) {
  const HeadOffsets& offsets = rule.offsets;
  if (offsets.table == nullptr) return;
  if (offsets.table->content_to_position) add_content_to_position(offsets, tile, rule.scale, scores, stride);
  if (offsets.table->position_to_content) add_position_to_content(offsets, tile, rule.scale, scores, stride);
}

void score_rows(Strided queries, std::size_t count, const PaddedMatrix& transposed_keys, std::size_t begin,
                std::size_t end, const ScoreRule& rule, TileOrigin origin, float* out, std::size_t out_stride) {
  if (rule.kernel) return kernel_scores(*rule.kernel, queries, count, transposed_keys, begin, end, out, out_stride);
  multiply(queries, count, transposed_keys.rows, transposed_keys.values.data(), transposed_keys.stride, begin, end, out,
           out_stride);
  for (std::size_t query = 0; query < count; ++query) {
    float* row = out + query * out_stride;
    scale_and_cap(rule, begin, end, row);
    add_bias(rule, {origin.query + query, origin.key}, begin, end, row);
  }
  add_offset_parts(rule, {queries, count, &transposed_keys, begin, end, origin.query, origin.key}, out, out_stride);
}

float ScoreRule::bias(std::size_t query, std::size_t key) const {
  return bias_of(static_cast<std::ptrdiff_t>(key) - static_cast<std::ptrdiff_t>(query));
}

float ScoreRule::bias_of(std::ptrdiff_t offset) const {
  if (by_offset.empty()) return slope * static_cast<float>(both_ways ? -std::abs(offset) : offset);
  const auto reach = static_cast<std::ptrdiff_t>(by_offset.size() / 2);
  return by_offset[static_cast<std::size_t>(std::clamp(offset, -reach, reach) + reach)];
}

ScoreRule score_rule(const ModelConfig& config, HeadRef head) {
  const LayerPlan& plan = config.plans[head.layer];
  ScoreRule rule{.scale = plan.attention.scale, .cap = plan.attention.cap};
  if (const auto* alibi = std::get_if<Alibi>(&plan.positions)) rule.slope = alibi->slopes[head.head];
  if (const auto* relative = std::get_if<RelativeBias>(&plan.positions))
    rule.by_offset = std::span(*relative->values).subspan(head.head * relative->width(), relative->width());
  if (const auto* disentangled = std::get_if<Disentangled>(&plan.positions))
    rule.offsets = {.table = disentangled, .first_column = head.head * plan.attention.head_dim};
  return rule;
}

RowStatistics softmax_row(float* scores, std::size_t length, const AllowedKeys& allowed, float temperature,
                          float sink) {
  assert(allowed.count() > 0 && allowed.window.end <= length);
  close_gap(allowed, scores);
  return kernels().softmax_row(scores, length, allowed.span(), temperature, sink);
}

void weights_row(float* scores, std::size_t length, const AllowedKeys& allowed, float temperature,
                 RowStatistics statistics) {
  close_gap(allowed, scores);
  kernels().weights_row(scores, length, allowed.span(), temperature, statistics);
}

}  // namespace regard
