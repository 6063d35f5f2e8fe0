// SPDX-License-Identifier: Apache-2.0
// SentencePiece's byte-pair encoding: pieces have scores instead of merges. Of all neighbours that together make a piece those
// with the best-scored piece merge first, the leftmost of equals. Immutable, any thread.
#pragma once

#include "core/text/kept_symbols.h"
#include "core/text/vocabulary.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace regard {

struct ScoredBpeModel {
  /// What becomes of a piece: not made by merging (control, byte, unknown), made, or made only on the way to another.
  enum class Use : std::uint8_t { none, piece, on_the_way };
  std::vector<float> scores{};  ///< by id; ids behind the end are no pieces of the model
  std::vector<Use> uses{};      ///< likewise
  std::optional<std::int32_t> unknown{};
  bool byte_fallback = false;                 ///< unknown characters become the pieces <0x00> … <0xFF>
  std::array<std::int32_t, 256> byte_ids{};   ///< for byte_fallback; −1 where the vocabulary lacks it
  std::shared_ptr<const KeptSymbols> kept{};  ///< null: none
};

/// Appends the pieces of one word (well-formed UTF-8) in O(n log n). Neighbouring unknown characters make one unknown piece;
/// they are left out where the vocabulary has none.
void encode_word(const ScoredBpeModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts);

}  // namespace regard
