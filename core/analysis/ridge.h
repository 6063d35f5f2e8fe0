// SPDX-License-Identifier: Apache-2.0
// A linear classifier by ridge regression on one-hot labels, in closed form, from sums over samples: memory grows with features², never
// with samples (Hastie et al. 2009, §3.4.1 and §4.2). Pure; any thread; on the calling thread alone.
#pragma once

#include "core/base/matrix.h"
#include "core/base/range.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// Σ over samples of F features. Several labellings may be learned from the same samples: each has classes of its own.
struct RidgeSums {
  std::size_t features = 0, classes = 0;
  std::size_t rows = 0;
  std::vector<double> products{};    ///< [F, F] Σ x xᵀ, the lower triangle
  std::vector<double> sums{};        ///< [F] Σ x
  std::vector<double> class_sums{};  ///< [classes, F] Σ x of the samples in the class
  std::vector<double> class_rows{};  ///< [classes] samples in the class

  RidgeSums(std::size_t feature_count, std::size_t class_count);
  /// `samples` [n, F]; `labels` [n · k]: the k classes of each.
  void add(const Matrix& samples, std::span<const std::size_t> labels);
};

struct RidgeClassifier {
  std::size_t features = 0;
  std::vector<double> weights{};  ///< [classes, F]
  std::vector<double> bias{};     ///< [classes]
  /// The class of the largest value among some.
  [[nodiscard]] std::size_t classify(std::span<const float> sample, Range classes) const;
};

/// Minimises mean |y − W z − b|² + shrinkage·|W|², z being the features less their means over their standard deviations (features that
/// never change are left out). In the memory of `sums` (move them): beside it some [classes, F] are in use.
[[nodiscard]] RidgeClassifier solve_ridge(RidgeSums sums, double shrinkage);

}  // namespace regard
