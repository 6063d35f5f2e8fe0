// SPDX-License-Identifier: Apache-2.0
// What a head's scores are the sum of. Pure; any thread.
#pragma once

#include "core/base/matrix.h"
#include "core/base/range.h"
#include "core/trace/trace.h"

#include <vector>

namespace regard {

enum class ScorePartKind {
  content,              ///< q·k
  rotary,               ///< of latent attention: the dimensions that are turned
  position,             ///< a number for the distance (ALiBi, T5)
  content_to_position,  ///< DeBERTa: the query with the key of the offset
  position_to_content   ///< DeBERTa: the key with the query of the offset
};

struct ScorePart {
  ScorePartKind kind = ScorePartKind::content;
  Matrix scores{};  ///< [queries, keys], scaled; their sum is what scores() gives before cap and interventions
};

/// The parts of a tile, in the order they are added; one part `content` where positions add nothing. Tokens stand where
/// interventions put them.
[[nodiscard]] std::vector<ScorePart> score_parts(const Trace& trace, HeadRef head, Range queries, Range keys);

}  // namespace regard
