// SPDX-License-Identifier: Apache-2.0
// One score of a head as a sum: of its rotary planes, of what is not turned, and of what places add (Su et al. 2021; DEFINITIONS:
// rotary positions). Pure; any thread.
#pragma once

#include "core/engine/rope.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace regard {

/// How the head's queries and keys are turned in this run; nothing: not at all.
[[nodiscard]] std::optional<Rotary> turning_of(const Trace& trace, HeadRef head);
/// θ_k of every pair of the head in this run, radians per token, as the run turned by them; empty where it turns nothing.
[[nodiscard]] std::vector<float> frequencies_of(const Trace& trace, HeadRef head);

/// The two dimensions of a head that make a pair.
struct PlaneDimensions {
  std::size_t x = 0, y = 0;
};
[[nodiscard]] PlaneDimensions plane_dimensions(const Rotary& rotary, std::size_t plane);

/// Turns the pairs of one head's row by place·θ, in place.
void turn_row(std::span<float> row, const Rotary& rotary, std::span<const float> frequencies, double place);

/// One pair of dimensions of a query and a key, as they were turned.
struct RotaryPlane {
  PlaneDimensions dimensions{};
  double frequency = 0.0;                     ///< θ, radians per token
  double query_angle = 0.0, key_angle = 0.0;  ///< radians, −π … π
  double query_length = 0.0, key_length = 0.0;
  double share = 0.0;                       ///< of the score: |q||k|·cos(query_angle − key_angle)·scale
  [[nodiscard]] double wavelength() const;  ///< 2π/θ, tokens; infinite where θ is 0
};

/// All terms of one score. Those that a head does not have are 0.
struct ScoreTerms {
  std::size_t query = 0, key = 0;
  double distance = 0.0;              ///< place of the query − place of the key, shifts included
  std::vector<RotaryPlane> planes{};  ///< empty where nothing is turned
  double unturned = 0.0;  ///< q·k·scale over the dimensions that are not turned; of a head without planes all of them
  double capped = 0.0;    ///< what the cap takes from the two above: cap·tanh(t/cap) − t
  double bias = 0.0;      ///< ALiBi's or T5's number for the distance
  double content_to_position = 0.0, position_to_content = 0.0;  ///< DeBERTa
  double added = 0.0;                                           ///< by interventions
  double score = 0.0;                                           ///< what the run used, before the mask and temperature
  [[nodiscard]] double turned() const;                          ///< the sum of the planes
  [[nodiscard]] double sum() const;                             ///< of all terms: the score to rounding
};

/// The head has no obstacle_to_planes().
[[nodiscard]] ScoreTerms score_terms(const Trace& trace, HeadRef head, std::size_t query, std::size_t key);

}  // namespace regard
