// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/kind_weights.h"

#include "core/analysis/performer.h"
#include "core/trace/attention_tile.h"
#include "core/trace/head_edits.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace regard {
namespace {

Matrix rows_of_head(std::size_t rows, const std::function<std::span<const float>(std::size_t)>& row_of) {
  Matrix result(rows, rows == 0 ? 0 : row_of(0).size());
  for (std::size_t row = 0; row < rows; ++row)
    std::ranges::copy(row_of(row), result.row(row).begin());
  return result;
}

Matrix query_rows(const Trace& trace, HeadRef head) {
  return rows_of_head(trace.tokens(), [&](std::size_t token) { return query_of(trace, head, token); });
}

Matrix key_rows(const Trace& trace, HeadRef head) {
  return rows_of_head(trace.keys(), [&](std::size_t token) { return key_of(trace, head, token); });
}

Matrix value_rows(const Trace& trace, HeadRef head) {
  return rows_of_head(trace.keys(), [&](std::size_t token) { return value_of(trace, head, token); });
}

float scale_of(const Trace& trace, HeadRef head) {
  return trace.model->config.plans[head.layer].attention.scale;
}

/// The open keys of a row by score, largest first, of equal ones the earlier.
std::vector<std::size_t> ranked_keys(std::span<const float> scores, const OpenCells& open, std::size_t query) {
  std::vector<std::size_t> keys;
  for (std::size_t key = 0; key < open.keys; ++key)
    if (open(query, key)) keys.push_back(key);
  std::ranges::stable_sort(keys, std::greater<>{}, [&](std::size_t key) { return scores[key]; });
  return keys;
}

/// Closes all but the k largest keys of every row.
void keep_largest(const Matrix& scores, std::size_t count, OpenCells& open) {
  for (std::size_t query = 0; query < open.queries; ++query) {
    const std::vector<std::size_t> keys = ranked_keys(scores.row(query), open, query);
    for (std::size_t rank = count; rank < keys.size(); ++rank)
      open.open[query * open.keys + keys[rank]] = false;
  }
}

/// Softmax over the open keys of every row, and over the sink's score; its share is written to `sinks` where there are such.
Matrix softmax_over(const Matrix& scores, const OpenCells& open, float sink, std::span<float> sinks = {}) {
  Matrix weights(scores.rows, scores.cols);
  for (std::size_t query = 0; query < scores.rows; ++query) {
    double largest = static_cast<double>(sink), sum = 0.0;
    for (std::size_t key = 0; key < scores.cols; ++key)
      if (open(query, key)) largest = std::max(largest, static_cast<double>(scores(query, key)));
    if (largest == static_cast<double>(kNoSink)) continue;  // nothing is open
    const auto raised = [&](float score) { return std::exp(static_cast<double>(score) - largest); };
    for (std::size_t key = 0; key < scores.cols; ++key)
      if (open(query, key)) sum += raised(scores(query, key));
    sum += raised(sink);
    for (std::size_t key = 0; key < scores.cols; ++key)
      if (open(query, key)) weights(query, key) = static_cast<float>(raised(scores(query, key)) / sum);
    if (!sinks.empty()) sinks[query] = static_cast<float>(raised(sink) / sum);
  }
  return weights;
}

/// 1 at the largest score of every row, or nowhere where the sink's is larger.
Matrix hard_weights(const Matrix& scores, const OpenCells& open, float sink, std::span<float> sinks) {
  Matrix weights(scores.rows, scores.cols);
  for (std::size_t query = 0; query < scores.rows; ++query) {
    const std::vector<std::size_t> keys = ranked_keys(scores.row(query), open, query);
    const bool at_key = !keys.empty() && scores(query, keys.front()) >= sink;
    if (at_key) weights(query, keys.front()) = 1.0F;
    if (!sinks.empty()) sinks[query] = at_key ? 0.0F : 1.0F;
  }
  return weights;
}

Matrix sigmoid_weights(const Matrix& scores, const OpenCells& open) {
  Matrix weights(scores.rows, scores.cols);
  for (std::size_t query = 0; query < scores.rows; ++query) {
    const double bias = -std::log(static_cast<double>(std::max<std::size_t>(open.count(query), 1)));
    for (std::size_t key = 0; key < scores.cols; ++key)
      if (open(query, key))
        weights(query, key) =
            static_cast<float>(1.0 / (1.0 + std::exp(-(static_cast<double>(scores(query, key)) + bias))));
  }
  return weights;
}

/// τ·cos(q_i, k_j) / temperature; 0 for a row without length.
Matrix cosine_scores(const Trace& trace, HeadRef head, double sharpness) {
  const Matrix queries = query_rows(trace, head), keys = key_rows(trace, head);
  const auto dot_product = [](std::span<const float> a, std::span<const float> b) {
    return std::transform_reduce(a.begin(), a.end(), b.begin(), 0.0, std::plus<>{},
                                 [](float x, float y) { return static_cast<double>(x) * static_cast<double>(y); });
  };
  std::vector<double> lengths(keys.rows);
  for (std::size_t key = 0; key < keys.rows; ++key)
    lengths[key] = std::sqrt(dot_product(keys.row(key), keys.row(key)));
  Matrix result(queries.rows, keys.rows);
  for (std::size_t query = 0; query < queries.rows; ++query) {
    const double length = std::sqrt(dot_product(queries.row(query), queries.row(query)));
    for (std::size_t key = 0; key < keys.rows; ++key) {
      const double lengths_of_both = length * lengths[key];
      if (lengths_of_both > 0.0)
        result(query, key) =
            static_cast<float>(sharpness * dot_product(queries.row(query), keys.row(key)) / lengths_of_both);
    }
  }
  return result;
}

/// Σ_j A[i,j]·v_j
Matrix weighted_values(const Matrix& weights, const Matrix& values) {
  Matrix outputs(weights.rows, values.cols);
  for (std::size_t query = 0; query < weights.rows; ++query)
    for (std::size_t key = 0; key < weights.cols; ++key) {
      const float weight = weights(query, key);
      if (weight == 0.0F) continue;
      for (std::size_t dimension = 0; dimension < values.cols; ++dimension)
        outputs(query, dimension) += weight * values(key, dimension);
    }
  return outputs;
}

/// Of a head as it was trained, whatever kind it is in.
Matrix trained_scores(const Trace& trace, HeadRef head) {
  if (applied_kind(trace, head).form == KindForm::softmax) return scores(trace, head);
  const Request request = without_kinds(trace.request);
  const HeadEdits edits = head_edits(trace.model->config, request, head);
  const Range queries{0, trace.tokens()}, keys{0, trace.keys()};
  PaddedMatrix tile = score_tile(trace, head, score_rule(trace.model->config, request, head), queries, keys);
  Matrix result(queries.size(), keys.size());
  for (std::size_t query = 0; query < result.rows; ++query) {
    add_to_scores(edits, query, keys, tile.row(query));
    std::copy_n(tile.row(query), result.cols, result.row(query).begin());
  }
  return result;
}

/// All that is softmax of scores, over the keys that are open.
void fill_softmax(const Trace& trace, HeadRef head, const Matrix& scores, KindWeights& result) {
  const float sink = sink_score(trace, head) / temperature_of(trace, head);
  if (has_sinks(trace, head.layer)) result.sinks.resize(trace.tokens());
  result.weights = softmax_over(scores, result.open, sink, result.sinks);
}

}  // namespace

