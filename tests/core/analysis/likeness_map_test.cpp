// SPDX-License-Identifier: Apache-2.0
// What is made of distances: points in a plane, and clusters.
#include "core/analysis/classical_scaling.h"
#include "core/analysis/clusters.h"
#include "core/analysis/symmetric_eigen.h"
#include "core/base/random.h"

#include <gtest/gtest.h>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using Numbers = std::vector<std::size_t>;

Matrix distances_between(const std::vector<std::array<double, 3>>& points) {
  Matrix distances(points.size(), points.size());
  for (std::size_t a = 0; a < points.size(); ++a)
    for (std::size_t b = 0; b < points.size(); ++b)
      distances(a, b) = static_cast<float>(
          std::hypot(points[a][0] - points[b][0], points[a][1] - points[b][1], points[a][2] - points[b][2]));
  return distances;
}

TEST(ClassicalScaling, FindsPointsOfAPlaneAgain) {
  const Matrix distances = distances_between({{0, 0, 0}, {3, 0, 0}, {3, 1, 0}, {-2, 1, 0}, {0, -1, 0}});
  const PlaneMap map = classical_scaling(distances);
  EXPECT_NEAR(map.explained, 1.0, 1e-5);
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = 0; b < 5; ++b)
      EXPECT_NEAR(std::hypot(map.points(a, 0) - map.points(b, 0), map.points(a, 1) - map.points(b, 1)), distances(a, b),
                  1e-5);
  // The longer axis first, the farthest point of each at its positive end.
  for (std::size_t axis = 0; axis < 2; ++axis) {
    std::size_t farthest = 0;
    for (std::size_t point = 0; point < 5; ++point)
      if (std::abs(map.points(point, axis)) > std::abs(map.points(farthest, axis)) + 1e-5F) farthest = point;
    EXPECT_GT(map.points(farthest, axis), 0.0F);
  }
}

TEST(ClassicalScaling, SaysHowMuchOfSpaceThePlaneKeeps) {
  // Along the axes of space ±3, ±2, ±1: the squares add up to 18, 8 and 2.
  const PlaneMap map =
      classical_scaling(distances_between({{3, 0, 0}, {-3, 0, 0}, {0, 2, 0}, {0, -2, 0}, {0, 0, 1}, {0, 0, -1}}));
  EXPECT_NEAR(map.explained, 26.0 / 28.0, 1e-5);
}

TEST(ClassicalScaling, PutsWhatIsOneAndTheSameInOnePlace) {
  const PlaneMap map = classical_scaling(Matrix(3, 3));
  EXPECT_EQ(map.points, Matrix(3, 2));
  EXPECT_EQ(map.explained, 0.0F);
  EXPECT_EQ(classical_scaling(Matrix(1, 1)).points, Matrix(1, 2));
}

TEST(ClassicalScaling, StopsBetweenItsPieces) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)classical_scaling(distances_between({{0, 0, 0}, {3, 0, 0}, {0, 1, 0}}), stop.get_token()),
               Cancelled);
}

TEST(ClassicalScaling, TellsHowFarItIsFromWhereTheWorkBeforeItStopped) {
  Progress progress;
  progress.fraction = 0.9F;
  (void)classical_scaling(distances_between({{0, 0, 0}, {3, 0, 0}, {0, 1, 0}}), {}, &progress);
  EXPECT_EQ(progress.fraction.load(), 1.0F);
}

/// Q·diag(values)·Qᵀ with a random Q.
Eigen::MatrixXd symmetric_with(const Eigen::VectorXd& values, std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd numbers(values.size(), values.size());
  for (double& number : numbers.reshaped())
    number = static_cast<double>(random.normal());
  const Eigen::MatrixXd turned = Eigen::HouseholderQR<Eigen::MatrixXd>(numbers).householderQ();
  const Eigen::MatrixXd product = turned * values.asDiagonal() * turned.transpose();
  return 0.5 * (product + product.transpose());
}

/// Every vector is one of its eigenvalue and stands upright on the others.
void expect_eigen(const Eigen::MatrixXd& matrix, Eigen::Index count) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> whole(matrix);
  const LargestEigen found = largest_eigen(matrix, count);
  const double largest = std::max(1e-30, whole.eigenvalues().cwiseAbs().maxCoeff());
  ASSERT_EQ(found.values.size(), matrix.rows());
  EXPECT_LT((found.values - whole.eigenvalues()).cwiseAbs().maxCoeff(), 1e-12 * largest);
  const Eigen::MatrixXd products = found.vectors.transpose() * found.vectors;
  EXPECT_LT((products - Eigen::MatrixXd::Identity(count, count)).cwiseAbs().maxCoeff(), 1e-12);
  for (Eigen::Index which = 0; which < count; ++which) {
    const Eigen::VectorXd vector = found.vectors.col(which);
    const double value = found.values[matrix.rows() - 1 - which];
    EXPECT_LT((matrix * vector - value * vector).norm(), 1e-11 * largest) << matrix.rows() << ", number " << which;
  }
}

