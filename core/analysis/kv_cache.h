// SPDX-License-Identifier: Apache-2.0
// What keeping keys and values saves: the bytes of the cache and the multiply-adds of a step, counted from a model's sizes.
// Pure; any thread. Symbols: L layers, H heads, G kv heads, d head_dim, v value_dim, D hidden, F feed_forward, V vocabulary, T tokens.
#pragma once

#include "core/model/config.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>

namespace regard {

/// What one run took over and what it computed: the rows of K and V, the same ones in every layer.
struct CacheStep {
  enum class Why {
    text,    ///< a text was read or edited
    prompt,  ///< the first run of a continuation
    token,   ///< one more token of a continuation
  };
  Why why = Why::text;
  std::size_t tokens = 0;   ///< T of this run
  std::size_t reused = 0;   ///< rows [0, reused) came from the run before, [reused, tokens) were computed
  std::size_t dropped = 0;  ///< rows of the run before that this one could not use
  double milliseconds = 0.0;

  [[nodiscard]] std::size_t computed() const { return tokens - reused; }
  friend bool operator==(const CacheStep&, const CacheStep&) = default;
};

/// Numbers of the state that a layer without softmax keeps in the place of keys and values, however long the text is: those of its heads
/// and the tokens that its convolution still sees. 0 in other layers.
[[nodiscard]] std::uint64_t state_numbers(const LayerPlan& plan);

/// Of one token in a layer: a row of K and a row of V, G·(d + v); where these come out of a latent row, that row and the key that all
/// heads share; none in a layer that reads those of an earlier one.
[[nodiscard]] std::size_t cached_numbers(const ModelConfig& config, std::size_t layer);

/// Σ_l cached_numbers·T·bytes_per_number, and the states of layers without softmax.
[[nodiscard]] std::uint64_t cache_bytes(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number);
/// The same if every query head kept a key and a value of its own: H·(d + v).
[[nodiscard]] std::uint64_t cache_bytes_ungrouped(const ModelConfig& config, std::size_t tokens,
                                                  std::size_t bytes_per_number);
/// What a cache needs that forgets what a layer's window does not reach any more: min(T, window_l) in the place of T.
[[nodiscard]] std::uint64_t cache_bytes_in_windows(const ModelConfig& config, std::size_t tokens,
                                                   std::size_t bytes_per_number);

/// Pairs (query, key) with query in `rows` that a layer's mask allows, of `tokens` keys in all: see allowed_keys().
[[nodiscard]] std::uint64_t attention_pairs(Range rows, std::size_t tokens, bool causal, const KeyWindow& window);

/// Multiply-adds of matrix products; norms, activations, rotations and the softmax are small beside them and not counted.
struct Arithmetic {
  /// rows·L·D·(H·d + G·d + G·v + H·v): Q, K, V and the output; with a latent row of r numbers, s of a key shared by all heads and R of
  /// the row that queries come out of (0: none), rows·L·(R·(D + H·d) or D·H·d, + D·(r + s) + r·H·(d − s + v) + D·H·v). Without G·v where
  /// values are keys, without both where a layer reads an earlier one's. A low-rank path beside attention
  /// (LayerPlan::side_rank) adds rows·L·2·D·r; S streams add rows·(L·(2·S·D + S³ + S² + (S² + S)·D) + 2·(S − 1)·D²)
  std::uint64_t projections = 0;
  std::uint64_t attention = 0;  ///< Σ_l pairs_l·H·(d + v): q·k and the weighted sum of v
  std::uint64_t cross = 0;  ///< of a decoder, S tokens of the encoder: rows·L·(2·D·H·d + S·2·H·d), and the encoder's
      ///< keys and values, S·L·2·D·H·d, where row 0 is computed; the encoder's own run is not in it
  /// rows·Σ_l m·D·F; m = 3 with a gate (Llama, T5 1.1), else 2. Where a row chooses k of E experts: D·E + k·m·D·F, and m·D·W where there is a
  /// shared one of width W, and D for its gate; and 3·D·P where a token brings a row of P numbers into a layer
  std::uint64_t feed_forward = 0;
  std::uint64_t unembedding = 0;  ///< of the rows that are asked for: D·V each, and the head's own products

  [[nodiscard]] std::uint64_t total() const { return projections + attention + cross + feed_forward + unembedding; }
  friend bool operator==(const Arithmetic&, const Arithmetic&) = default;
};

/// Of a run over `tokens` tokens that computes the rows `rows` and the logits of `unembedded` of them. A model whose tables
/// are narrower than its stream (ELECTRA) pays for the way in among the projections. `encoded`: S, the encoder's tokens.
[[nodiscard]] Arithmetic arithmetic(const ModelConfig& config, Range rows, std::size_t tokens, bool causal,
                                    std::size_t unembedded, std::size_t encoded = 0);
/// 2·L·H·d·S·bytes_per_number: keys and values that a decoder keeps of what the encoder said.
[[nodiscard]] std::uint64_t cache_bytes_of_encoder(const ModelConfig& config, std::size_t encoded,
                                                   std::size_t bytes_per_number);

}  // namespace regard
