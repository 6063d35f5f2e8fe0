// SPDX-License-Identifier: Apache-2.0
#include "core/trace/random_directions.h"

#include "core/base/eigen.h"
#include "core/base/random.h"

#include <algorithm>

namespace regard {
namespace {

using Directions = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace

Matrix orthogonal_gaussian(std::size_t features, std::size_t dimensions, std::uint64_t seed) {
  Random random(seed);
  const auto gaussian = [&](Eigen::VectorXd& row) {
    for (double& value : row)
      value = static_cast<double>(random.normal());
  };
  Matrix directions(features, dimensions);
  Directions block(static_cast<Eigen::Index>(dimensions), static_cast<Eigen::Index>(dimensions));
  Eigen::VectorXd row(static_cast<Eigen::Index>(dimensions)), lengths(static_cast<Eigen::Index>(dimensions));
  for (std::size_t at = 0; at < features; ++at) {
    const auto place = static_cast<Eigen::Index>(at % dimensions);
    do {  // Gram and Schmidt, twice: what rounding left of the others is taken away, too
      gaussian(row);
      for (int turn = 0; turn < 2; ++turn)
        row -= block.topRows(place).transpose() * (block.topRows(place) * row);
    } while (row.norm() < 1e-6);
    block.row(place) = row.normalized();
    gaussian(lengths);  // as long as a Gaussian row is
    row = block.row(place).transpose() * lengths.norm();
    std::transform(row.begin(), row.end(), directions.row(at).begin(),
                   [](double value) { return static_cast<float>(value); });
  }
  return directions;
}

}  // namespace regard
