// SPDX-License-Identifier: Apache-2.0
// What the mixers that keep a state have in common. Internal to the engine; pure, any thread.
#pragma once

#include "core/base/matrix.h"
#include "core/model/weights.h"

#include <cstddef>
#include <span>

namespace regard {

/// silu(bias + Σ_lag kernel[channel, last − lag]·x_{t − lag}), channel by channel: row `row` of x, which is number `position` of its text.
void convolve(const Matrix& x, std::size_t row, std::size_t position, const StateWeights& w, std::span<float> out);

/// log(1 + e^x)
[[nodiscard]] float softplus(float x);

}  // namespace regard
