// SPDX-License-Identifier: Apache-2.0
// Logit lens (nostalgebraist 2020): what a model would predict if it stopped after a layer. The stream after that layer goes
// through the very head that reads the last one: final norm and unembedding, or BERT's prediction head. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

namespace regard {

struct LensLayer {
  std::int32_t top_id = 0;
  float top_probability = 0.0F;  ///< softmax over the whole vocabulary, at temperature 1
  /// Of the token that the last layer predicts:
  float final_probability = 0.0F;
  std::size_t final_rank = 0;  ///< 0 = it leads already; how many tokens have a larger logit
};

struct LogitLens {
  std::vector<LensLayer> layers{};  ///< [L + 1]: the embedding first; empty where the model has no LM head
  std::int32_t final_id = 0;        ///< what the last layer predicts
};

/// At one position. A few layers are unembedded at a time: [few, V] numbers in memory. Throws Cancelled.
[[nodiscard]] LogitLens logit_lens(const Trace& trace, std::size_t position, const std::stop_token& stop = {});

}  // namespace regard
