// SPDX-License-Identifier: Apache-2.0
// Rotary positions stretched to a context that the model was not trained for, without training it again, and what that costs on a text.
// Linear: kaiokendev 2023, Chen et al. 2023 (https://arxiv.org/abs/2306.15595); NTK-aware: bloc97 2023, as in YaRN (Peng et al. 2023,
// https://arxiv.org/abs/2309.00071), which has all three. Any thread.
#pragma once

#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace regard {

enum class StretchMethod {
  linear,  ///< every frequency is divided by s
  ntk,  ///< base·s^(d/(d − 2)), d dimensions that are turned: the longest wave is stretched s times, the shortest stays
  yarn,  ///< waves that turn more than 32 times in the context stay, those that turn less than once are stretched, others between; cos and
         ///< sin times 0.1·ln s + 1
};
/// Its name in locale keys ("positions.stretch.<name>") and in files.
[[nodiscard]] std::string_view name_of(StretchMethod method);

struct ContextStretch {
  StretchMethod method = StretchMethod::linear;
  std::size_t factor = 2;  ///< s
  friend bool operator==(const ContextStretch&, const ContextStretch&) = default;
};
/// Each method, 2 and 4 times.
inline constexpr std::array<ContextStretch, 6> usual_stretches{{{StretchMethod::linear, 2},
                                                                {StretchMethod::linear, 4},
                                                                {StretchMethod::ntk, 2},
                                                                {StretchMethod::ntk, 4},
                                                                {StretchMethod::yarn, 2},
                                                                {StretchMethod::yarn, 4}}};
inline constexpr std::size_t most_stretch = 4;

/// Why a model's positions cannot be stretched so.
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
/// `trace`'s own model, not an encoder's beside it.
[[nodiscard]] StretchObstacle obstacle_to_stretch(const Model& model);

/// The same weights with positions stretched in every layer that turns, reading `factor` times as many tokens. The model has no obstacle.
[[nodiscard]] std::shared_ptr<const Model> stretched(const Model& model, const ContextStretch& stretch);
/// The same as it was trained, reading so many times as many tokens: beyond its context it meets angles that it never saw.
[[nodiscard]] std::shared_ptr<const Model> extrapolating(const Model& model, std::size_t factor);

struct StretchCost {
  ContextStretch of{};
  double loss = std::numeric_limits<
      double>::quiet_NaN();  ///< mean −ln p of the next token, nats; NaN in a model that reads both ways
  double divergence = 0.0;   ///< mean KL(p‖p′) over all positions, p as trained
};
struct StretchCosts {
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< as trained
  std::size_t tokens = 0;                                  ///< of the text
  std::size_t predicted = 0;                               ///< tokens that the losses are means over
  std::vector<StretchCost> each{};
};

/// `request` may be `most_stretch` times as long as the context; interventions stay in it. Its model has no obstacle; `predicts` are the positions
/// whose next token counts, ascending, the last token not among them. Throws Error, Cancelled.
[[nodiscard]] StretchCosts stretch_costs(const std::shared_ptr<const Model>& model, const Request& request,
                                         std::span<const std::size_t> predicts,
                                         std::span<const ContextStretch> stretches, const std::stop_token& stop = {},
                                         Progress* progress = nullptr);

}  // namespace regard
