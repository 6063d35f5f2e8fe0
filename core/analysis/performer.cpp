// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/performer.h"

#include "core/base/eigen.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using Features = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Features in_double(const Matrix& matrix) {
  using Stored = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Stored>(matrix.values.data(), static_cast<Eigen::Index>(matrix.rows),
                                  static_cast<Eigen::Index>(matrix.cols))
      .cast<double>();
}

/// ωᵀx' − ‖x'‖²/2: the logarithms of the features, [rows, m].
Features log_features(const Matrix& rows, const Features& directions, double scale) {
  const Features scaled = in_double(rows) * std::sqrt(scale);
  Features logs = scaled * directions.transpose();
  logs.colwise() -= 0.5 * scaled.rowwise().squaredNorm();
  return logs;
}

/// φ(q_i)·φ(k_j), each row divided by its sum over the open keys.
Matrix shares_of(const Features& queries, const Features& keys, const OpenCells& open) {
  const Features products = queries * keys.transpose();
  Matrix shares(open.queries, open.keys);
  for (std::size_t query = 0; query < open.queries; ++query) {
    const auto row = products.row(static_cast<Eigen::Index>(query));
    double sum = 0.0;
    for (std::size_t key = 0; key < open.keys; ++key)
      if (open(query, key)) sum += row(static_cast<Eigen::Index>(key));
    for (std::size_t key = 0; key < open.keys && sum > 0.0; ++key)
      if (open(query, key)) shares(query, key) = static_cast<float>(row(static_cast<Eigen::Index>(key)) / sum);
  }
  return shares;
}

/// elu(x) + 1: x + 1 above 0, else eˣ.
Features elu_plus_one(const Matrix& rows) {
  return in_double(rows).unaryExpr([](double x) { return x > 0.0 ? x + 1.0 : std::exp(x); });
}

}  // namespace

Matrix performer_weights(const Matrix& queries, const Matrix& keys, const Matrix& directions, float scale,
                         const OpenCells& open) {
  const Features omega = in_double(directions);
  Features of_queries = log_features(queries, omega, scale), of_keys = log_features(keys, omega, scale);
  // A factor of each query, and one of all keys, is in every product of a row, so that it cancels; without them exp() may overflow.
  of_queries.colwise() -= of_queries.rowwise().maxCoeff().eval();
  of_keys.array() -= of_keys.maxCoeff();
  return shares_of(of_queries.array().exp().matrix(), of_keys.array().exp().matrix(), open);
}

Matrix linear_weights(const Matrix& queries, const Matrix& keys, const OpenCells& open) {
  return shares_of(elu_plus_one(queries), elu_plus_one(keys), open);
}

}  // namespace regard
