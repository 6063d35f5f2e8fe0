// SPDX-License-Identifier: Apache-2.0
// What the blocks of one forward pass share. Internal to the engine.
#pragma once

#include "core/engine/attention.h"
#include "core/engine/forward.h"
#include "core/engine/rope.h"

#include <cassert>
#include <cstddef>
#include <vector>

namespace regard {

/// Rows that live as long as one pass, shared by its layers.
struct LayerBuffers {
  Matrix read{};         ///< [T', D] what a block reads, where that is normalised
  Matrix inner{};        ///< [T', F] of the widest layer
  Matrix gate{};         ///< [T', F] of the widest layer with a gate
  Matrix gate_and_up{};  ///< [T', 2·F] where these lie by turns
  Matrix gated{};        ///< [T', H·d] of the widest layer whose head outputs go through a gate
  // Where a layer is a mixture of experts, of the tokens that go through one of them:
  Matrix expert_read{};     ///< [T', D] what they read
  Matrix expert_written{};  ///< [T', D] what the expert writes
  Matrix own_read{};        ///< [T', D] where router and experts have norms of their own
  // Where tokens bring rows of their own into layers:
  Matrix embedding{};               ///< [T', D] their embeddings ÷ √D
  Matrix token_rows{};              ///< [T', P] of the widest layer
  Matrix token_gate{};              ///< likewise
  std::vector<Matrix> predicted{};  ///< [S] of [T', D] where there are several streams: what a layer makes of them
  // Where a layer's attention is latent:
  Matrix latent_query{};  ///< [T', R] what queries come out of, where they do not come out of the stream
  Matrix latent_up{};     ///< [T', H·(n + v)] keys' own parts and values, head by head
  RotaryTables rotary;
  AttentionScratch attention{};
  Matrix encoded{};  ///< [S, D] of a decoder that looks at an encoder: what that one says
};

/// Of a pass. All at once: memory that is taken layer by layer is given back to the system after each run, and costs as much again.
[[nodiscard]] LayerBuffers layer_buffers(const Pass& pass);

/// Of a pass through the attention of one layer alone: nothing is taken for feed-forward blocks.
[[nodiscard]] LayerBuffers attention_buffers(const Pass& pass, std::size_t layer);

/// `count` rows of this width in a buffer that is at least as large; numbers of an earlier layer may be in them.
[[nodiscard]] inline Rows narrowed(Matrix& buffer, std::size_t count, std::size_t width) {
  assert(count <= buffer.rows && width <= buffer.cols);
  return {buffer.values.data(), count, width};
}

}  // namespace regard
