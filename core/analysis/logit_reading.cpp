// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/logit_reading.h"

#include "core/base/progress.h"
#include "core/engine/activation.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

namespace regard {
namespace {

Eigen::VectorXd doubles(std::span<const float> row) {
  return as_vector(row).cast<double>();
}

/// Row `token` of the unembedding: the logit as a function of what the unembedding reads.
LogitReading token_reading(const Linear& unembedding, std::int32_t token) {
  const auto row = static_cast<std::size_t>(token);
  std::vector<float> weights(unembedding.weight.cols());
  copy_weights_of(unembedding, row, weights);
  return {doubles(weights), unembedding.bias.empty() ? 0.0 : static_cast<double>(unembedding.bias[row])};
}

/// f(x)/x in every dimension; f'(0) = f(x)/x where x is 0 does not matter: nothing passes.
std::vector<double> gates(const Matrix& before, const Matrix& after) {
  std::vector<double> factors(before.cols);
  for (std::size_t column = 0; column < factors.size(); ++column)
    if (const auto x = static_cast<double>(before(0, column)); x != 0.0)
      factors[column] = static_cast<double>(after(0, column)) / x;
  return factors;
}

/// BERT's prediction head: dense, activation, norm. In ModernBERT it reads what the final norm makes of the stream.
LogitReading before_transform(LogitReading reading, const Model& model, std::span<const float> stream,
                              const std::stop_token& stop) {
  const Weights& w = *model.weights;
  Matrix read(1, stream.size()), dense(1, w.head_transform.weight.rows());
  normalise({stream.data(), 1, stream.size()}, w.final_norm, model.config.norm_epsilon, all_rows(read));
  project(all_rows(std::as_const(read)), w.head_transform, all_rows(dense), stop);
  Matrix active = dense;
  activate(*model.config.head_activation, all_rows(active));
  reading = before_norm(reading, w.head_norm, model.config.norm_epsilon, active.row(0));
  reading = before_factors(reading, gates(dense, active));
  return before_linear(reading, w.head_transform, stop);
}

}  // namespace

double LogitReading::part(std::span<const float> row) const {
  return direction.dot(doubles(row));
}

LogitReading before_linear(const LogitReading& reading, const Linear& linear, const std::stop_token& stop) {
  assert(reading.direction.size() == static_cast<Eigen::Index>(linear.weight.rows()));
  LogitReading result{Eigen::VectorXd::Zero(static_cast<Eigen::Index>(linear.weight.cols())), reading.constant};
  std::vector<float> weights(linear.weight.cols());
  for (std::size_t output = 0; output < linear.weight.rows(); ++output) {
    if (output % 256 == 0) throw_if_stopped(stop);
    const double factor = reading.direction[static_cast<Eigen::Index>(output)];
    copy_weights_of(linear, output, weights);
    result.direction += factor * doubles(weights);
    if (!linear.bias.empty()) result.constant += factor * static_cast<double>(linear.bias[output]);
  }
  return result;
}

LogitReading before_norm(const LogitReading& reading, const Norm& norm, float epsilon, std::span<const float> x) {
  if (norm.empty()) return reading;
  const bool centres = !norm.shift.empty();
  const Eigen::VectorXd row = doubles(x);
  const double mean = centres ? row.mean() : 0.0;
  const double inverse = 1.0 / std::sqrt((row.array() - mean).square().mean() + static_cast<double>(epsilon));
  LogitReading result{inverse * reading.direction.cwiseProduct(doubles(norm.scale)), reading.constant};
  if (!centres) return result;
  result.direction.array() -= result.direction.mean();
  result.constant += reading.part(norm.shift);
  return result;
}

LogitReading before_factors(const LogitReading& reading, std::span<const double> factors) {
  const Eigen::Map<const Eigen::VectorXd> each(factors.data(), static_cast<Eigen::Index>(factors.size()));
  return {reading.direction.cwiseProduct(each), reading.constant};
}

LogitReading logit_reading(const Model& model, std::span<const float> stream, std::int32_t token, std::int32_t other,
                           const std::stop_token& stop) {
  const Weights& w = *model.weights;
  LogitReading reading = token_reading(w.unembedding, token);
  if (other >= 0) {
    const LogitReading second = token_reading(w.unembedding, other);
    reading.direction -= second.direction;
    reading.constant -= second.constant;
  }
  if (model.config.head_activation) reading = before_transform(std::move(reading), model, stream, stop);
  if (!w.output_projection.weight.empty()) reading = before_linear(reading, w.output_projection, stop);
  reading.direction *= static_cast<double>(model.config.logit_scale);
  return before_norm(reading, w.final_norm, model.config.norm_epsilon, stream);
}

}  // namespace regard
