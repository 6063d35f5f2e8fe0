// SPDX-License-Identifier: Apache-2.0
// Things in a plane so that their distances come as near as they can to given ones: classical multidimensional scaling
// (Torgerson 1952). Pure; any thread.
#pragma once

#include "core/base/matrix.h"
#include "core/base/progress.h"

#include <stop_token>

namespace regard {

struct PlaneMap {
  Matrix points{};  ///< [N, 2]; on each axis the coordinate farthest from 0 (the first of equals) is positive
  float explained =
      0.0F;  ///< (λ₁ + λ₂) / Σ|λ| of the doubly centred matrix, λ below 0 counted as 0 above the line; 0 for no distance
};

/// Of symmetric distances [N, N]. All eigenvalues are found (Σ|λ| needs them), but only the two eigenvectors that are drawn: 4/3·N³
/// multiply-adds, N pieces of them between which it can be stopped. The same distances give the same points. `progress` goes on
/// from where it stands to 1. Throws Cancelled.
[[nodiscard]] PlaneMap classical_scaling(const Matrix& distances, const std::stop_token& stop = {},
                                         Progress* progress = nullptr);

}  // namespace regard
