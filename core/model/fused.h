// SPDX-License-Identifier: Apache-2.0
// Matrices that a file stores glued together or turned, taken apart. For the files of the model families.
#pragma once

#include "core/base/range.h"
#include "core/model/weights.h"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace regard {

using Storage = std::vector<std::shared_ptr<const void>>;

/// Rows [first, first + count) of y = x·Wᵀ + b, a view.
[[nodiscard]] Linear output_rows(const Linear& fused, std::size_t first, std::size_t count);

/// Rows of a matrix whose outputs are laid out [heads, parts, head_dim]: those of `count` parts of each head, heads side by side. A
/// copy, which `storage` keeps; as float32 where the numbers have their scales apart.
[[nodiscard]] Linear output_part(const Linear& fused, std::size_t heads, std::size_t parts, std::size_t part,
                                 Storage& storage, std::size_t count = 1);

/// y = scale ⊙ (x·Wᵀ + b): the same matrix with its outputs scaled, a copy in float32, which `storage` keeps.
[[nodiscard]] Linear scaled_outputs(const Linear& linear, const std::vector<float>& scale, Storage& storage);

/// Blocks of rows of a matrix in another order, one below the other. A copy, which `storage` keeps.
[[nodiscard]] Linear gathered_rows(const Linear& fused, std::span<const Range> blocks, Storage& storage);

/// Blocks of inputs in another order, side by side. A copy, which `storage` keeps; as float32 where the numbers stand in blocks.
[[nodiscard]] Linear gathered_inputs(const Linear& linear, std::span<const Range> blocks, Storage& storage);

/// A matrix that the file stores [in, out] (GPT-2's Conv1D), not quantised: a view.
[[nodiscard]] Linear stored_by_input(TensorView matrix);

}  // namespace regard
