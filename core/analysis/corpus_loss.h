// SPDX-License-Identifier: Apache-2.0
// What changes of a model cost over a corpus: the loss of its predictions with interventions beside the loss without, and how far the
// predictions move. A text at a time, so that memory does not grow with the corpus. Any thread; on the calling thread and those
// of the products.
#pragma once

#include "core/analysis/head_atlas.h"
#include "core/base/progress.h"
#include "core/engine/engine.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// What a model is asked to predict.
enum class LossKind {
  next_token,    ///< a decoder: every token of the text but special ones, from those before it
  masked_token,  ///< an encoder: tokens that were replaced by the mask, from all others
  own_text,  ///< an encoder–decoder: every token of what it writes itself (greedily) about the sentence, from those before it
};

/// A text, the positions that predict and the ids they should.
struct LossText {
  std::size_t sentence = 0;  ///< its number in the corpus
  Request request{};
  std::vector<std::size_t> positions{};  ///< ascending
  std::vector<std::int32_t> targets{};   ///< [positions]
};
struct LossTexts {
  LossKind kind = LossKind::next_token;
  std::vector<LossText> texts{};
  std::size_t rows = 0;      ///< positions of all texts
  std::size_t left_out = 0;  ///< sentences longer than the context or kLongestLossText, or with nothing to predict
};

/// Tokens of the longest text that is read.
inline constexpr std::size_t kLongestLossText = 256;
/// The share of an encoder's ordinary tokens that is masked, at least one of a sentence; drawn by a seed that depends on the
/// sentence's number alone.
inline constexpr double kMaskedShare = 0.15;

/// The first `sentences` > 0 of a corpus. Throws Error (reads_pictures; loss_no_head, where the model predicts no tokens; loss_no_mask;
/// corpus_too_long, loss_no_rows, where no sentence is left; sentence_too_long, sentence_no_rows, no_tokens, where the corpus is one text
/// without a name), Cancelled.
[[nodiscard]] LossTexts loss_texts(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                                   std::size_t sentences, const std::stop_token& stop = {});

/// What one change does, Σ over the positions of all texts so far.
struct LossChange {
  double loss = 0.0;        ///< −ln p′(target) + ln p(target), nats
  double divergence = 0.0;  ///< KL(p‖p′), nats
  double squares = 0.0;     ///< Σ over texts of (the text's loss)²
  double products = 0.0;    ///< Σ over texts of the text's loss · its positions
};
struct CorpusLosses {
  std::size_t texts = 0;              ///< so far
  std::size_t rows = 0;               ///< their positions
  double squared_rows = 0.0;          ///< Σ over texts of positions²
  double loss = 0.0;                  ///< Σ −ln p(target) without changes, nats
  std::vector<LossChange> changes{};  ///< [variants]

  /// Means over positions, nats; 0 before the first text.
  [[nodiscard]] double mean_loss() const;
  [[nodiscard]] double mean_rise(std::size_t variant) const;
  [[nodiscard]] double mean_divergence(std::size_t variant) const;
  /// Standard error of mean_rise(), texts being what was drawn (a ratio of sums: Cochran 1977, §6.4); one text tells none.
  [[nodiscard]] std::optional<double> rise_error(std::size_t variant) const;
};

struct LossTools {
  std::function<void(const CorpusLosses&)> see{};  ///< after each text, on the calling thread; may be empty
  std::function<void()> between{};                 ///< between runs of the model; may be empty
  std::stop_token stop{};
  Progress* progress = nullptr;
};

/// Runs every text without and with each variant's interventions. Variants of late layers are quick; neighbours that first change
/// the same layer are computed together. Throws Error (an intervention out of range), Cancelled.
[[nodiscard]] CorpusLosses corpus_losses(const std::shared_ptr<const Model>& model, std::span<const LossText> texts,
                                         std::span<const std::vector<Intervention>> variants,
                                         const LossTools& tools = {});

}  // namespace regard
