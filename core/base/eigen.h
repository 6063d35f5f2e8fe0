// SPDX-License-Identifier: Apache-2.0
// Rows of our matrices as vectors of Eigen, without a copy: dot products, norms, projections. On the calling thread only,
// because the loops around it are what runs in parallel. The forward pass has kernels of its own (multiply.h). Included by
// .cpp files alone; it takes seconds to compile.
#pragma once

#define EIGEN_DONT_PARALLELIZE

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 warns about its own AVX-512 header, which starts some registers undefined on purpose, wherever it is inlined.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <Eigen/Core>

#include <span>

namespace regard {

using VectorView = Eigen::Map<const Eigen::VectorXf>;

/// Borrows the row.
[[nodiscard]] inline VectorView as_vector(std::span<const float> row) {
  return {row.data(), static_cast<Eigen::Index>(row.size())};
}

}  // namespace regard
