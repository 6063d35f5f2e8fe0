// SPDX-License-Identifier: Apache-2.0
// SentencePiece's compiled character map, as tokenizer.json carries it ("precompiled_charsmap"): base64 of a little-endian u32
// (bytes of the trie), a double-array trie of u32 units (Darts), then the replacements, each ended by a zero byte.
// Immutable after parsing, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct CharacterMap {
  std::vector<std::uint32_t> units{};
  std::string replacements{};
};

/// From the bytes behind the base64, as SentencePiece's own files hold them. Nothing where they are no such map, or a
/// replacement is longer than 48 bytes.
[[nodiscard]] std::optional<CharacterMap> parse_character_map_bytes(std::string_view bytes);
/// Likewise, from base64.
[[nodiscard]] std::optional<CharacterMap> parse_character_map(std::string_view base64);

/// What the shortest key that `text` starts with becomes. A view into the map.
[[nodiscard]] std::optional<std::string_view> replacement_of(const CharacterMap& map, std::string_view text);

/// What the longest such key becomes, as SentencePiece itself takes it, and how many bytes of `text` the key has.
struct Replacement {
  std::string_view bytes{};
  std::size_t length = 0;
};
[[nodiscard]] std::optional<Replacement> longest_replacement_of(const CharacterMap& map, std::string_view text);

}  // namespace regard
