// SPDX-License-Identifier: Apache-2.0
// The random directions of Performer's features (FAVOR+, Choromanski et al. 2020, https://arxiv.org/abs/2009.14794). Pure; any thread.
#pragma once

#include "core/base/matrix.h"

#include <cstddef>
#include <cstdint>

namespace regard {

/// Random directions ω, [features, dimensions]: each Gaussian by itself, those of a block of `dimensions` orthogonal to each other. The same
/// seed gives the same ones everywhere.
[[nodiscard]] Matrix orthogonal_gaussian(std::size_t features, std::size_t dimensions, std::uint64_t seed);

}  // namespace regard
