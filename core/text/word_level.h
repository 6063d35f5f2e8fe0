// SPDX-License-Identifier: Apache-2.0
// WordLevel: a word is a piece or unknown. Immutable, any thread.
#pragma once

#include "core/text/vocabulary.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct WordLevelModel {
  std::optional<std::int32_t> unknown{};
  std::string file{};  ///< for the error
};

/// Appends the piece of one word. Throws Error tokenizer_no_unknown where it is none and the vocabulary has no unknown piece.
void encode_word(const WordLevelModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts);

}  // namespace regard
