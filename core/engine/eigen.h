// SPDX-License-Identifier: Apache-2.0
// Eigen as the engine uses it: on the calling thread only, because the loops around it are what runs in parallel. Included by
// .cpp files alone; it takes seconds to compile. Internal to the engine.
#pragma once

#define EIGEN_DONT_PARALLELIZE

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 warns about its own AVX-512 header, which starts some registers undefined on purpose, wherever it is inlined.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <Eigen/Core>
