// SPDX-License-Identifier: Apache-2.0
// What the blocks of one forward pass share. Internal to the engine.
#pragma once

#include "core/engine/attention.h"
#include "core/engine/forward.h"
#include "core/engine/rope.h"

#include <cstddef>

namespace regard {

/// Rows that live as long as one pass, shared by its layers.
struct LayerBuffers {
  Matrix read{};   ///< [T', D] what a block reads, where that is normalised
  Matrix inner{};  ///< [T', F]
  Matrix gate{};   ///< [T', F]
  RotaryTables rotary;
  AttentionScratch attention{};
  Matrix encoded{};  ///< [S, D] of a decoder that looks at an encoder: what that one says
};

/// The buffer with so many rows and columns; numbers of an earlier layer may be in it.
[[nodiscard]] inline Rows sized(Matrix& buffer, std::size_t rows, std::size_t cols) {
  if (buffer.rows != rows || buffer.cols != cols) buffer = Matrix(rows, cols);
  return all_rows(buffer);
}

}  // namespace regard
