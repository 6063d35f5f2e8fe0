// SPDX-License-Identifier: Apache-2.0
// Things in a plane so that their distances come as near as they can to given ones: classical multidimensional scaling
// (Torgerson 1952). Eigenvectors by Eigen. Pure; any thread.
#pragma once

#include "core/base/matrix.h"

#include <vector>

namespace regard {

struct PlaneMap {
  Matrix points{};  ///< [N, 2]; on each axis the coordinate farthest from 0 (the first of equals) is positive
  float explained =
      0.0F;  ///< (λ₁ + λ₂) / Σ|λ| of the doubly centred matrix, λ below 0 counted as 0 above the line; 0 for no distance
};

/// Of symmetric distances [N, N].
[[nodiscard]] PlaneMap classical_scaling(const Matrix& distances);

}  // namespace regard
