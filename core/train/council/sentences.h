// SPDX-License-Identifier: Apache-2.0
// Sentences with trees as what heads are to look at. Immutable once made; any thread.
#pragma once

#include "core/text/tokenizer.h"
#include "core/train/council/sources.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace regard::train {

inline constexpr std::size_t kLongestSentence = 128;  ///< tokens, [CLS] and [SEP] among them

/// A word to look at, and how much of the loss hangs on it.
struct Wanted {
  std::size_t word = 0;
  float weight = 0.0F;
};
/// What a word is to look at for one question. Neither words nor separator: nothing is told, the answer is doubtful.
struct Ask {
  std::vector<Wanted> words{};
  float separator = 0.0F;  ///< of the loss hangs on [SEP]: there is nothing to find
};

struct GuidedWord {
  std::vector<std::int32_t> pieces{};  ///< none where its bytes are a token of the word before ("n't")
  std::string kind{};    ///< language, part of speech, features: words of one kind may stand for one another
  float swapped = 0.0F;  ///< share of the times that one does
  std::vector<std::int32_t> labels{};  ///< [label kinds] of its tree: part of speech, case …
};

struct GuidedSentence {
  std::size_t language = 0;
  std::vector<GuidedWord> words{};
  std::vector<std::vector<Ask>> asks{};  ///< [questions] of [words]; empty for neighbours
};

/// Made once, whatever the heads.
struct GuidedSet {
  Questions questions{};
  std::string
      vocabulary{};  ///< lines of vocab.txt: special pieces, single signs, and what the sentences to learn from have often enough
  std::shared_ptr<const Tokenizer> tokenizer{};  ///< of these
  std::int32_t opening = 0, closing = 0, mask = 0, unknown = 0;
  std::vector<GuidedSentence> sentences{};  ///< to learn from
  std::vector<std::size_t> labels{};        ///< of each kind: how many there are
  std::array<std::vector<TreeSentence>, 2> held_out{};
  std::map<std::string, std::vector<std::vector<std::int32_t>>>
      swaps{};  ///< by kind: the pieces of its words, ascending

  [[nodiscard]] std::size_t label_count() const;
  [[nodiscard]] std::size_t pieces() const { return tokenizer->vocabulary_size(); }
};
/// Throws Error: those of parse_vocab_txt(); corpus_empty where there is no sentence to learn from or none to measure by.
[[nodiscard]] std::shared_ptr<const GuidedSet> prepare_council(const CouncilSources& sources);

/// What the words of a sentence are told about each question, as council's recipe has it. Words without pieces
/// can neither ask nor be looked at.
[[nodiscard]] std::vector<std::vector<Ask>> asks_of(const TreeSentence& sentence, const Questions& questions,
                                                    const std::vector<bool>& has_pieces);

}  // namespace regard::train
