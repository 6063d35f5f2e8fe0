// SPDX-License-Identifier: Apache-2.0
#include "app/style/bmp_text.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace regard {
namespace {

constexpr unsigned kFirst = 0xE000;
constexpr unsigned kCount = 0xF900 - kFirst;

std::vector<unsigned>& table() {
  static std::vector<unsigned> characters;  // stands for: kFirst + index
  return characters;
}

bool is_private(unsigned character) {
  return character >= kFirst && character < kFirst + kCount;
}

void append(std::string& text, unsigned character) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80U | ((character >> shift) & 0x3FU)); };
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xC0U | (character >> 6));
    tail(0);
  } else if (character < 0x10000) {
    text += static_cast<char>(0xE0U | (character >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | (character >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The character at `at` if it takes three or four bytes, and how many; 0 bytes for anything else.
struct Wide {
  unsigned character = 0;
  std::size_t bytes = 0;
};
Wide wide_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) { return static_cast<unsigned char>(text[at + offset]); };
  const std::size_t bytes = byte(0) >= 0xF0 && byte(0) < 0xF5 ? 4 : byte(0) >= 0xE0 && byte(0) < 0xF0 ? 3 : 0;
  if (bytes == 0 || at + bytes > text.size()) return {};
  unsigned character = bytes == 4 ? byte(0) & 0x07U : byte(0) & 0x0FU;
  for (std::size_t offset = 1; offset < bytes; ++offset) {
    if ((byte(offset) & 0xC0U) != 0x80U) return {};
    character = (character << 6) | (byte(offset) & 0x3FU);
  }
  return {character, bytes};
}

template <class Map>
std::string mapped(std::string_view text, const Map& map) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Wide wide = wide_at(text, at);
    if (wide.bytes == 0) {
      result += text[at++];
      continue;
    }
    append(result, map(wide.character));
    at += wide.bytes;
  }
  return result;
}

}  // namespace

unsigned to_field(unsigned character) {
  if (character < 0x10000 && !is_private(character)) return character;
  std::vector<unsigned>& characters = table();
  const auto found = std::find(characters.begin(), characters.end(), character);
  if (found != characters.end()) return kFirst + static_cast<unsigned>(found - characters.begin());
  if (characters.size() >= kCount) return character;
  characters.push_back(character);
  return kFirst + static_cast<unsigned>(characters.size() - 1);
}

std::string to_field(std::string_view text) {
  return mapped(text, [](unsigned character) { return to_field(character); });
}

unsigned from_field(unsigned character) {
  const std::vector<unsigned>& characters = table();
  return is_private(character) && character - kFirst < characters.size() ? characters[character - kFirst] : character;
}

std::string from_field(std::string_view text) {
  return mapped(text, [](unsigned character) { return from_field(character); });
}

std::string_view drawable(std::string_view text, std::string& room) {
  const auto is_long = [](char byte) { return static_cast<unsigned char>(byte) >= 0xF0; };
  if (std::none_of(text.begin(), text.end(), is_long)) return text;
  room = mapped(text, [](unsigned character) { return character < 0x10000 ? character : to_field(character); });
  return room;
}

}  // namespace regard
