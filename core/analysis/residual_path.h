// SPDX-License-Identifier: Apache-2.0
// How one token's residual stream moves from the embedding to the last layer, and who moved it. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace regard {

/// The stream x_l after layer l (l = 0: the embedding that the first layer reads; l = L: what the final norm reads), and what
/// that layer's blocks wrote (zeros for l = 0): a = attention, c = cross-attention where the model has one, f = feed-forward,
/// each as it is added to the stream. Of several streams (ModelConfig::streams) x_l is what the end of the model would make of them there;
/// what blocks write is no part of it then.
struct ResidualStep {
  float norm = 0.0F;                 ///< ‖x_l‖
  float cosine_to_embedding = 0.0F;  ///< x_l·x_0 / (‖x_l‖‖x_0‖)
  float cosine_to_final = 0.0F;      ///< x_l·x_L / (‖x_l‖‖x_L‖)
  float attention_norm = 0.0F;       ///< ‖a‖
  float cross_norm = 0.0F;           ///< ‖c‖
  float feed_forward_norm = 0.0F;    ///< ‖f‖
  float attention_share = 0.0F;      ///< ‖a‖ / (‖a‖ + ‖c‖ + ‖f‖); 0 where nothing was written
  float cross_share = 0.0F;
  float feed_forward_share = 0.0F;
  /// Parts of the final state: a·x_L / ‖x_L‖², likewise f and c, times the factors that the stream goes through from there on
  /// (LayerPlan::stream_factor). In a pre-norm model these of all layers and that of the
  /// embedding (x_0·x_L / ‖x_L‖², times all factors) add up to 1, unless an intervention wrote into the stream.
  float attention_part = 0.0F;
  float cross_part = 0.0F;
  float feed_forward_part = 0.0F;
};

struct ResidualPath {
  std::vector<ResidualStep> steps{};  ///< [L + 1]
  std::size_t rows = 0;               ///< tokens averaged
  bool has_cross = false;
  bool has_writers =
      true;  ///< the stream is known to be a sum of what blocks wrote; else all of that is NaN: of a captured run, of
             ///< several streams
  bool is_joined = false;  ///< of several streams
};

/// Each number is the mean over the tokens of the range (one token: its own). Throws Cancelled.
[[nodiscard]] ResidualPath residual_path(const Trace& trace, Range tokens, const std::stop_token& stop = {});

}  // namespace regard
