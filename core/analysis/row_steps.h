// SPDX-License-Identifier: Apache-2.0
// One query of one head, step by step: the numbers between q·k and the head's output, as the formula has them. Pure; any thread.
#pragma once

#include "core/trace/attention_tile.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <vector>

namespace regard {

/// softmax(score / temperature) of one row, every step kept. T = keys; masked keys have exponential and weight 0. A sink's score is one
/// more in the row (core/trace/sink.h): its exponential is part of the sum.
/// score = cap·tanh(scaled / cap) + bias + added, without the steps that the model does not have.
/// Where the layer has no softmax, scores and what they are made of are NaN: there is nothing but the signed weights.
struct RowSteps {
  AllowedKeys allowed{};      ///< keys this query may look at
  ScoreRule rule{};           ///< scale, soft cap and bias of the head
  std::vector<float> dots{};  ///< [T] q·k
  std::vector<float>
      scaled{};  ///< [T] q·k · scale; the scores themselves where nothing comes behind it; NaN like q·k and biases where scores were captured alone
  std::vector<float>
      biases{};  ///< [T] −slope·(query − key), T5's number for key − query, DeBERTa's two parts together; shifts included
  std::vector<float> added{};         ///< [T] what interventions add to the scores
  std::vector<float> scores{};        ///< [T] the trace's own numbers, what interventions add included
  std::vector<bool> hidden{};         ///< [T] an intervention sets the score to −∞
  std::vector<float> exponentials{};  ///< [T] exp(score/temperature − maximum)
  std::vector<float> weights{};  ///< [T] the trace's own numbers; interventions that set weights come after the softmax
  float temperature = 1.0F;      ///< what the run divided by: an intervention's on this head, else the request's
  float sink_score = kNoSink;    ///< of the head's sink, before temperature; kNoSink: it has none
  float sink_exponential = 0.0F;
  float sink_share = 0.0F;  ///< what the weights leave to sum to 1; interventions that set weights included
  float maximum = 0.0F;     ///< largest score/temperature over the allowed keys and the sink
  float sum = 0.0F;         ///< Σ exponentials
};
[[nodiscard]] RowSteps row_steps(const Trace& trace, HeadRef head, std::size_t query);

/// [d] q_d·k_d·scale: adds up to the score before cap and bias.
[[nodiscard]] std::vector<float> score_products(const Trace& trace, HeadRef head, std::size_t query, std::size_t key);

/// [d] weight · value of one key: over all keys these add up to the head's output.
[[nodiscard]] std::vector<float> weighted_value(const Trace& trace, HeadRef head, std::size_t key, float weight);

}  // namespace regard
