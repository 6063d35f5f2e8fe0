// SPDX-License-Identifier: Apache-2.0
// Byte-pair encoding: a word starts as characters and its best-ranked neighbours merge until none can. Serves both the
// byte-level alphabet (GPT-2, Qwen) and the SentencePiece style with byte fallback (Llama). Immutable, any thread.
#pragma once

#include "core/text/vocabulary.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace regard {

struct BpeMerge {
  std::uint32_t rank = 0;  ///< smaller merges first
  std::int32_t merged = 0;
};

struct BpeModel {
  std::unordered_map<std::uint64_t, BpeMerge> merges{};  ///< keyed by merge_key(left, right)
  std::optional<std::int32_t> unknown{};
  std::string continuing_prefix{};           ///< before every character but the word's first
  std::string end_of_word_suffix{};          ///< after the word's last character
  bool fuse_unknown = false;                 ///< neighbouring unknown characters make one unknown piece
  bool byte_fallback = false;                ///< unknown characters become the pieces <0x00> … <0xFF>
  bool ignore_merges = false;                ///< a word that is a piece is taken whole
  std::array<std::int32_t, 256> byte_ids{};  ///< for byte_fallback; −1 where the vocabulary lacks it
  std::string
      file{};  ///< named in the error for an unknown character where the unknown piece itself is missing; or empty
};

[[nodiscard]] constexpr std::uint64_t merge_key(std::int32_t left, std::int32_t right) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
}

/// Appends the pieces of one word (well-formed UTF-8) in O(n log n). Characters that are neither in the vocabulary nor
/// covered by the fallback or an unknown piece are left out.
void encode_word(const BpeModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts);

/// Ids of the pieces <0x00> … <0xFF>; −1 where the vocabulary lacks one.
[[nodiscard]] std::array<std::int32_t, 256> byte_pieces(const Vocabulary& vocabulary);

/// The byte a fallback piece "<0xD0>" stands for.
[[nodiscard]] std::optional<unsigned char> fallback_byte(std::string_view piece);

}  // namespace regard