Matrix tempered_scores(const Trace& trace, HeadRef head) {
  Matrix result = trained_scores(trace, head);
  const float temperature = temperature_of(trace, head);
  for (float& score : result.values)
    score /= temperature;
  return result;
}

Matrix performer_weights(const Trace& trace, HeadRef head, const Matrix& directions) {
  return performer_weights(query_rows(trace, head), key_rows(trace, head), directions,
                           scale_of(trace, head) / temperature_of(trace, head),
                           open_cells(trace, head, usual_kind(KindForm::performer)));
}

KindWeights kind_weights(const Trace& trace, HeadRef head, const KindOfAttention& kind, std::uint64_t seed) {
  KindWeights result{.open = open_cells(trace, head, kind)};
  const bool has_sink = has_sinks(trace, head.layer);
  const float temperature = temperature_of(trace, head), sink = sink_score(trace, head) / temperature;
  const Matrix values = value_rows(trace, head);
  switch (kind.form) {
    case KindForm::softmax:
      if (applied_kind(trace, head).form != KindForm::softmax) {
        fill_softmax(trace, head, tempered_scores(trace, head), result);
        break;
      }
      result.weights = weights(trace, head);
      if (has_sink) result.sinks = sink_shares(trace, head, {0, trace.tokens()});
      break;
    case KindForm::top_keys: {
      const Matrix scores = tempered_scores(trace, head);
      keep_largest(scores, kind.first, result.open);
      fill_softmax(trace, head, scores, result);
      result.open = open_cells(trace, head, kind);  // any key might have been chosen
      break;
    }
    case KindForm::hard:
      if (has_sink) result.sinks.resize(trace.tokens());
      result.weights = hard_weights(tempered_scores(trace, head), result.open, sink, result.sinks);
      break;
    case KindForm::sigmoid:
      result.weights = sigmoid_weights(tempered_scores(trace, head), result.open);
      break;
    case KindForm::cosine:
      fill_softmax(trace, head,
                   cosine_scores(trace, head, static_cast<double>(kind.first) / static_cast<double>(temperature)),
                   result);
      break;
    case KindForm::linear:
      result.weights = linear_weights(query_rows(trace, head), key_rows(trace, head), result.open);
      break;
    case KindForm::performer: {
      const std::size_t width = trace.model->config.head_dim(head.layer);
      result.weights = performer_weights(trace, head, orthogonal_gaussian(kind.first, width, seed));
      break;
    }
    case KindForm::flash: {
      Matrix scores = tempered_scores(trace, head);
      if (has_sink) result.sinks.resize(trace.tokens());
      if (has_sink) (void)softmax_over(scores, result.open, sink, result.sinks);
      result.flash = flash_attention(std::move(scores), values, result.open, kind.first, sink);
      result.weights = result.flash->weights;
      result.outputs = result.flash->outputs;
      return result;
    }
    default:
      fill_softmax(trace, head, tempered_scores(trace, head), result);
  }
  result.outputs = weighted_values(result.weights, values);
  return result;
}

