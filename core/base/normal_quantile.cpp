// SPDX-License-Identifier: Apache-2.0
#include "core/base/normal_quantile.h"

#include <cmath>
#include <numbers>

namespace regard {

double normal_share(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

double normal_quantile(double p) {
  constexpr int kHalvings = 100;  // of 80: more than a double holds
  double low = -40.0, high = 40.0;
  for (int halving = 0; halving < kHalvings; ++halving) {
    const double middle = 0.5 * (low + high);
    (normal_share(middle) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace regard
