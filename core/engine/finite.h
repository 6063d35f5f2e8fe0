// SPDX-License-Identifier: Apache-2.0
// Weights that are damaged, or interventions that are too strong, must not end in numbers that look plausible.
#pragma once

#include "core/engine/forward.h"

#include <cstddef>

namespace regard {

/// What the pass computed in a layer. Throws Error: "not_finite_heads" with the heads whose queries, keys or values are broken
/// while others are sound, "not_finite" where every head is or only the stream; both with the layer.
void check_finite(const Pass& pass, std::size_t layer);

}  // namespace regard
