// SPDX-License-Identifier: Apache-2.0
// How alike heads are: the divergence of all pairs of heads of one model, or of two that read the same tokens, row by row
// (row_divergence.h), averaged over all rows of a corpus. A sentence at a time: memory grows with pairs of heads and the longest
// sentence, not with the corpus. Any thread; runs the models, and shares their helpers.
#pragma once

#include "core/analysis/head_report.h"
#include "core/analysis/row_divergence.h"
#include "core/base/matrix.h"
#include "core/base/progress.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace regard {

/// Tokens that a tokenizer puts around a text: heads rest on them, so that heads of other jobs look alike by what they do there.
enum class SpecialTokens { counted, left_out };
/// "counted", "left_out": as files say it.
[[nodiscard]] std::string_view name_of(SpecialTokens special);

struct HeadLikeness {
  std::vector<ModelHead> heads{};  ///< by model, layer, head
  Matrix distances{};              ///< [heads, heads] 0…1, symmetric, 0 on the diagonal
  std::size_t sentences = 0;       ///< that were read
  std::size_t left_out = 0;        ///< longer than a context
  std::size_t unlike = 0;          ///< left out because the models cut them into other tokens
  SpecialTokens special = SpecialTokens::counted;
  std::size_t rows = 0;  ///< averaged: the tokens that were read, but for those left out

  [[nodiscard]] std::size_t heads_of_model(std::size_t model) const;
};

/// A mean over the rows of a corpus that is still being added up.
struct LikenessTally {
  HeadLikeness so_far{};       ///< all but the distances
  std::vector<double> sums{};  ///< [heads, heads] Σ over rows, above the diagonal
  [[nodiscard]] HeadLikeness mean() const;
};
/// Adds one text that was read by every model, their traces in the order of the models; all have as many tokens. Nothing is added where all
/// of them are left out. Throws Cancelled.
void add_text(LikenessTally& tally, std::span<const std::shared_ptr<const Trace>> traces,
              const std::stop_token& stop = {}, const UncomparedTokens& left_out = {});

/// What is left out of a text that was cut so.
[[nodiscard]] UncomparedTokens left_out_of(const Encoding& encoding, SpecialTokens special);
/// Without them in a model whose rows see the whole text, as those of encoders do, which rest on them; counted in others.
[[nodiscard]] SpecialTokens usual_special_tokens(const Model& model);

/// Have two tokenizers cut a text into tokens of the same places, those of the template included?
[[nodiscard]] bool cut_alike(const Encoding& one, const Encoding& other);

/// Runs every model on every sentence that all of them cut alike; an encoder–decoder's encoder reads. `between` is called after every
/// sentence. Throws Error (needs_image; corpus_too_long where no sentence fits; corpus_unlike where no sentence is cut alike),
/// Cancelled.
[[nodiscard]] HeadLikeness measure_likeness(std::span<const std::shared_ptr<const Model>> models, const Corpus& corpus,
                                            const std::function<void(const LikenessTally&)>& between = {},
                                            const std::stop_token& stop = {}, Progress* progress = nullptr,
                                            SpecialTokens special = SpecialTokens::counted);

/// Two heads and their distance.
struct HeadPair {
  std::size_t first = 0, second = 0;  ///< places in HeadLikeness::heads
  float distance = 0.0F;
  friend bool operator==(const HeadPair&, const HeadPair&) = default;
};
/// Pairs of heads of one model nearer than `below`, the nearest first.
[[nodiscard]] std::vector<HeadPair> near_duplicates(const HeadLikeness& likeness, float below);
/// Heads of two models each of which is the other's nearest, by the first's head. A head may have no partner.
[[nodiscard]] std::vector<HeadPair> mutually_nearest(const HeadLikeness& likeness);
/// Heads of the same layer and number in both models, those that both have, in their order: how far training has moved each.
[[nodiscard]] std::vector<HeadPair> same_places(const HeadLikeness& likeness);

/// Normalised entropy above `everywhere`, or α above `sink` (DEFINITIONS: collapse).
inline constexpr float collapsed_everywhere = 0.95F, collapsed_sink = 0.9F;
struct CollapsedHead {
  HeadRef head{};
  Measure normalised_entropy{}, first{};
  [[nodiscard]] bool looks_everywhere() const { return normalised_entropy.value > collapsed_everywhere; }
  [[nodiscard]] bool looks_at_the_sink() const { return first.value > collapsed_sink; }
};
[[nodiscard]] std::vector<CollapsedHead> collapsed_heads(const HeadReport& report);

}  // namespace regard
