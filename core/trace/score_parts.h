// SPDX-License-Identifier: Apache-2.0
// The terms that a head's scores are sums of: what the tokens are, and where they stand. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

enum class ScorePartKind {
  content,   ///< q·k · scale; of a head whose scores have other terms, what positions do not move
  rotary,    ///< of queries and keys that are turned, where those are vectors of their own (latent attention)
  position,  ///< a number for the distance: ALiBi's −slope·(i − j), T5's bias
  content_to_position,  ///< DeBERTa: of the query and the place of the key
  position_to_content,  ///< DeBERTa: of the place of the query and the key
};
inline constexpr std::size_t score_part_kinds = 5;

struct ScorePart {
  ScorePartKind kind = ScorePartKind::content;
  Matrix scores{};  ///< [queries, keys], scaled; their sum is what scores() gives before cap and interventions
};

/// Any tile of every term of a head's scores, `content` first; that alone where the head adds nothing to it. Tokens stand where
/// interventions put them.
[[nodiscard]] std::vector<ScorePart> score_parts(const Trace& trace, HeadRef head, Range queries, Range keys);

/// Which terms a head has, in the order of score_parts(). `trace` has a token.
[[nodiscard]] std::vector<ScorePartKind> kinds_of_parts(const Trace& trace, HeadRef head);

/// The term of that kind; null where there is none.
[[nodiscard]] const ScorePart* part_of(std::span<const ScorePart> parts, ScorePartKind kind);

}  // namespace regard
