// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/score_by_distance.h"

#include "core/analysis/placed_tokens.h"
#include "core/analysis/rotary_planes.h"
#include "core/base/progress.h"
#include "core/model/disentangled.h"
#include "core/trace/head_edits.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace regard {
namespace {

/// Queries and keys of a head without their places.
struct HeldContent {
  ScoreRule rule{};
  std::optional<Rotary> rotary{};  ///< nothing: nothing is turned
  std::vector<float> frequencies{};
  Matrix queries{};           ///< [n, d]
  PaddedMatrix keys{};        ///< [d, n]
  Matrix position_queries{};  ///< DeBERTa: [2·span, n], keys with the queries of offsets
  Matrix position_keys{};     ///< [n, 2·span]
};

/// At most so many, evenly spread.
std::vector<std::size_t> held_tokens(std::size_t tokens) {
  std::vector<std::size_t> held(std::min(tokens, most_held_tokens));
  for (std::size_t at = 0; at < held.size(); ++at)
    held[at] = at * tokens / held.size();
  return held;
}

double held_dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// What offsets have to do with each query and each key.
void hold_offsets(HeldContent& held, const Matrix& keys) {
  const HeadOffsets& offsets = held.rule.offsets;
  if (offsets.table == nullptr) return;
  const std::size_t rows = 2 * offsets.table->span, width = keys.cols;
  const auto own = [&](const Matrix& table, std::size_t row) {
    return table.row(row).subspan(offsets.first_column, width);
  };
  if (offsets.table->content_to_position) held.position_keys = Matrix(held.queries.rows, rows);
  if (offsets.table->position_to_content) held.position_queries = Matrix(rows, keys.rows);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t token = 0; token < held.position_keys.rows; ++token)
      held.position_keys(token, row) =
          static_cast<float>(held_dot(held.queries.row(token), own(*offsets.table->keys, row)));
    for (std::size_t token = 0; token < held.position_queries.cols; ++token)
      held.position_queries(row, token) =
          static_cast<float>(held_dot(keys.row(token), own(*offsets.table->queries, row)));
  }
}

/// One row for each token, or with `together` their mean alone: scores without a cap are linear in both, so that the score of the means is
/// the mean of the scores.
HeldContent hold_content(const Trace& trace, HeadRef head, std::span<const std::size_t> queries,
                         std::span<const std::size_t> keys, bool together) {
  HeldContent held{.rule = score_rule(trace.model->config, trace.request, head),
                   .rotary = turning_of(trace, head),
                   .frequencies = frequencies_of(trace, head)};
  const std::vector<float> stand = places(trace.request.interventions, trace.tokens());
  const auto unturned = [&](std::span<const std::size_t> tokens, auto row_of) {
    Matrix rows(tokens.size(), trace.model->config.head_dim(head.layer));
    for (std::size_t at = 0; at < tokens.size(); ++at) {
      std::ranges::copy(row_of(trace, head, tokens[at]), rows.row(at).begin());
      if (held.rotary) turn_row(rows.row(at), *held.rotary, held.frequencies, -stand[tokens[at]]);
    }
    if (!together) return rows;
    Matrix mean(1, rows.cols);
    for (std::size_t column = 0; column < rows.cols; ++column) {
      double sum = 0.0;
      for (std::size_t row = 0; row < rows.rows; ++row)
        sum += rows(row, column);
      mean(0, column) = static_cast<float>(sum / static_cast<double>(rows.rows));
    }
    return mean;
  };
  held.queries = unturned(queries, query_of);
  const Matrix own_keys = unturned(keys, key_of);
  hold_offsets(held, own_keys);
  pack_transposed(own_keys, 0, own_keys.cols, {0, own_keys.rows}, held.keys);
  return held;
}

float bias_of_distance(const ScoreRule& rule, std::ptrdiff_t distance) {
  return rule.bias_of(-distance);
}

