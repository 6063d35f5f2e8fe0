// SPDX-License-Identifier: Apache-2.0
// Unigram (Kudo 2018, https://arxiv.org/abs/1804.10959): of all ways to cut a word into pieces the one whose log probabilities
// add up to most (Viterbi). T5, XLM-R. Immutable, any thread.
#pragma once

#include "core/text/vocabulary.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct UnigramModel {
  std::vector<double> scores{};        ///< [pieces] log probability
  std::vector<std::int32_t> sorted{};  ///< ids in the order of their pieces' bytes
  std::optional<std::int32_t> unknown{};
  double unknown_score = 0.0;                ///< of a character that is no piece: ten below the least score
  bool single_precision = false;             ///< sums are kept in float32 as they grow, as SentencePiece keeps them
  bool byte_fallback = false;                ///< unknown characters become the pieces <0x00> … <0xFF>
  std::array<std::int32_t, 256> byte_ids{};  ///< for byte_fallback; −1 where the vocabulary lacks it
  std::string
      file{};  ///< named in the error where a character is unknown and there is no piece for it; empty: left out
};

/// Fills `sorted` and `unknown_score` from the scores and the pieces [0, scores.size()) of the vocabulary.
void prepare(UnigramModel& model, const Vocabulary& vocabulary);
/// Fills `sorted` with these ids only: other pieces are never cut out of a text.
void prepare(UnigramModel& model, const Vocabulary& vocabulary, std::vector<std::int32_t> ids);

/// Appends the pieces of one word (well-formed UTF-8). Neighbouring unknown characters make one unknown piece; where the
/// vocabulary has none they are left out, or an Error where `file` is known. Of equal sums the one found first, shorter pieces first, is taken.
void encode_word(const UnigramModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts);

}  // namespace regard
