// SPDX-License-Identifier: Apache-2.0
#include "core/text/precompiled.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace regard {
namespace {

constexpr std::size_t kLongestKey = 256;         // bytes: a trie that runs in circles must not make a text slow
constexpr std::size_t kLongestReplacement = 48;  // bytes: keeps the growth of a text bounded; NFKC's longest has 33

std::optional<std::string> decode_base64(std::string_view text) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  while (text.ends_with('='))
    text.remove_suffix(1);
  for (const char digit : text) {
    const std::size_t value = kAlphabet.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>((bits >> count) & 0xFF));
  }
  return bytes;
}

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t byte = 0; byte < 4; ++byte)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[byte])) << (8 * byte);
  return value;
}

bool short_replacements(std::string_view replacements) {
  while (!replacements.empty()) {
    const std::size_t length = std::min(replacements.find('\0'), replacements.size());
    if (length > kLongestReplacement) return false;
    replacements.remove_prefix(std::min(length + 1, replacements.size()));
  }
  return true;
}

// A unit of the trie: the label of the edge that leads to it, the distance to its children, or a value.
std::uint32_t offset_of(std::uint32_t unit) {
  return (unit >> 10) << ((unit & (1U << 9)) >> 6);
}
std::uint32_t label_of(std::uint32_t unit) {
  return unit & ((1U << 31) | 0xFFU);
}
bool has_value(std::uint32_t unit) {
  return ((unit >> 8) & 1U) != 0;
}

/// A value of the trie: where its replacement begins. Nothing where it points outside, or into a character.
std::optional<std::string_view> replacement_at(const CharacterMap& map, std::uint32_t value) {
  const std::size_t begin = value & 0x7FFFFFFFU;
  if (begin > map.replacements.size()) return std::nullopt;
  const std::string_view found = std::string_view(map.replacements).substr(begin);
  const std::string_view replacement = found.substr(0, found.find('\0'));
  return is_valid_utf8(replacement) ? std::optional(replacement) : std::nullopt;
}

/// Calls visit(length, replacement) for every key that `text` starts with, the shortest first, while it returns true.
template <typename Visit>
void for_each_key(const CharacterMap& map, std::string_view text, Visit&& visit) {
  std::uint32_t node = offset_of(map.units.front());
  for (std::size_t length = 1; length <= std::min(text.size(), kLongestKey); ++length) {
    const auto byte = static_cast<unsigned char>(text[length - 1]);
    if (byte == 0) return;
    node ^= byte;
    if (node >= map.units.size() || label_of(map.units[node]) != byte) return;
    const std::uint32_t unit = map.units[node];
    node ^= offset_of(unit);
    if (!has_value(unit)) continue;
    if (node >= map.units.size() || !visit(length, replacement_at(map, map.units[node]))) return;
  }
}

}  // namespace

std::optional<CharacterMap> parse_character_map_bytes(std::string_view rest) {
  if (rest.size() < 4) return std::nullopt;
  const std::size_t trie_bytes = read_u32(rest);
  rest.remove_prefix(4);
  if (trie_bytes % 4 != 0 || trie_bytes == 0 || trie_bytes > rest.size()) return std::nullopt;
  CharacterMap map;
  for (std::size_t at = 0; at < trie_bytes; at += 4)
    map.units.push_back(read_u32(rest.substr(at)));
  map.replacements = rest.substr(trie_bytes);
  if (!short_replacements(map.replacements)) return std::nullopt;
  return map;
}

std::optional<CharacterMap> parse_character_map(std::string_view base64) {
  const std::optional<std::string> bytes = decode_base64(base64);
  return bytes ? parse_character_map_bytes(*bytes) : std::nullopt;
}

std::optional<std::string_view> replacement_of(const CharacterMap& map, std::string_view text) {
  std::optional<std::string_view> shortest;
  for_each_key(map, text, [&](std::size_t, std::optional<std::string_view> replacement) {
    shortest = replacement;
    return false;
  });
  return shortest;
}

std::optional<Replacement> longest_replacement_of(const CharacterMap& map, std::string_view text) {
  std::optional<Replacement> longest;
  for_each_key(map, text, [&](std::size_t length, std::optional<std::string_view> replacement) {
    if (replacement && is_valid_utf8(text.substr(0, length))) longest = Replacement{*replacement, length};
    return true;
  });
  return longest;
}

}  // namespace regard
