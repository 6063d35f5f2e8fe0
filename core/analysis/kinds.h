// SPDX-License-Identifier: Apache-2.0
// Kinds of attention that a head may be put through with the queries, keys and values it has: which there are, how they are
// written, which keys they leave open by their place, and what stands against them in a head. The models were not trained for
// them (DEFINITIONS: other kinds of attention, exact switches). Plain values. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// s[i,j] are the head's scores (caps and biases in them), divided by its temperature; i the query, j the key. What causality, the
/// layer's own window and interventions close stays closed in every kind.
enum class KindForm {
  softmax,       ///< as trained
  window,        ///< softmax over |i − j| < w
  global_local,  ///< the same, and the first g tokens see all and are seen by all (Longformer, Beltagy et al. 2020)
  first_last,    ///< softmax over the first s keys and |i − j| < w (Xiao et al. 2023, "attention sinks")
  strided,       ///< softmax over |i − j| < c and every c-th key from i (Child et al. 2019, strided)
  blocks,  ///< softmax over the query's own block of b and the last key of every block (Child et al. 2019, fixed, c = 1)
  top_keys,   ///< softmax over the k largest scores of the row; of equal ones the earlier
  hard,       ///< 1 at the largest score, of equal ones the earlier: softmax at temperature 0
  sigmoid,    ///< σ(s − ln n), n open keys of the row (Ramapuram et al. 2024): rows do not sum to 1
  cosine,     ///< softmax of τ·cos(q_i, k_j): lengths do not count (Swin V2, Liu et al. 2022, without its bias)
  linear,     ///< φ(q_i)·φ(k_j) / Σ_k φ(q_i)·φ(k_k), φ(x) = elu(x) + 1 (Katharopoulos et al. 2020)
  performer,  ///< the same with φ of m random features (FAVOR+, Choromanski et al. 2020; core/analysis/performer.h)
  flash,      ///< softmax, computed in tiles of B×B (Dao et al. 2022; core/analysis/flash.h)
};

/// One kind with its numbers.
struct KindOfAttention {
  KindForm form = KindForm::softmax;
  std::size_t first = 0;   ///< w, g, s, c, b, k, τ, m or B; 0 where the form has no number
  std::size_t second = 0;  ///< w of global_local and first_last
  friend auto operator<=>(const KindOfAttention&,
                          const KindOfAttention&) = default;  // NOLINT(modernize-use-nullptr): sees 0 in it
};

/// What a form's numbers are: the signs they have in formulas, usual values and the largest; 0: it has no such number.
struct KindNumber {
  std::string_view sign{};
  std::size_t usual = 0;
  std::size_t most = 0;
};
struct KindInfo {
  KindForm form = KindForm::softmax;
  std::string_view name{};  ///< in files and on the command line
  KindNumber first{};
  KindNumber second{};
};
/// All of them, in the order they are offered.
[[nodiscard]] std::span<const KindInfo> kind_infos();
[[nodiscard]] const KindInfo& info_of(KindForm form);
[[nodiscard]] KindOfAttention usual_kind(KindForm form);
/// The nearest one whose numbers are allowed.
[[nodiscard]] KindOfAttention within_limits(KindOfAttention kind);

/// "softmax", "window:8", "first_last:1:8".
[[nodiscard]] std::string kind_text(const KindOfAttention& kind);
/// The other way; a number that is left out is the usual one. Throws Error: unknown name, a number that is none, too small or too large.
[[nodiscard]] KindOfAttention parse_kind(std::string_view text);
/// Several with commas between them; none twice. Throws Error.
[[nodiscard]] std::vector<KindOfAttention> parse_kinds(std::string_view text);

/// Does the kind leave the key open to the query by their places? True in kinds that choose by content, or not at all.
[[nodiscard]] bool leaves_open(const KindOfAttention& kind, std::size_t query, std::size_t key);
/// How many of some keys it leaves open to the query. No loop over them.
[[nodiscard]] std::size_t count_open(const KindOfAttention& kind, std::size_t query, Range keys);
/// Which keys queries may look at.
struct OpenCells {
  std::size_t queries = 0, keys = 0;
  std::vector<bool> open{};  ///< [queries · keys]
  [[nodiscard]] bool operator()(std::size_t query, std::size_t key) const { return open[query * keys + key]; }
  [[nodiscard]] std::size_t count(std::size_t query) const;
};
/// Those that causality, the layer's window, interventions and the kind's places leave.
[[nodiscard]] OpenCells open_cells(const Trace& trace, HeadRef head, const KindOfAttention& kind);

/// Does it choose by place at all?
[[nodiscard]] bool chooses_by_place(KindForm form);

/// Why a head cannot be shown in a kind: its numbers would not be what the kind means.
enum class KindObstacle {
  none,
  cross,          ///< places of queries and keys are in two texts, so that there is no distance
  position_bias,  ///< places have a part in the scores beside q·k (ALiBi, T5, DeBERTa), and there are no scores to add it to
  cap,            ///< scores are capped, likewise
  sink,           ///< the head has a learned sink, which is part of a softmax of its scores
  temperature,  ///< the softmax has another temperature, and there is none
  added,        ///< an intervention adds to scores, and there are none
  weights_set,  ///< an intervention sets weights
  recurrent,  ///< the layer weighs by a recurrence (gated delta, a state space), not by a softmax of scores; of softmax, too
  not_captured,  ///< a captured run without queries, keys or values; of softmax, too: what a head puts out is not there
};
inline constexpr std::size_t kind_obstacles = 10;
/// Its name in locale keys ("kinds.obstacle.<name>") and in files.
[[nodiscard]] std::string_view name_of(KindObstacle obstacle);
[[nodiscard]] KindObstacle obstacle_to_kind(const Trace& trace, HeadRef head, const KindOfAttention& kind);

}  // namespace regard
