// SPDX-License-Identifier: Apache-2.0
// What a score is made of where a head adds up several products: a grid for each. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <vector>

namespace regard {

enum class ScorePartKind { content, rotary, position, content_to_position, position_to_content };

struct ScorePart {
  ScorePartKind kind = ScorePartKind::content;
  Matrix scores{};  ///< [queries, keys], scaled; their sum is what scores() gives before cap and interventions
};

/// Latent attention: the product of the dimensions that are not turned (content), and that of the turned ones with the key that all
/// heads share (rotary). One part `content` where a head adds nothing.
[[nodiscard]] std::vector<ScorePart> score_parts(const Trace& trace, HeadRef head, Range queries, Range keys);

}  // namespace regard
