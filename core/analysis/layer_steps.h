// SPDX-License-Identifier: Apache-2.0
// One layer of attention as five steps: projection, split into heads, focus, concatenation, output projection; with the numbers of
// a run. What the Trace holds is taken from it, the rest is recomputed from it and the weights. Pure; any thread.
#pragma once

#include "core/analysis/head_rows.h"
#include "core/analysis/step_inputs.h"

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Some rows of one layer and one head. Q queries and K keys of the windows, D hidden, H heads, G kv heads, d head width, v value width.
struct LayerSteps {
  Range queries{}, keys{};  ///< tokens that the rows stand for
  // 1: x → Q, K, V
  Matrix input{};              ///< [Q, D] x: what the projections read, normalised where the model does that before
  Matrix key_input{};          ///< [K, D] likewise of keys and values
  Matrix projected_queries{};  ///< [Q, H·d] x·W_Q + b
  Matrix projected_keys{};     ///< [K, G·d]
  Matrix projected_values{};   ///< [K, G·v]
  // 2: the same as they enter the scores and the sum, all heads side by side: after norms per head and positions
  Matrix values{};          ///< [K, G·v]
  Matrix placed_queries{};  ///< [Q, H·d]
  Matrix placed_keys{};     ///< [K, G·d]
  // 3: of the one head
  HeadRows focus{};
  // 4 and 5
  Matrix joined{};   ///< [Q, H·v]
  Matrix before{};   ///< [Q, D] the stream as attention finds it
  Matrix written{};  ///< [Q, D] what attention writes
  Matrix after{};    ///< [Q, D] the stream with it, normalised where the model does that after
};

/// With switches steps 3, 4 and 5 are as they would be, up to `after`. Throws Cancelled.
[[nodiscard]] LayerSteps layer_steps(const LayerOf& of, std::size_t head, Range queries, Range keys,
                                     const StepSwitches& switches = {}, const std::stop_token& stop = {});

/// What attention writes for rows of joined head outputs: projected, normalised where the model does that (Gemma 2 and 3).
[[nodiscard]] Matrix written_by(const LayerOf& of, const Matrix& joined, const std::stop_token& stop = {});

/// One token in step 5: the same output as a sum over heads, and who moves the token further.
struct OutputParts {
  Matrix heads{};                 ///< [H', D] z_h·W_O of the columns of head h; with an output norm, times its factor
  std::vector<float> bias{};      ///< [D] likewise of W_O's bias; empty: it has none
  std::vector<float> written{};   ///< [D] what attention writes; heads and bias add up to it
  std::vector<float> recorded{};  ///< [D] what the run added: differs from `written` where something was changed
  std::vector<float> other{};     ///< [D] what the other attention of the layer writes (a decoder has two); empty: none
  std::vector<float> feed_forward{};  ///< [D] what the feed-forward block writes, as recorded
};
[[nodiscard]] OutputParts output_parts(const LayerOf& of, std::size_t token, const StepSwitches& switches = {},
                                       const std::stop_token& stop = {});

/// ‖·‖, added up in double.
[[nodiscard]] float length_of(std::span<const float> vector);

/// ‖·‖ of what the blocks write for some tokens, as recorded.
struct BlockNorms {
  std::vector<float> attention{}, other{}, feed_forward{};  ///< [rows.size()]; other: empty where there is none
};
[[nodiscard]] BlockNorms block_norms(const LayerOf& of, Range rows);

enum class Projection { query, key, value };

/// One number of Q, K or V as the sum it is: b + Σ_i x_i·W_i. Where it comes out of a latent row, x is that row, [rank] numbers.
struct NumberSum {
  std::vector<float> input{};        ///< [D] x
  std::vector<float> weights{};      ///< [D] the column of W that makes this number
  std::vector<std::size_t> order{};  ///< [D] the terms by size, the largest first
  bool of_latent = false;            ///< x is the normalised latent row of keys and values, or that of queries
  float bias = 0.0F;
  float sum = 0.0F;       ///< bias included
  float recorded = 0.0F;  ///< what the run has there before norms and positions
  [[nodiscard]] float term(std::size_t index) const { return input[index] * weights[index]; }
};
/// `output` is a column of Q, K or V.
[[nodiscard]] NumberSum number_sum(const LayerOf& of, Projection projection, std::size_t token, std::size_t output,
                                   const std::stop_token& stop = {});

}  // namespace regard