TEST(LargestEigen, AreThoseOfEigensFullSolver) {
  for (Eigen::Index size = 1; size < 60; size += 1 + size / 4) {
    Random random(static_cast<std::uint64_t>(size));
    Eigen::VectorXd values(size);
    for (double& value : values)
      value = static_cast<double>(random.normal());
    expect_eigen(symmetric_with(values, static_cast<std::uint64_t>(size)), std::min<Eigen::Index>(size, 3));
  }
}

TEST(LargestEigen, AreFoundWhereTheyAreNearlyOrExactlyEqual) {
  for (const double gap : {1e-3, 1e-9, 1e-13, 0.0}) {
    Eigen::VectorXd values = Eigen::VectorXd::LinSpaced(40, -3.0, 1.0);
    values.tail(3) << 2.0 - 2.0 * gap, 2.0 - gap, 2.0;
    expect_eigen(symmetric_with(values, 7), 3);
  }
  expect_eigen(Eigen::MatrixXd::Zero(5, 5), 2);
  expect_eigen(Eigen::MatrixXd::Identity(5, 5), 2);
  expect_eigen(Eigen::VectorXd::LinSpaced(6, -1.0, 1.0).asDiagonal().toDenseMatrix(), 2);
  expect_eigen(1e-12 * symmetric_with(Eigen::VectorXd::LinSpaced(12, -1.0, 1.0), 3), 2);
}

TEST(LargestEigen, AreTheSameEveryTime) {
  const Eigen::MatrixXd matrix = symmetric_with(Eigen::VectorXd::LinSpaced(30, -1.0, 1.0), 5);
  EXPECT_EQ(largest_eigen(matrix, 2).vectors, largest_eigen(matrix, 2).vectors);
}

/// Averages over the pairs of members, every time anew.
std::vector<double> plain_heights(const Matrix& distances) {
  std::vector<Numbers> clusters;
  for (std::size_t thing = 0; thing < distances.rows; ++thing)
    clusters.push_back({thing});
  std::vector<double> heights;
  while (clusters.size() > 1) {
    std::size_t best_a = 0, best_b = 1;
    double least = 1e9;
    for (std::size_t a = 0; a < clusters.size(); ++a)
      for (std::size_t b = a + 1; b < clusters.size(); ++b) {
        double sum = 0.0;
        for (const std::size_t one : clusters[a])
          for (const std::size_t other : clusters[b])
            sum += static_cast<double>(distances(one, other));
        const double mean = sum / static_cast<double>(clusters[a].size() * clusters[b].size());
        if (mean < least) {
          least = mean;
          best_a = a;
          best_b = b;
        }
      }
    heights.push_back(least);
    clusters[best_a].insert(clusters[best_a].end(), clusters[best_b].begin(), clusters[best_b].end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(best_b));
  }
  return heights;
}

TEST(Clusters, AreJoinedAtTheMeanOfTheirPairs) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Random random(seed);
    std::vector<std::array<double, 3>> points(2 + seed * 3);
    for (std::array<double, 3>& point : points)
      for (double& coordinate : point)
        coordinate = static_cast<double>(random.uniform());
    const Matrix distances = distances_between(points);
    const std::vector<Merge> merges = average_linkage(distances);
    const std::vector<double> heights = plain_heights(distances);
    ASSERT_EQ(merges.size(), heights.size());
    for (std::size_t merge = 0; merge < merges.size(); ++merge)
      EXPECT_NEAR(merges[merge].distance, heights[merge], 1e-6);
  }
}

TEST(Clusters, OfALineOfPoints) {
  // 0 and 0.1; 1 and 1.1; 5.
  const Matrix distances = distances_between({{1, 0, 0}, {0, 0, 0}, {5, 0, 0}, {1.1, 0, 0}, {0.1, 0, 0}});
  const std::vector<Merge> merges = average_linkage(distances);
  ASSERT_EQ(merges.size(), 4U);
  EXPECT_NEAR(merges[2].distance, 1.0, 1e-6) << "the mean of 1, 1.1, 0.9 and 1";
  EXPECT_NEAR(merges[3].distance, (4 + 5 + 3.9 + 4.9) / 4.0, 1e-6);
  EXPECT_EQ(clusters_below(merges, 0.05), (Numbers{0, 1, 2, 3, 4}));
  EXPECT_EQ(clusters_below(merges, 0.5), (Numbers{0, 1, 2, 0, 1}));
  EXPECT_EQ(clusters_below(merges, 2.0), (Numbers{0, 0, 1, 0, 0}));
  EXPECT_EQ(clusters_below(merges, 9.0), (Numbers{0, 0, 0, 0, 0}));
  Numbers order = leaf_order(merges);
  const auto place = [&](std::size_t thing) { return std::ranges::find(order, thing) - order.begin(); };
  EXPECT_EQ(std::abs(place(0) - place(3)), 1);
  EXPECT_EQ(std::abs(place(1) - place(4)), 1);
  std::ranges::sort(order);
  EXPECT_EQ(order, (Numbers{0, 1, 2, 3, 4}));
}

TEST(Clusters, OfOneThing) {
  EXPECT_TRUE(average_linkage(Matrix(1, 1)).empty());
  EXPECT_EQ(leaf_order({}), Numbers{0});
  EXPECT_EQ(clusters_below({}, 1.0), Numbers{0});
}

}  // namespace
}  // namespace regard