/// Scores of all its pairs, each d apart: [n, n].
Matrix scores_apart(const HeldContent& held, std::ptrdiff_t distance) {
  Matrix queries = held.queries;
  if (held.rotary)
    for (std::size_t row = 0; row < queries.rows; ++row)
      turn_row(queries.row(row), *held.rotary, held.frequencies, static_cast<double>(distance));
  PaddedMatrix tile;
  tile.resize(queries.rows, held.keys.cols);
  score_rows({queries.row(0).data(), queries.cols}, queries.rows, held.keys, 0, tile.stride,
             {.scale = held.rule.scale, .cap = held.rule.cap}, {}, tile.row(0), tile.stride);
  const float bias = bias_of_distance(held.rule, distance);
  const std::size_t row_of_offset =
      held.rule.offsets.table == nullptr ? 0 : offset_row(distance, *held.rule.offsets.table);
  Matrix scores(queries.rows, held.keys.cols);
  for (std::size_t query = 0; query < scores.rows; ++query)
    for (std::size_t key = 0; key < scores.cols; ++key) {
      float score = tile.row(query)[key] + bias;
      if (!held.position_keys.empty()) score += held.rule.scale * held.position_keys(query, row_of_offset);
      if (!held.position_queries.empty()) score += held.rule.scale * held.position_queries(row_of_offset, key);
      scores(query, key) = score;
    }
  return scores;
}

