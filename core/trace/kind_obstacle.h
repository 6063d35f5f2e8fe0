// SPDX-License-Identifier: Apache-2.0
// What stands against a head in another kind of attention. Pure; any thread.
#pragma once

#include "core/trace/kind_of_attention.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace regard {

class Error;

/// Why a head cannot be shown in a kind: its numbers would not be what the kind means.
enum class KindObstacle {
  none,
  cross,          ///< places of queries and keys are in two texts, so that there is no distance
  position_bias,  ///< places have a part in the scores beside q·k (ALiBi, T5, DeBERTa), and there are no scores to add it to
  cap,            ///< scores are capped, likewise
  sink,           ///< the head has a learned sink, which is part of a softmax of its scores
  temperature,  ///< the softmax has another temperature, and there is none
  added,        ///< an intervention adds to scores, and there are none
  weights_set,  ///< an intervention sets weights
  recurrent,  ///< the layer weighs by a recurrence (gated delta, a state space), not by a softmax of scores; of softmax, too
  linear,  ///< the layer was trained with linear attention: there is no softmax of scores; of softmax, too, not of linear
  not_captured,  ///< a captured run without queries, keys or values; of softmax, too: what a head puts out is not there
};
inline constexpr std::size_t kind_obstacles = 11;
/// Its name in locale keys ("kinds.obstacle.<name>") and in files.
[[nodiscard]] std::string_view name_of(KindObstacle obstacle);

/// Of a head of a layer with softmax. `request`: what else is done to it.
[[nodiscard]] KindObstacle obstacle_to_kind(const ModelConfig& config, const Request& request, HeadRef head,
                                            const KindOfAttention& kind);

/// Why item `number` of the request's interventions, which is an `attention`, cannot be applied to one of the heads it covers:
/// Error kind_obstacle_<name>. Nothing of any other item. complaint() has none.
[[nodiscard]] std::optional<Error> kind_complaint(const ModelConfig& config, const Request& request,
                                                  std::size_t number);

/// Throws the first of them.
void check_kinds(const ModelConfig& config, const Request& request);

}  // namespace regard
