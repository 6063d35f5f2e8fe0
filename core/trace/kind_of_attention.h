// SPDX-License-Identifier: Apache-2.0
// Kinds of attention that a head may be put through with the queries, keys and values it has: which there are, how they are
// written, and which keys they leave open by their place. The models were not trained for them (DEFINITIONS: other kinds of
// attention, exact switches). Plain values. Pure; any thread.
#pragma once

#include "core/base/range.h"

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
  performer,  ///< the same with φ of m random features (FAVOR+, Choromanski et al. 2020; core/trace/kernel_scores.h)
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

/// Softmax, in whatever order it is added up: what a model does anyway.
[[nodiscard]] bool is_own_kind(KindForm form);
/// Does it choose by place at all?
[[nodiscard]] bool chooses_by_place(KindForm form);
/// Does it choose among all keys of a row by their scores: the k largest, the largest?
[[nodiscard]] bool chooses_by_score(KindForm form);
/// Made of q and k themselves: there are no scores, or others than the head's.
[[nodiscard]] bool has_scores_of_its_own(KindForm form);
/// Are its weights a softmax over the keys that are open, of scores that may be its own (core/trace/kernel_scores.h)? Of all but sigmoid.
[[nodiscard]] bool is_softmax(KindForm form);

}  // namespace regard
