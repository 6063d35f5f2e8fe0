// SPDX-License-Identifier: Apache-2.0
// Products with the matrices of a checkpoint, whatever their type in the file. Uses all cores where the work is worth it.
#pragma once

#include "core/engine/rows.h"
#include "core/model/weights.h"

#include <cstddef>
#include <span>
#include <stop_token>

namespace regard {

/// out = x·Wᵀ + b, with what adapters add. x [n × in], out [n × out]. The weights are read as they lie (core/base/kernels.h). Throws
/// Cancelled between panels of outputs.
void project(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop);

/// One row of a table of embeddings, widened; target has its width.
void copy_row(const TensorView& table, std::size_t row, std::span<float> target);

/// The same, added to what is in target.
void add_row(const TensorView& table, std::size_t row, std::span<float> target);

/// out = a + b, element by element.
void add(ConstRows a, ConstRows b, Rows out);

}  // namespace regard
