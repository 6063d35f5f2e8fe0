// SPDX-License-Identifier: Apache-2.0
// What adapters add to a product with a matrix (LoRA, Hu et al. 2021; DoRA, Liu et al. 2024). Internal to the engine.
#pragma once

#include "core/engine/rows.h"
#include "core/model/weights.h"

#include <cstddef>
#include <span>
#include <stop_token>

namespace regard {

/// `out` holds x·Wᵀ + b and becomes the product with the adapted matrix, plus b. Throws Cancelled.
void add_adapters(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop);

/// `row` holds the row of W that makes one output, [in], and becomes that of the adapted matrix.
void adapt_row(const Linear& linear, std::size_t output, std::span<float> row);

}  // namespace regard
