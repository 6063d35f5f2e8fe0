// SPDX-License-Identifier: Apache-2.0
// The interventions on one head's scores and weights, row by row: the run and the accessors of a Trace call the same functions, so
// a tile shows to the last bit what the run used. Pure; any thread.
#pragma once

#include "core/trace/attention_tile.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// What a request does to one head between q·k and the weights. Borrows the request's list.
struct HeadEdits {
  float temperature = 1.0F;
  bool sink = false;                          ///< the head has one
  std::vector<const Intervention*> added{};   ///< `add`
  std::vector<const Intervention*> masked{};  ///< `mask`, `hide_tokens`
  KindOfAttention kind{};                     ///< of the last `attention`
  std::vector<const Intervention*> set{};     ///< `set_weight`, `copy_pattern`, in the order of the list
  std::vector<float>
      bias_shifts{};  ///< [T] how much further each token stands, times ALiBi's slope; empty: nothing is shifted
  std::vector<float>
      places{};  ///< [T] where each token stands, for T5's bias and ALiBi's to both sides; empty: nothing is shifted
  std::span<const float> by_offset{};  ///< T5's bias by distance, where places are; see ScoreRule
  float slope = 0.0F;                  ///< of ALiBi to both sides, likewise
  [[nodiscard]] bool moves_bias() const { return !bias_shifts.empty() || !places.empty(); }
};
/// How the heads of a layer attend as trained.
[[nodiscard]] KindOfAttention trained_kind(const LayerPlan& plan);
[[nodiscard]] HeadEdits head_edits(const ModelConfig& config, const Request& request, HeadRef head);

/// How the head makes scores in this request: without ALiBi's slope, T5's bias and DeBERTa's offsets under `no_positions`, with those that
/// `positions` gives it, and with offsets from where shifted tokens stand.
[[nodiscard]] ScoreRule score_rule(const ModelConfig& config, const Request& request, HeadRef head);

/// What shifted positions change in the bias of one cell; 0 where nothing is shifted or positions are no bias.
[[nodiscard]] float moved_bias(const HeadEdits& edits, std::size_t query, std::size_t key);

/// Adds that to the scores of some keys of a row; scores[0] belongs to keys.begin.
void move_bias(const HeadEdits& edits, std::size_t query, Range keys, float* scores);

/// What `add` items add to the scores of some keys of a row, in front of what else is there; scores[0] belongs to keys.begin.
void raise_scores(const HeadEdits& edits, std::size_t query, Range keys, float* scores);

/// Both of the above, to the scores of some keys of a row; scores[0] belongs to the key keys.begin.
void add_to_scores(const HeadEdits& edits, std::size_t query, Range keys, float* scores);

/// Writes −∞ over masked cells of the row, and over those that the head's kind closes by place.
void mask_scores(const HeadEdits& edits, std::size_t query, Range keys, float* scores);

/// What a head's kind does to a whole row of scores whose masked cells are −∞, before the softmax: where it chooses by score, −∞ over
/// what it does not choose.
void choose_keys(const HeadEdits& edits, const AllowedKeys& allowed, float* scores);

/// A whole row of scores becomes one of weights: choose_keys(), then the softmax, with its statistics; or σ(s/τ − ln n) with n keys that
/// are open and no statistics (NaN).
RowStatistics soften_row(const HeadEdits& edits, std::size_t length, const AllowedKeys& allowed, float sink,
                         float* scores);

/// Do weights depend on more of a row than its statistics tell?
[[nodiscard]] bool needs_whole_rows(const HeadEdits& edits);

/// Changes a whole row of weights, [allowed.span().end] at least; keys that are not allowed stay as they are. `sink` is the share of
/// the head's sink, 0 without one; returns what becomes of it.
[[nodiscard]] float edit_weights(const HeadEdits& edits, HeadRef head, std::size_t query, const AllowedKeys& allowed,
                                 float* weights, float sink);

}  // namespace regard
