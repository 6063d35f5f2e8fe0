// SPDX-License-Identifier: Apache-2.0
// WordPiece: the longest piece first, from left to right (BERT). The words come from BERT's basic tokenizer, which is
// the BertNormalizer followed by the BertPreTokenizer. Immutable, any thread.
#pragma once

#include "core/text/vocabulary.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct WordPieceModel {
  std::string continuing_prefix = "##";
  std::size_t longest_word = 100;  ///< characters; a longer word is unknown as a whole
  std::int32_t unknown = 0;        ///< id of [UNK]
  std::size_t longest_piece = 0;   ///< bytes, of all pieces
};

/// Appends the pieces of one word; one unknown piece where the word cannot be built.
void encode_word(const WordPieceModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts);

}  // namespace regard
