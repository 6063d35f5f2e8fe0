// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/ridge.h"

#include "core/base/eigen.h"

#include <Eigen/Cholesky>
#include <cassert>

namespace regard {
namespace {

using Table = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using TableView = Eigen::Map<const Table>;
using NumbersView = Eigen::Map<const Eigen::VectorXd>;

constexpr double kLeastVariance = 1e-14;  // of the mean square: what rounding leaves of a constant

Eigen::Index as_index(std::size_t count) {
  return static_cast<Eigen::Index>(count);
}

}  // namespace

RidgeSums::RidgeSums(std::size_t feature_count, std::size_t class_count)
    : features(feature_count),
      classes(class_count),
      products(feature_count * feature_count),
      sums(feature_count),
      class_sums(class_count * feature_count),
      class_rows(class_count) {}

void RidgeSums::add(const Matrix& samples, std::span<const std::size_t> labels) {
  assert(samples.cols == features);
  if (samples.rows == 0) return;
  using FloatTable = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Table x =
      Eigen::Map<const FloatTable>(samples.values.data(), as_index(samples.rows), as_index(features)).cast<double>();
  Eigen::Map<Table>(products.data(), as_index(features), as_index(features))
      .selfadjointView<Eigen::Lower>()
      .rankUpdate(x.transpose());
  Eigen::Map<Eigen::VectorXd>(sums.data(), as_index(features)) += x.colwise().sum().transpose();
  Eigen::Map<Table> of_classes(class_sums.data(), as_index(classes), as_index(features));
  const std::size_t each = labels.size() / samples.rows;
  for (std::size_t label = 0; label < labels.size(); ++label) {
    of_classes.row(as_index(labels[label])) += x.row(as_index(label / each));
    class_rows[labels[label]] += 1.0;
  }
  rows += samples.rows;
}

std::size_t RidgeClassifier::classify(std::span<const float> sample, Range classes) const {
  const Eigen::VectorXd x = as_vector(sample).cast<double>();
  std::size_t best = classes.begin;
  double most = 0.0;
  for (std::size_t one = classes.begin; one < classes.end; ++one) {
    const double value = NumbersView(weights.data() + one * features, as_index(features)).dot(x) + bias[one];
    if (one == classes.begin || value > most) {
      best = one;
      most = value;
    }
  }
  return best;
}

RidgeClassifier solve_ridge(RidgeSums sums, double shrinkage) {
  const Eigen::Index features = as_index(sums.features), classes = as_index(sums.classes);
  const auto count = static_cast<double>(sums.rows);
  const Eigen::VectorXd mean = NumbersView(sums.sums.data(), features) / count;
  const NumbersView of_class(sums.class_rows.data(), classes);
  Eigen::Map<Table> covariance(sums.products.data(), features, features);  // in place: it is the largest of all by far
  covariance /= count;
  const Eigen::VectorXd squares = covariance.diagonal();
  covariance.noalias() -= mean * mean.transpose();
  Eigen::VectorXd scale(features);  // 1 / standard deviation
  for (Eigen::Index at = 0; at < features; ++at) {
    const double variance = covariance(at, at);
    scale[at] = variance > kLeastVariance * squares[at] ? 1.0 / std::sqrt(variance) : 0.0;
  }
  covariance.array().colwise() *= scale.array();
  covariance.array().rowwise() *= scale.transpose().array();
  covariance.diagonal().array() += shrinkage;
  const Table targets =
      scale.asDiagonal() * ((TableView(sums.class_sums.data(), classes, features).transpose() / count) -
                            mean * (of_class / count).transpose());  // [F, classes]
  const Eigen::LLT<Eigen::Ref<Table>, Eigen::Lower> factor(covariance);
  const Table weights = (scale.asDiagonal() * factor.solve(targets)).transpose();  // [classes, F]
  const Eigen::VectorXd bias = of_class / count - weights * mean;
  RidgeClassifier result{.features = sums.features};
  result.weights.assign(weights.data(), weights.data() + weights.size());
  result.bias.assign(bias.data(), bias.data() + bias.size());
  return result;
}

}  // namespace regard
