// SPDX-License-Identifier: Apache-2.0
// What a model's predictions lose on a corpus: without each head, without a team of heads or with nothing but the team, without more and
// more heads. And what linear probes read off its states. Long computations; any thread.
#pragma once

#include "core/analysis/head_importance.h"
#include "core/analysis/probing.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

inline constexpr std::size_t most_pruning_steps = 16;
inline constexpr std::size_t all_sentences = std::numeric_limits<std::size_t>::max();

/// What heads are ablated on, and how.
struct ImportanceQuestion {
  std::shared_ptr<const Model> model{};
  std::filesystem::path corpus{};  ///< empty: `text`, as one sentence
  std::string text{};
  unsigned reading = 0;        ///< of the corpus: another number reads it anew
  std::size_t sentences = 60;  ///< at most so many, the first ones
  bool mean = false;           ///< to the mean over the sentence instead of to 0
  friend bool operator==(const ImportanceQuestion&, const ImportanceQuestion&) = default;
};
struct PruningQuestion {
  ImportanceQuestion on{};
  std::vector<std::size_t> order{};  ///< heads by layer, then head; the one to go first in front
  friend bool operator==(const PruningQuestion&, const PruningQuestion&) = default;
};
struct TeamQuestion {
  ImportanceQuestion on{};
  HeadList team{};
  friend bool operator==(const TeamQuestion&, const TeamQuestion&) = default;
};
/// Which sentences need a head.
struct NeedQuestion {
  ImportanceQuestion on{};
  HeadRef head{};
  friend bool operator==(const NeedQuestion&, const NeedQuestion&) = default;
};
struct ProbingQuestion {
  std::shared_ptr<const Model> model{};
  std::filesystem::path corpus{};
  unsigned reading = 0;
  ProbeTask task = ProbeTask::part_of_speech;
  ProbeSource source = ProbeSource::residual;
  friend bool operator==(const ProbingQuestion&, const ProbingQuestion&) = default;
};

/// Losses and what they were measured on.
struct ImportanceView {
  std::size_t layers = 0, heads = 0;  ///< heads of the layer that has the most
  HeadList list{};                    ///< by layer, then head: what the variants of make_importance() ablate
  LossKind kind = LossKind::next_token;
  bool mean = false;
  std::size_t in_text = 0;           ///< sentences of the whole text
  std::size_t sentences = 0;         ///< to be read
  std::size_t left_out = 0;          ///< LossTexts::left_out
  std::vector<std::size_t> steps{};  ///< of make_pruning(): heads removed at each point
  /// So far. Variants: each head (make_importance), each point of each order (make_pruning: pruning_study()), the team ablated, all
  /// heads but the team, all heads (make_team).
  CorpusLosses losses{};

  /// The variant of make_importance() that ablates this head.
  [[nodiscard]] std::optional<std::size_t> variant_of(HeadRef head) const;
};

/// A sentence, and what its predictions lose without the head.
struct SentenceNeed {
  std::string text{};  ///< as the model read it: an encoder's with its masks
  double rise = 0.0;   ///< of the loss, nats, mean over the sentence's predictions
  std::size_t predictions = 0;
};
struct NeedView {
  std::vector<SentenceNeed> sentences{};  ///< the largest rise first, at most most_needs
};
inline constexpr std::size_t most_needs = 12;

/// How a long view is made: what there is so far is published now and then; both may be empty.
template <class View>
struct Making {
  std::function<void(std::shared_ptr<const View>)> publish{};
  std::function<void()> give_way{};
  std::stop_token stop{};
  Progress* progress = nullptr;
};

/// They throw Error (those of load_corpus(), loss_texts(), probe_corpus()), Cancelled.
[[nodiscard]] std::shared_ptr<const ImportanceView> make_importance(const ImportanceQuestion& question,
                                                                    const Making<ImportanceView>& making = {});
[[nodiscard]] std::shared_ptr<const ImportanceView> make_pruning(const PruningQuestion& question,
                                                                 const Making<ImportanceView>& making = {});
[[nodiscard]] std::shared_ptr<const ImportanceView> make_team(const TeamQuestion& question,
                                                              const Making<ImportanceView>& making = {});
[[nodiscard]] std::shared_ptr<const NeedView> make_needs(const NeedQuestion& question,
                                                         const Making<NeedView>& making = {});
[[nodiscard]] std::shared_ptr<const ProbeScores> make_probing(const ProbingQuestion& question,
                                                              const Making<ProbeScores>& making = {});

/// As files have it: "next_token", "masked_token", "own_text".
[[nodiscard]] const char* name_of(LossKind kind);

/// How far numbers go above 0 and below it; 0 where none does.
struct SignedReach {
  float rise = 0.0F, fall = 0.0F;  ///< neither is negative
};
[[nodiscard]] SignedReach signed_reach(std::span<const float> values);

/// How many digits behind the point a tile or a cell gives a loss: two, and up to four where fewer would say 0.
[[nodiscard]] int loss_decimals(float value);

/// How many heads can go in the order numbered `order` (0: least important first) before loss has risen above the line: the last point of
/// the curve that is not above it. Nothing where it never rises so far.
[[nodiscard]] std::optional<std::size_t> removed_before_break(const ImportanceView& pruning, std::size_t order,
                                                              double line);

/// Decoders are ablated to 0: a mean over the sentence knows what is to come.
[[nodiscard]] bool ablated_to_mean(const ModelConfig& config);

}  // namespace regard
