// SPDX-License-Identifier: Apache-2.0
// Rotary positions stretched to a context that the model was not trained for, without training it again.
// Linear: kaiokendev 2023, Chen et al. 2023 (https://arxiv.org/abs/2306.15595); NTK-aware: bloc97 2023, as in YaRN (Peng et al. 2023,
// https://arxiv.org/abs/2309.00071), which has all three. Pure; any thread.
#pragma once

#include "core/model/layer_plan.h"

#include <cstddef>
#include <string_view>

namespace regard {

enum class StretchMethod {
  linear,  ///< every frequency is divided by s
  ntk,  ///< base·s^(d/(d − 2)), d dimensions that are turned: the longest wave is stretched s times, the shortest stays
  yarn,  ///< waves that turn more than 32 times in the context stay, those that turn less than once are stretched, others between; cos and
         ///< sin times 0.1·ln s + 1
};
/// Its name in locale keys ("positions.stretch.<name>") and in files.
[[nodiscard]] std::string_view name_of(StretchMethod method);

/// Why positions cannot be stretched so.
enum class StretchObstacle {
  none,
  not_rotary,      ///< no layer turns queries and keys
  scaled,          ///< they are stretched already
  picture,         ///< places have rows and columns
  too_narrow,      ///< one pair is turned: there are no longer and shorter waves
  no_predictions,  ///< the model predicts no tokens
  not_captured,    ///< a captured run cannot be run again
};
/// Its name in locale keys ("positions.stretch_obstacle.<name>"), in files and in errors (stretch_<name>).
[[nodiscard]] std::string_view name_of(StretchObstacle obstacle);
/// Of one layer's: scaled, picture, too_narrow or none.
[[nodiscard]] StretchObstacle obstacle_to_stretch(const Rotary& rotary);

/// Stretches them `factor` times (s ≥ 1). `context`: tokens that the model was trained to read. They have no obstacle.
void stretch_rope(Rotary& rotary, StretchMethod method, float factor, std::size_t context);

}  // namespace regard
