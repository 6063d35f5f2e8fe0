// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/kind_report.h"

#include "core/analysis/difference.h"
#include "core/base/progress.h"
#include "core/trace/head_edits.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace regard {
namespace {

constexpr double kSumTolerance = 1e-4;

/// A row with the sink's share behind its keys; scaled to sum to 1, empty where there is nothing.
std::vector<float> whole_row(const KindWeights& shown, std::size_t query, double& sum) {
  const std::span<const float> weights = shown.weights.row(query);
  std::vector<float> row(weights.begin(), weights.end());
  row.push_back(shown.sinks.empty() ? 0.0F : shown.sinks[query]);
  sum = std::accumulate(row.begin(), row.end(), 0.0);
  if (sum <= 0.0) return {};
  if (std::abs(sum - 1.0) > kSumTolerance)
    for (float& weight : row)
      weight = static_cast<float>(weight / sum);
  return row;
}

double entropy_of_row(std::span<const float> row) {
  double entropy = 0.0;
  for (const float weight : row)
    if (weight > 0.0F) entropy -= static_cast<double>(weight) * std::log(static_cast<double>(weight));
  return entropy;
}

/// Σ A·|i − j| / Σ A over the keys.
double distance_of_row(std::span<const float> keys, std::size_t query) {
  double sum = 0.0, mass = 0.0;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    sum += static_cast<double>(keys[key]) * std::abs(static_cast<double>(key) - static_cast<double>(query));
    mass += static_cast<double>(keys[key]);
  }
  return mass > 0.0 ? sum / mass : 0.0;
}

double relative_change(const Matrix& from, const Matrix& to) {
  double change = 0.0, size = 0.0;
  for (std::size_t at = 0; at < from.values.size(); ++at) {
    const double before = from.values[at], after = to.values[at];
    change += (after - before) * (after - before);
    size += before * before;
  }
  return size > 0.0 ? std::sqrt(change / size) : 0.0;
}

std::size_t farthest_open(const OpenCells& open) {
  std::size_t farthest = 0;
  for (std::size_t query = 0; query < open.queries; ++query)
    for (std::size_t key = 0; key < open.keys; ++key)
      if (open(query, key)) farthest = std::max(farthest, query > key ? query - key : key - query);
  return farthest;
}

KindNumbers numbers_of(const Trace& trace, const KindWeights& own, const KindWeights& shown) {
  KindNumbers numbers{.least_sum = std::numeric_limits<double>::infinity()};
  double rows = 0.0, entropy = 0.0, distance = 0.0, divergence = 0.0;
  for (std::size_t query = 0; query < shown.weights.rows; ++query) {
    double sum = 0.0, own_sum = 0.0;
    const std::vector<float> row = whole_row(shown, query, sum), own_row = whole_row(own, query, own_sum);
    numbers.least_sum = std::min(numbers.least_sum, sum);
    numbers.largest_sum = std::max(numbers.largest_sum, sum);
    if (row.empty() || own_row.empty()) continue;
    rows += 1.0;
    entropy += entropy_of_row(row);
    distance += distance_of_row(shown.weights.row(query), query);
    divergence += row_movement(own_row, row);
  }
  const double count = std::max(rows, 1.0);
  const bool two_texts = trace.request.cross;
  numbers.entropy = entropy / count;
  numbers.distance = two_texts ? std::numeric_limits<double>::quiet_NaN() : distance / count;
  numbers.divergence = divergence / count;
  for (std::size_t cell = 0; cell < own.weights.values.size(); ++cell)
    numbers.largest_change = std::max(
        numbers.largest_change,
        std::abs(static_cast<double>(own.weights.values[cell]) - static_cast<double>(shown.weights.values[cell])));
  numbers.output_change = relative_change(own.outputs, shown.outputs);
  numbers.farthest = two_texts ? 0 : farthest_open(shown.open);
  numbers.reaches_all = shown.open.open == own.open.open;
  return numbers;
}

}  // namespace

bool KindNumbers::sums_to_one() const {
  return std::abs(least_sum - 1.0) <= kSumTolerance && std::abs(largest_sum - 1.0) <= kSumTolerance;
}

std::vector<KindReport> kind_reports(const Trace& trace, HeadRef head, std::span<const KindOfAttention> kinds,
                                     const std::stop_token& stop, std::size_t seeds) {
  const KindWeights own = kind_weights(trace, head, {});
  const HeadShape shape = head_shape(trace, head);
  std::vector<KindReport> reports;
  for (const KindOfAttention& kind : kinds) {
    throw_if_stopped(stop);
    KindReport report{.kind = kind,
                      .trained = kind == trained_kind(trace.model->config.plans[head.layer]),
                      .obstacle = obstacle_to_kind(trace, head, kind)};
    if (report.obstacle == KindObstacle::none) {
      report.shown = kind == KindOfAttention{} ? own : kind_weights(trace, head, kind);
      report.numbers = numbers_of(trace, own, report.shown);
      report.cost = kind_cost(kind, shape, trace.tokens());
      if (kind.form == KindForm::performer) report.error = performer_error(trace, head, kind, seeds);
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace regard
