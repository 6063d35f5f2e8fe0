// SPDX-License-Identifier: Apache-2.0
// One query of one head, step by step: the numbers between q·k and the head's output, as the formula has them. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <vector>

namespace regard {

/// softmax(q·k · scale / temperature) of one row, every step kept. T = keys; masked keys have exponential and weight 0.
struct RowSteps {
  Range allowed{};                    ///< keys this query may look at
  std::vector<float> dots{};          ///< [T] q·k
  std::vector<float> scores{};        ///< [T] q·k · scale with cap and bias, the trace's own numbers
  std::vector<float> exponentials{};  ///< [T] exp(score/temperature − maximum)
  std::vector<float> weights{};       ///< [T] the trace's own numbers
  float maximum = 0.0F;               ///< largest score/temperature over the allowed keys
  float sum = 0.0F;                   ///< Σ exponentials
};
[[nodiscard]] RowSteps row_steps(const Trace& trace, HeadRef head, std::size_t query);

/// [d] q_d·k_d·scale: adds up to the score before cap and bias.
[[nodiscard]] std::vector<float> score_products(const Trace& trace, HeadRef head, std::size_t query, std::size_t key);

/// [d] weight · value of one key: over all keys these add up to the head's output.
[[nodiscard]] std::vector<float> weighted_value(const Trace& trace, HeadRef head, std::size_t key, float weight);

}  // namespace regard