FeatureError performer_error(const Trace& trace, HeadRef head, const KindOfAttention& kind, std::size_t seeds) {
  const OpenCells open = open_cells(trace, head, kind);
  const Matrix exact = softmax_over(tempered_scores(trace, head), open, kNoSink);
  const auto cells = static_cast<double>(std::count(open.open.begin(), open.open.end(), true));
  const std::size_t width = trace.model->config.head_dim(head.layer);
  std::vector<double> means;
  for (std::size_t seed = 0; seed < seeds; ++seed) {
    const Matrix drawn = performer_weights(trace, head, orthogonal_gaussian(kind.first, width, seed));
    double sum = 0.0;
    for (std::size_t cell = 0; cell < exact.values.size(); ++cell)
      sum += std::abs(static_cast<double>(exact.values[cell]) - static_cast<double>(drawn.values[cell]));
    means.push_back(sum / std::max(cells, 1.0));
  }
  FeatureError error{.seeds = seeds};
  if (seeds == 0) return error;
  const auto count = static_cast<double>(seeds);
  error.mean = std::accumulate(means.begin(), means.end(), 0.0) / count;
  double squares = 0.0;
  for (const double mean : means)
    squares += (mean - error.mean) * (mean - error.mean);
  error.deviation = seeds > 1 ? std::sqrt(squares / (count - 1.0)) : 0.0;
  error.row = error.mean * cells / static_cast<double>(std::max<std::size_t>(open.queries, 1));
  return error;
}

}  // namespace regard
