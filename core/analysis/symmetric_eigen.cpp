// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/symmetric_eigen.h"

#include "core/base/random.h"

#include <Eigen/Eigenvalues>
#include <Eigen/Householder>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace regard {
namespace {

constexpr int kInverseIterations = 4;   ///< two do, where rounding is kind
constexpr double kLeastPivot = 1e-140;  ///< of a matrix of noughts: squares of its inverse are still finite

/// Q·T·Qᵀ: T has three diagonals, Q is a product of reflections 1 − scale·v·vᵀ.
struct ThreeDiagonals {
  Eigen::VectorXd diagonal{};    ///< [N]
  Eigen::VectorXd below{};       ///< [N − 1], and above
  Eigen::MatrixXd reflectors{};  ///< below the diagonal of column k: v of the k-th, the first one outermost
  Eigen::VectorXd scales{};      ///< [N − 1]
};

ThreeDiagonals three_diagonals(Eigen::MatrixXd matrix, const std::stop_token& stop, Progress* progress) {
  const Eigen::Index size = matrix.rows();
  const float begin = progress != nullptr ? progress->fraction.load() : 0.0F;
  ThreeDiagonals found{Eigen::VectorXd(size), Eigen::VectorXd(size - 1), {}, Eigen::VectorXd(size - 1)};
  for (Eigen::Index column = 0; column + 1 < size; ++column) {
    throw_if_stopped(stop);
    const Eigen::Index rest = size - column - 1;
    auto reflector = matrix.col(column).tail(rest);
    reflector.makeHouseholderInPlace(found.scales[column], found.below[column]);
    reflector[0] = 1.0;
    const double scale = found.scales[column];
    auto corner = matrix.bottomRightCorner(rest, rest);
    Eigen::VectorXd step = corner.selfadjointView<Eigen::Lower>() * (scale * reflector);
    step -= 0.5 * scale * step.dot(reflector) * reflector;
    corner.selfadjointView<Eigen::Lower>().rankUpdate(reflector, step, -1.0);
    if (progress != nullptr) {
      const double left = static_cast<double>(rest) / static_cast<double>(size);
      progress->fraction = begin + (1.0F - begin) * static_cast<float>(1.0 - left * left * left);
    }
  }
  found.diagonal = matrix.diagonal();
  found.reflectors = std::move(matrix);
  return found;
}

/// (T − shift)⁻¹·x by elimination with exchanged rows; what is smaller than `least` is divided by it instead.
Eigen::VectorXd solved(const ThreeDiagonals& of, double shift, double least, Eigen::VectorXd x) {
  const Eigen::Index size = of.diagonal.size();
  Eigen::VectorXd pivots = of.diagonal.array() - shift;
  Eigen::VectorXd above = Eigen::VectorXd::Zero(size), second = Eigen::VectorXd::Zero(size);  // right of the pivots
  above.head(size - 1) = of.below;
  for (Eigen::Index row = 0; row + 1 < size; ++row) {
    const double below = of.below[row];
    if (std::abs(below) > std::abs(pivots[row])) {
      const double factor = pivots[row] / below;
      pivots[row] = below;
      second[row] = std::exchange(above[row + 1], -factor * above[row + 1]);
      const double next = pivots[row + 1];
      pivots[row + 1] = std::exchange(above[row], next) - factor * next;
      std::swap(x[row], x[row + 1]);
      x[row + 1] -= factor * x[row];
      continue;
    }
    if (pivots[row] == 0.0) continue;  // and so is what stands below
    const double factor = below / pivots[row];
    pivots[row + 1] -= factor * above[row];
    x[row + 1] -= factor * x[row];
  }
  for (Eigen::Index row = size - 1; row >= 0; --row) {
    if (row + 1 < size) x[row] -= above[row] * x[row + 1];
    if (row + 2 < size) x[row] -= second[row] * x[row + 2];
    x[row] /= std::abs(pivots[row]) < least ? std::copysign(least, pivots[row]) : pivots[row];
  }
  return x;
}

Eigen::VectorXd start_vector(Eigen::Index size, Eigen::Index which) {
  Random random(static_cast<std::uint64_t>(which));
  Eigen::VectorXd start(size);
  for (double& number : start)
    number = static_cast<double>(random.uniform()) - 0.5;
  return start.normalized();
}

/// Q·x.
Eigen::VectorXd reflected(const ThreeDiagonals& of, Eigen::VectorXd x) {
  for (Eigen::Index column = of.scales.size() - 1; column >= 0; --column) {
    const Eigen::Index rest = x.size() - column - 1;
    const auto reflector = of.reflectors.col(column).tail(rest);
    x.tail(rest) -= of.scales[column] * reflector.dot(x.tail(rest)) * reflector;
  }
  return x;
}

}  // namespace

LargestEigen largest_eigen(Eigen::MatrixXd matrix, Eigen::Index count, const std::stop_token& stop,
                           Progress* progress) {
  const Eigen::Index size = matrix.rows();
  assert(size == matrix.cols() && count >= 1 && count <= size);
  if (size == 1) return {matrix.col(0), Eigen::MatrixXd::Ones(1, 1)};
  const ThreeDiagonals three = three_diagonals(std::move(matrix), stop, progress);
  throw_if_stopped(stop);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(three.diagonal, three.below, Eigen::EigenvaluesOnly);
  LargestEigen found{solver.eigenvalues(), Eigen::MatrixXd(size, count)};
  const double largest = found.values.cwiseAbs().maxCoeff();
  const double least = std::max(std::numeric_limits<double>::epsilon() * largest, kLeastPivot);
  Eigen::MatrixXd in_three(size, count);
  for (Eigen::Index which = 0; which < count; ++which) {
    Eigen::VectorXd x = start_vector(size, which);
    for (int iteration = 0; iteration < kInverseIterations; ++iteration) {
      x = solved(three, found.values[size - 1 - which], least, std::move(x)).normalized();
      for (Eigen::Index before = 0; before < which; ++before)  // of eigenvalues that are near each other, too
        x -= in_three.col(before).dot(x) * in_three.col(before);
      x.normalize();
    }
    in_three.col(which) = x;
    found.vectors.col(which) = reflected(three, std::move(x));
  }
  if (progress != nullptr) progress->fraction = 1.0F;
  return found;
}

}  // namespace regard
