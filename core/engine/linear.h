// SPDX-License-Identifier: Apache-2.0
// Products with the matrices of a checkpoint, whatever their type in the file. Uses all cores where the work is worth it.
#pragma once

#include "core/engine/rows.h"
#include "core/model/weights.h"

#include <cstddef>
#include <span>
#include <stop_token>

namespace regard {

/// out = x·Wᵀ + b. x [n × in], out [n × out]. 16-bit weights are widened by blocks of rows. Throws Cancelled between blocks.
void project(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop);

/// One row of a table of embeddings, widened; target has its width.
void copy_row(const TensorView& table, std::size_t row, std::span<float> target);

/// The same, added to what is in target.
void add_row(const TensorView& table, std::size_t row, std::span<float> target);

/// out = a + b, element by element.
void add(ConstRows a, ConstRows b, Rows out);

}  // namespace regard
