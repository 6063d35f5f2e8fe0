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
  Matrix inner{};  ///< [T', F] of the widest layer
  Matrix gate{};   ///< [T', F] of the widest layer with a gate
  RotaryTables rotary;
  AttentionScratch attention{};
  Matrix encoded{};  ///< [S, D] of a decoder that looks at an encoder: what that one says
};

/// Of a pass. All at once: memory that is taken layer by layer is given back to the system after each run, and costs as much again.
[[nodiscard]] LayerBuffers layer_buffers(const Pass& pass);

/// As many rows of this width as the buffer has; numbers of an earlier layer may be in them.
[[nodiscard]] inline Rows narrowed(Matrix& buffer, std::size_t width) {
  return {buffer.values.data(), buffer.rows, width};
}

}  // namespace regard
