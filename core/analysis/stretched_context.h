// SPDX-License-Identifier: Apache-2.0
// Rotary positions stretched to a context that the model was not trained for (core/model/rope_stretch.h), and what that costs on a text. Any
// thread.
#pragma once

#include "core/base/progress.h"
#include "core/model/rope_stretch.h"
#include "core/trace/trace.h"

#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

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

/// `request` may be `most_stretch` times as long as the context; interventions stay in it, none of them stretches positions. Its model has no obstacle; `predicts` are the positions
/// whose next token counts, ascending, the last token not among them. Throws Error (stretch_scaled,
/// where an intervention stretches them already; what a run throws), Cancelled.
[[nodiscard]] StretchCosts stretch_costs(const std::shared_ptr<const Model>& model, const Request& request,
                                         std::span<const std::size_t> predicts,
                                         std::span<const ContextStretch> stretches, const std::stop_token& stop = {},
                                         Progress* progress = nullptr);

}  // namespace regard
