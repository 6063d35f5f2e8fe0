// SPDX-License-Identifier: Apache-2.0
#include "core/trace/attention_tile.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace regard {
namespace {

constexpr float kNothing = -std::numeric_limits<float>::infinity();

/// Writes −∞ over the columns of [begin, end) that are not allowed: exponential() makes them 0.
void mask_row(float* scores, std::size_t begin, std::size_t end, Range allowed) {
  const std::size_t first = std::clamp(allowed.begin, begin, end);
  const std::size_t last = std::clamp(allowed.end, first, end);
  std::fill(scores + begin, scores + first, kNothing);
  std::fill(scores + last, scores + end, kNothing);
}

void cap_scores(float* scores, std::size_t begin, std::size_t end, float cap) {
  for (std::size_t key = begin; key < end; key += kLanes)
    store(scores + key, cap * hyperbolic_tangent(load(scores + key) / cap));
}

/// ALiBi: −slope·(query − key) for every column; column 0 is the key `first_key`.
void add_distance_bias(float* scores, std::size_t begin, std::size_t end, float slope, std::size_t query,
                       std::size_t first_key) {
  for (std::size_t key = begin; key < end; ++key)
    scores[key] -= slope * (static_cast<float>(query) - static_cast<float>(first_key + key));
}

void add_offset_bias(float* scores, std::size_t begin, std::size_t end, const ScoreRule& rule, TileOrigin origin) {
  for (std::size_t key = begin; key < end; ++key)
    scores[key] += rule.bias(origin.query, origin.key + key);
}

Lanes shifted_exponential(const float* scores, float maximum, float inverse_temperature) {
  return exponential((load(scores) - maximum) * inverse_temperature);
}

}  // namespace

void pack_transposed(const Matrix& from, std::size_t first_column, std::size_t width, Range rows, PaddedMatrix& to) {
  to.resize(width, rows.size());
  // By blocks of rows, so that the lines of `to` being written stay in the cache.
  for (std::size_t block = 0; block < rows.size(); block += kLanes) {
    const std::size_t count = std::min(kLanes, rows.size() - block);
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

void score_rows(Strided queries, std::size_t count, const PaddedMatrix& transposed_keys, std::size_t begin,
                std::size_t end, const ScoreRule& rule, TileOrigin origin, float* out, std::size_t out_stride) {
  multiply(queries, count, transposed_keys.rows, transposed_keys.values.data(), transposed_keys.stride, begin, end, out,
           out_stride);
  for (std::size_t query = 0; query < count; ++query) {
    float* row = out + query * out_stride;
    for (std::size_t key = begin; key < end; key += kLanes)
      store(row + key, load(row + key) * rule.scale);
    if (rule.cap != 0.0F) cap_scores(row, begin, end, rule.cap);
    if (rule.slope != 0.0F) add_distance_bias(row, begin, end, rule.slope, origin.query + query, origin.key);
    if (!rule.by_offset.empty()) add_offset_bias(row, begin, end, rule, {origin.query + query, origin.key});
  }
}

float ScoreRule::bias(std::size_t query, std::size_t key) const {
  if (by_offset.empty()) return slope * (static_cast<float>(key) - static_cast<float>(query));
  return bias_of(static_cast<std::ptrdiff_t>(key) - static_cast<std::ptrdiff_t>(query));
}

float ScoreRule::bias_of(std::ptrdiff_t offset) const {
  const auto reach = static_cast<std::ptrdiff_t>(by_offset.size() / 2);
  return by_offset[static_cast<std::size_t>(std::clamp(offset, -reach, reach) + reach)];
}

ScoreRule score_rule(const ModelConfig& config, HeadRef head) {
  ScoreRule rule{.scale = score_scale(config, head.layer),
                 .cap = config.score_cap,
                 .slope = config.alibi_slopes.empty() ? 0.0F : config.alibi_slopes[head.head],
                 .by_offset = {}};
  const RelativeBias& relative = config.relative_bias;
  if (!relative.values.empty()) {
    const std::size_t row = (relative.by_layer ? head.layer * config.heads : 0) + head.head;
    rule.by_offset = std::span(relative.values).subspan(row * relative.width(), relative.width());
  }
  return rule;
}

RowStatistics softmax_row(float* scores, std::size_t length, Range allowed, float temperature) {
  const std::size_t begin = allowed.begin / kLanes * kLanes;
  const std::size_t end = padded(allowed.end);
  const float inverse_temperature = 1.0F / temperature;
  assert(allowed.begin < allowed.end && allowed.end <= length);
  std::fill(scores, scores + begin, 0.0F);
  std::fill(scores + end, scores + padded(length), 0.0F);
  mask_row(scores, begin, end, allowed);

  Lanes maxima = load(scores + begin);
  for (std::size_t key = begin; key < end; key += kLanes)
    maxima = larger(maxima, load(scores + key));
  const float maximum = maximum_of(maxima);
  if (maximum == kNothing) {
    std::fill(scores + begin, scores + end, 0.0F);
    return {kNothing, 0.0F};
  }

  constexpr std::size_t kBlock =
      16 * kLanes;  // short float sums, added up in double: rows sum to 1 ± 1e-6 at any length
  double sum = 0.0;
  for (std::size_t block = begin; block < end; block += kBlock) {
    Lanes sums{};
    for (std::size_t key = block; key < std::min(end, block + kBlock); key += kLanes) {
      const Lanes terms = shifted_exponential(scores + key, maximum, inverse_temperature);
      store(scores + key, terms);
      sums += terms;
    }
    sum += sum_of(sums);
  }
  const RowStatistics statistics{maximum, static_cast<float>(sum)};
  const float inverse_sum = 1.0F / statistics.sum;
  for (std::size_t key = begin; key < end; key += kLanes)
    store(scores + key, load(scores + key) * inverse_sum);
  return statistics;
}

void weights_row(float* scores, std::size_t length, Range allowed, float temperature, RowStatistics statistics) {
  if (statistics.sum == 0.0F) {
    std::fill(scores, scores + padded(length), 0.0F);
    return;
  }
  const float inverse_temperature = 1.0F / temperature;
  const float inverse_sum = 1.0F / statistics.sum;
  mask_row(scores, 0, padded(length), allowed);
  for (std::size_t key = 0; key < padded(length); key += kLanes)
    store(scores + key, shifted_exponential(scores + key, statistics.maximum, inverse_temperature) * inverse_sum);
}

}  // namespace regard
