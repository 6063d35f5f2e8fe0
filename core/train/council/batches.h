// SPDX-License-Identifier: Apache-2.0
// What a council reads at one step and is told about it. Equal generators give equal batches. Any thread.
#pragma once

#include "core/base/random.h"
#include "core/train/council/encoder.h"
#include "core/train/council/sentences.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace regard::train {

/// A token asks: the weight that it gives these keys together is to be 1.
struct Wish {
  std::size_t sentence = 0;
  std::size_t query = 0;             ///< token of the sentence
  std::size_t first = 0, count = 0;  ///< tokens to look at
  float weight = 0.0F;               ///< in the loss, which is −weight·ln(weight on them)
};

/// A word's first token, whose state is to tell its labels.
struct LabelRow {
  std::size_t row = 0;  ///< of all tokens
  std::vector<std::int32_t> labels{};
};

struct GuidedBatch {
  PackedSentences packed{};
  std::vector<HeadRef> heads{};             ///< that are told something, ascending
  std::vector<std::vector<Wish>> wishes{};  ///< [heads]
  std::vector<LabelRow> labels{};
  std::vector<std::size_t> hidden{};   ///< rows that are to be guessed
  std::vector<std::int32_t> wanted{};  ///< what stood there
};

/// A sentence of a batch: its words' pieces may be others than those of the sentence it was made from.
struct ReadWords {
  const GuidedSentence* from = nullptr;
  std::vector<const std::vector<std::int32_t>*> pieces{};  ///< [words]
};
/// Packs them between [CLS] and [SEP] and tells each head what its questions ask together: the words that any of them looks for, and [SEP]
/// only where none finds or doubts anything. `places` [questions].
[[nodiscard]] GuidedBatch make_batch(const GuidedSet& set, const std::vector<HeadRef>& places,
                                     const std::vector<ReadWords>& sentences);

/// An endless row of sentences: all of them in an order that is drawn, then in another one.
struct Deck {
  std::vector<std::size_t> order{};
  std::size_t next = 0;
};
/// As many sentences as have at most `pieces` tokens together, one at least; some words swapped, some hidden.
[[nodiscard]] GuidedBatch draw_batch(const GuidedSet& set, const std::vector<HeadRef>& places, std::size_t pieces,
                                     Deck& deck, Random& random);

}  // namespace regard::train
