// SPDX-License-Identifier: Apache-2.0
// How the heads of a layer know where tokens stand, and whether one of their scores can be asked for at another distance with the same
// content. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <string_view>

namespace regard {

/// Of what a layer does itself; where it does nothing, of what was added to the embedding.
enum class PositionsKind {
  none,          ///< nothing tells places apart but the mask; so, too, where an intervention takes positions away
  learned,       ///< a row of a learned table is added to the embedding
  sinusoidal,    ///< sines and cosines are added to it
  relative,      ///< T5: a learned number for each bucket of distances is added to the score
  alibi,         ///< −slope·(i − j) is added to it
  rotary,        ///< queries and keys are turned by their places
  disentangled,  ///< DeBERTa: distances have queries and keys of their own
};
inline constexpr std::size_t positions_kinds = 7;
/// Its name in locale keys ("positions.kind.<name>") and in files.
[[nodiscard]] std::string_view name_of(PositionsKind kind);
/// `trace`: of that attention (attention_of()).
[[nodiscard]] PositionsKind positions_kind(const Trace& trace, HeadRef head);

/// Why it cannot be said what this head's scores would be at other distances.
enum class DistanceObstacle {
  none,
  no_softmax,    ///< the layer keeps a state
  not_captured,  ///< a captured run: what positions have done to its queries and keys is not known
  cross,         ///< queries and keys stand in two texts
  picture,       ///< places have rows and columns
  other_scores,  ///< the head is in a kind that makes its scores otherwise (core/trace/kernel_scores.h)
  stream,  ///< positions were added to the embedding, and a later layer reads a stream in which both have become one
  mixed,  ///< they were added to the embedding, and the layer has its own besides: content would keep a part of its place
};
inline constexpr std::size_t distance_obstacles = 8;
/// Its name in locale keys ("positions.obstacle.<name>"), in files and in errors (positions_<name>).
[[nodiscard]] std::string_view name_of(DistanceObstacle obstacle);
[[nodiscard]] DistanceObstacle obstacle_to_distance(const Trace& trace, HeadRef head);
/// The same of one score cut into its terms (core/analysis/rotary_planes.h): neither `stream` nor `mixed`.
[[nodiscard]] DistanceObstacle obstacle_to_planes(const Trace& trace, HeadRef head);

}  // namespace regard