double mean_of(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The number that a share of all are below.
double quantile(std::vector<float>& values, double share) {
  const auto at = static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

void add_spread(ScoreByDistance& result, std::vector<float> values) {
  result.low.push_back(quantile(values, 0.1));
  result.high.push_back(quantile(values, 0.9));
}

std::size_t places_read(const ModelConfig& config) {
  return std::min(config.context, most_held_places);
}

bool reads_places(PositionsKind kind) {
  return kind == PositionsKind::learned || kind == PositionsKind::sinusoidal;
}

/// Distances without numbers.
ScoreByDistance empty_curve(const Trace& trace, HeadRef head, std::size_t reach) {
  const ModelConfig& config = trace.model->config;
  ScoreByDistance result{.kind = positions_kind(trace, head)};
  const std::size_t most = reads_places(result.kind) ? places_read(config) : std::min(config.context, most_reach + 1);
  reach = std::min(reach, std::max<std::size_t>(most, 1) - 1);
  result.first = trace.causal() ? 0 : -static_cast<std::ptrdiff_t>(reach);
  result.mean.assign(trace.causal() ? reach + 1 : 2 * reach + 1, std::numeric_limits<double>::quiet_NaN());
  return result;
}

/// The mean over tokens of every pair of places: [places, places].
Matrix grid_of_places(const PlacedTokens& placed, const ModelConfig& config, std::size_t head) {
  const SoftmaxAttention& plan = config.plans.front().attention;
  Matrix grid(placed.queries.rows, placed.keys.rows);
  for (std::size_t query = 0; query < grid.rows; ++query)
    for (std::size_t key = 0; key < grid.cols; ++key)
      grid(query, key) =
          plan.scale * static_cast<float>(held_dot(
                           placed.queries.row(query).subspan(head * plan.head_dim, plan.head_dim),
                           placed.keys.row(key).subspan(config.kv_head_of(0, head) * plan.head_dim, plan.head_dim)));
  return grid;
}

/// Of all places d apart.
std::vector<float> diagonal(const Matrix& grid, std::ptrdiff_t distance) {
  std::vector<float> scores;
  for (std::size_t query = 0; query < grid.rows; ++query) {
    const std::ptrdiff_t key = static_cast<std::ptrdiff_t>(query) - distance;
    if (key >= 0 && key < static_cast<std::ptrdiff_t>(grid.cols))
      scores.push_back(grid(query, static_cast<std::size_t>(key)));
  }
  return scores;
}

void fill_by_places(ScoreByDistance& result, const Trace& trace, std::size_t head, const PlacedTokens& placed,
                    bool spread) {
  result.tokens = placed.tokens;
  result.places = placed.queries.rows;
  if (placed.tokens == 0) return;  // padding alone: it takes no place
  result.by_place = grid_of_places(placed, trace.model->config, head);
  for (std::size_t at = 0; at < result.mean.size(); ++at) {
    std::vector<float> scores = diagonal(result.by_place, result.distance(at));
    result.mean[at] = mean_of(scores);
    if (spread) add_spread(result, std::move(scores));
  }
}

void fill_by_content(ScoreByDistance& result, const Trace& trace, HeadRef head, bool spread,
                     const std::stop_token& stop) {
  const std::vector<std::size_t> tokens = held_tokens(trace.tokens());
  const bool capped = trace.model->config.plans[head.layer].attention.cap > 0.0F;
  const HeldContent held = hold_content(trace, head, tokens, tokens, !spread && !capped);
  result.tokens = tokens.size();
  for (std::size_t at = 0; at < result.mean.size(); ++at) {
    throw_if_stopped(stop);
    Matrix scores = scores_apart(held, result.distance(at));
    result.mean[at] = mean_of(scores.values);
    if (spread) add_spread(result, {scores.values.begin(), scores.values.end()});
  }
}

/// The run's own scores by distance, of the cells that are open.
void fill_in_text(ScoreByDistance& result, const Trace& trace, HeadRef head, const std::stop_token& stop) {
  const std::vector<float> stand = places(trace.request.interventions, trace.tokens());
  std::vector<double> sums(result.mean.size()), counts(result.mean.size());
  for (std::size_t query = 0; query < trace.tokens(); ++query) {
    throw_if_stopped(stop);
    const Matrix row = scores(trace, head, {query, query + 1}, {0, trace.tokens()});
    for (std::size_t key = 0; key < trace.tokens(); ++key) {
      const std::ptrdiff_t apart = std::lround(stand[query] - stand[key]);
      if (apart < result.first || apart > result.last() || !allowed(trace, head.layer, query, key)) continue;
      sums[static_cast<std::size_t>(apart - result.first)] += static_cast<double>(row(0, key));
      counts[static_cast<std::size_t>(apart - result.first)] += 1.0;
    }
  }
  for (std::size_t at = 0; at < sums.size(); ++at)
    result.in_text.push_back(counts[at] > 0.0 ? sums[at] / counts[at] : std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

double bias_at(const Trace& trace, HeadRef head, std::ptrdiff_t distance) {
  return bias_of_distance(score_rule(trace.model->config, trace.request, head), distance);
}

std::vector<double> pair_by_distance(const Trace& trace, HeadRef head, std::size_t query, std::size_t key,
                                     std::size_t reach) {
  const ScoreByDistance empty = empty_curve(trace, head, reach);
  if (reads_places(empty.kind) || obstacle_to_distance(trace, head) != DistanceObstacle::none) return {};
  const std::size_t one_query[] = {query}, one_key[] = {key};
  const HeldContent held = hold_content(trace, head, one_query, one_key, false);
  std::vector<double> pair;
  for (std::size_t at = 0; at < empty.mean.size(); ++at)
    pair.push_back(scores_apart(held, empty.distance(at))(0, 0));
  return pair;
}

ScoreByDistance score_by_distance(const Trace& trace, HeadRef head, const DistanceOptions& options,
                                  const std::stop_token& stop) {
  ScoreByDistance result = empty_curve(trace, head, options.reach);
  const bool exact = obstacle_to_distance(trace, head) == DistanceObstacle::none;
  if (exact && reads_places(result.kind)) {
    const PlacedTokens placed =
        place_tokens(trace, held_tokens(trace.tokens()), places_read(trace.model->config), stop);
    fill_by_places(result, trace, head.head, placed, options.spread);
  } else if (exact) {
    fill_by_content(result, trace, head, options.spread, stop);
  }
  fill_in_text(result, trace, head, stop);
  if (!options.query || !options.key) return result;
  const std::vector<float> stand = places(trace.request.interventions, trace.tokens());
  result.asked_at = static_cast<double>(stand[*options.query]) - static_cast<double>(stand[*options.key]);
  result.pair = pair_by_distance(trace, head, *options.query, *options.key, options.reach);
  return result;
}

std::vector<std::vector<double>> means_by_distance(const Trace& trace, std::size_t layer, std::size_t reach,
                                                   const std::stop_token& stop) {
  std::vector<std::vector<double>> means(trace.model->config.heads(layer));
  std::optional<PlacedTokens> placed;
  for (std::size_t head = 0; head < means.size(); ++head) {
    const HeadRef ref{layer, head};
    if (obstacle_to_distance(trace, ref) != DistanceObstacle::none) continue;
    ScoreByDistance curve = empty_curve(trace, ref, reach);
    if (reads_places(curve.kind)) {
      if (!placed) placed = place_tokens(trace, held_tokens(trace.tokens()), places_read(trace.model->config), stop);
      fill_by_places(curve, trace, head, *placed, false);
    } else {
      fill_by_content(curve, trace, ref, false, stop);
    }
    means[head] = std::move(curve.mean);
  }
  return means;
}

}  // namespace regard
