// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/classical_scaling.h"

#include "core/analysis/symmetric_eigen.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace regard {
namespace {

/// −½·J·D²·J with J = 1 − 11ᵀ/N.
Eigen::MatrixXd doubly_centred(const Matrix& distances) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size = static_cast<Eigen::Index>(distances.rows);
  Eigen::MatrixXd centred =
      -0.5 * Eigen::Map<const RowMajor>(distances.values.data(), size, size).cast<double>().cwiseAbs2();
  const Eigen::VectorXd rows = centred.rowwise().mean();
  const Eigen::RowVectorXd cols = centred.colwise().mean();
  centred.colwise() -= rows;
  centred.rowwise() -= cols;
  centred.array() += rows.mean();
  return centred;
}

}  // namespace

PlaneMap classical_scaling(const Matrix& distances, const std::stop_token& stop, Progress* progress) {
  assert(distances.rows == distances.cols);
  PlaneMap map{Matrix(distances.rows, 2)};
  if (distances.rows < 2) return map;
  const LargestEigen eigen = largest_eigen(doubly_centred(distances), 2, stop, progress);
  double explained = 0.0;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const auto which = static_cast<Eigen::Index>(axis);
    const double value = std::max(0.0, eigen.values[eigen.values.size() - 1 - which]);
    Eigen::VectorXd along = eigen.vectors.col(which) * std::sqrt(value);
    Eigen::Index farthest = 0;
    along.cwiseAbs().maxCoeff(&farthest);
    if (along[farthest] < 0.0) along = -along;
    for (std::size_t point = 0; point < map.points.rows; ++point)
      map.points(point, axis) = static_cast<float>(along[static_cast<Eigen::Index>(point)]);
    explained += value;
  }
  const double all = eigen.values.cwiseAbs().sum();
  map.explained = all > 0.0 ? static_cast<float>(explained / all) : 0.0F;
  return map;
}

}  // namespace regard
