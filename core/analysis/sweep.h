// SPDX-License-Identifier: Apache-2.0
// One place of a text replaced by each of a list of alternatives: how far a chosen weight, a chosen head, the prediction move.
// Long computations: a run per alternative. Any thread.
#pragma once

#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Some consecutive tokens (one, or the pieces of a word) replaced by others.
struct Substitution {
  Range tokens{};                   ///< of the text as it is; not empty
  std::vector<std::int32_t> ids{};  ///< what stands there instead; not empty
  friend bool operator==(const Substitution&, const Substitution&) = default;
};

/// What is watched; positions are those of the text as it is. A position inside the replaced tokens stands for all of them, and for
/// all that replaces them: weights are summed over pieces attended to and averaged over pieces that ask.
struct Watch {
  HeadRef head{};
  std::size_t query = 0;
  std::size_t key = 0;
  std::size_t position = 0;  ///< whose prediction; a position inside the replaced tokens stands for the last of them
  friend bool operator==(const Watch&, const Watch&) = default;
};

struct SweepResult {
  Substitution substitution{};
  double weight = 0.0;         ///< A[query,key] of the head with the substitution
  double weight_change = 0.0;  ///< minus the one without it
  double movement =
      0.0;  ///< of the head: core/analysis/difference.h; tokens outside the substitution are aligned, those inside
            ///< one by one where there are as many as before
  double divergence = 0.0;  ///< KL(p‖p′) of the prediction; 0 without an LM head
};

/// Runs base's request with each substitution and base's interventions. `see` gets each result at once, on the calling thread.
/// Throws Error (an id, a range or an intervention that does not fit the text; no_softmax of the watched head), Cancelled.
[[nodiscard]] std::vector<SweepResult> sweep(const std::shared_ptr<const Trace>& base,
                                             std::span<const Substitution> substitutions, const Watch& watch,
                                             const std::function<void(const SweepResult&)>& see = {},
                                             const std::stop_token& stop = {}, Progress* progress = nullptr);

/// The weight A[query,key] that a substitution of `tokens` would be compared with.
[[nodiscard]] double watched_weight(const Trace& base, Range tokens, const Watch& watch);

/// What the model itself would put at a position, best first, the token that stands there left out: with the token masked where
/// the model has a mask, else as it predicts the position from those before it (none for the first). Throws Cancelled.
[[nodiscard]] std::vector<std::int32_t> own_alternatives(const std::shared_ptr<const Trace>& base, std::size_t position,
                                                         std::size_t count, const std::stop_token& stop = {});

/// Words of the vocabulary that could stand for the token: letters alone (two at least), beginning or continuing a word as the token
/// does. In the order of the vocabulary, which tokenizers write by frequency. Empty without a tokenizer.
[[nodiscard]] std::vector<std::int32_t> frequent_words(const Model& model, std::int32_t like, std::size_t count);

struct SearchOptions {
  std::vector<std::size_t> positions{};  ///< tokens that may be replaced, each alone
  std::size_t alternatives = 24;         ///< of the model's own, for each position
  std::size_t words = 24;                ///< frequent ones besides, for each position
  std::size_t keep = 20;                 ///< results
  std::function<void()> between{};       ///< called after every run, on the calling thread: a place to let others run
};

/// One-token substitutions that raise the watched weight most, largest change first; those that do not raise it are left out.
/// Every candidate is run, the likeliest of each position first, and `see` gets each that enters the list: a search that is
/// stopped early has seen the best so far. Throws Cancelled.
[[nodiscard]] std::vector<SweepResult> find_substitution(const std::shared_ptr<const Trace>& base, const Watch& watch,
                                                         const SearchOptions& options,
                                                         const std::function<void(const SweepResult&)>& see = {},
                                                         const std::stop_token& stop = {},
                                                         Progress* progress = nullptr);

}  // namespace regard
