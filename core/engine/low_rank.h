// SPDX-License-Identifier: Apache-2.0
// What adapters add to a product with a matrix (LoRA, Hu et al. 2021; DoRA, Liu et al. 2024). Internal to the engine.
#pragma once

#include "core/engine/rows.h"
#include "core/model/weights.h"

#include <stop_token>

namespace regard {

/// `out` holds x·Wᵀ + b and becomes the product with the adapted matrix, plus b. Throws Cancelled.
void add_adapters(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop);

}  // namespace regard
