// SPDX-License-Identifier: Apache-2.0
// All eigenvalues of a symmetric matrix and the eigenvectors of the largest few, in pieces that can be stopped: Householder's reduction
// to three diagonals, QR iterations there (by Eigen), inverse iteration for the vectors (Golub & Van Loan 2013, 8.2–8.4). Pure; any
// thread; on the calling thread alone; the same matrix gives the same numbers. Included by .cpp files alone, as eigen.h.
#pragma once

#include "core/base/eigen.h"
#include "core/base/progress.h"

#include <stop_token>

namespace regard {

struct LargestEigen {
  Eigen::VectorXd values{};   ///< [N] all, the smallest first
  Eigen::MatrixXd vectors{};  ///< [N, count] of length 1, of the largest eigenvalue first; each of either sign
};

/// Of a symmetric matrix [N, N], whose lower half is read; 1 ≤ count ≤ N. `progress` goes on from where it stands to 1. Throws Cancelled.
[[nodiscard]] LargestEigen largest_eigen(Eigen::MatrixXd matrix, Eigen::Index count, const std::stop_token& stop = {},
                                         Progress* progress = nullptr);

}  // namespace regard
