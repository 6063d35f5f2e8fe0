// SPDX-License-Identifier: Apache-2.0
// The queries and keys of layer 0 where positions are added to the embedding: each token of a text read at every place. Private to
// core/analysis.
#pragma once

#include "core/base/matrix.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <span>
#include <stop_token>

namespace regard {

struct PlacedTokens {
  Matrix queries{};        ///< [places, H·d] mean over the tokens
  Matrix keys{};           ///< [places, G·d]
  std::size_t tokens = 0;  ///< those that take a place of their own
};
/// Of some tokens of the run. Throws Cancelled.
[[nodiscard]] PlacedTokens place_tokens(const Trace& trace, std::span<const std::size_t> tokens, std::size_t places,
                                        const std::stop_token& stop);

}  // namespace regard
