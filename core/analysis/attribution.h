// SPDX-License-Identifier: Apache-2.0
// Who writes the prediction: direct logit attribution. The last stream at a position is a sum of the embedding, of what every head
// and every feed-forward block wrote there, and of biases. With the scale of every norm behind them kept at its value in this run,
// the way from that sum to a token's logit is linear, so each part has its share of the logit and the shares add up to it. Linear
// are, too: BERT's prediction head with the gate of its activation, f(x)/x, kept at its value; norms behind the blocks (BERT, OPT
// 350M, BART), whose scales are kept like the last one's. A cap on logits (Gemma 2) is not: then it is the logit before the cap that
// is shared out. Of several streams the numbers by which layers mix and correct them are kept, too (stream_attribution.h).
// Shares say who wrote the logit directly, not what a part caused in others. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

/// What one layer wrote, in logits.
struct LayerAttribution {
  std::vector<double> heads{};        ///< [H] Σ of z_h·W_O of the head's columns
  std::vector<double> cross_heads{};  ///< [H] of cross-attention; empty: the layer has none
  double attention_bias = 0.0;        ///< of W_O, both kinds of attention
  /// Its biases included, what the tokens' own rows add (LayerPlan::token_row), and a low-rank path beside attention (side_rank)
  double feed_forward = 0.0;
  double norms = 0.0;          ///< shifts of the norms behind the blocks; 0 where norms stand before them
  double interventions = 0.0;  ///< what interventions put in place of what was written

  [[nodiscard]] double self_attention() const;   ///< all heads, without the bias
  [[nodiscard]] double cross_attention() const;  ///< likewise
  [[nodiscard]] double sum() const;
};

struct Attribution {
  double embedding = 0.0;                  ///< what the first layer reads
  std::vector<LayerAttribution> layers{};  ///< [L]
  double head_bias = 0.0;                  ///< shift of the final norm, biases of the prediction head and of the token
  double logit = 0.0;        ///< what the run gives; of two tokens, the difference; before the cap where there is one
  bool frozen_gate = false;  ///< the way leads through BERT's transform
  std::optional<double> capped{};  ///< where logits are capped: the logit (difference) behind the cap

  [[nodiscard]] double sum() const;                                 ///< of all parts
  [[nodiscard]] double remainder() const { return logit - sum(); }  ///< rounding; 10⁻³ of the logit or less
};

/// Does the model have logits over a vocabulary (or, reading pictures, over classes)?
[[nodiscard]] bool has_attribution(const Model& model);

/// Of the logit of `token` at a position, minus that of `other` where there is one (−1: none). The model has_attribution(), the
/// ids are in its vocabulary. As slow as a layer's projections: W_O of every layer is read once. Throws Cancelled.
[[nodiscard]] Attribution attribution(const Trace& trace, std::size_t position, std::int32_t token,
                                      std::int32_t other = -1, const std::stop_token& stop = {});

}  // namespace regard
