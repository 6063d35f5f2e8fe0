// SPDX-License-Identifier: Apache-2.0
#include "app/style/bmp_text.h"

#include "core/text/unicode.h"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace regard {
namespace {

constexpr unsigned kFirst = 0xE000;
constexpr unsigned kCount = 0xF900 - kFirst;

struct StandIns {
  std::vector<unsigned> numbers{};                  ///< what kFirst + index stands for
  std::unordered_map<unsigned, unsigned> places{};  ///< number → index
  void (*tell)(unsigned stand_in) = nullptr;
};
StandIns& table() {
  static StandIns stand_ins;
  return stand_ins;
}

bool is_private(unsigned character) {
  return character >= kFirst && character < kFirst + kCount;
}

bool is_line_end(unsigned character) {
  return character == '\n' || character == '\r';
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
      const auto byte = static_cast<unsigned char>(text[at++]);
      if (is_line_end(byte))
        append_character(result, map(byte));
      else
        result += static_cast<char>(byte);
      continue;
    }
    append_character(result, map(wide.character));
    at += wide.bytes;
  }
  return result;
}

}  // namespace

void append_character(std::string& text, unsigned character) {
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

unsigned stand_in_for(unsigned number) {
  StandIns& stand_ins = table();
  if (const auto found = stand_ins.places.find(number); found != stand_ins.places.end()) return kFirst + found->second;
  if (stand_ins.numbers.size() >= kCount) return number;
  const auto index = static_cast<unsigned>(stand_ins.numbers.size());
  stand_ins.numbers.push_back(number);
  stand_ins.places.emplace(number, index);
  if (stand_ins.tell != nullptr) stand_ins.tell(kFirst + index);
  return kFirst + index;
}

unsigned stood_for(unsigned character) {
  const std::vector<unsigned>& numbers = table().numbers;
  return is_private(character) && character - kFirst < numbers.size() ? numbers[character - kFirst] : character;
}

void when_stand_in_is_new(void (*tell)(unsigned)) {
  table().tell = tell;
}

unsigned to_field(unsigned character) {
  const bool fits = character < 0x10000 && !is_private(character) && !is_line_end(character);
  return fits ? character : stand_in_for(character);
}

std::string to_field(std::string_view text) {
  bool repaired = false;  // ImGui counts bytes of what it read, and those of what it would write where they are deleted
  return mapped(repair_utf8(text, repaired), [](unsigned character) { return to_field(character); });
}

unsigned from_field(unsigned character) {
  const unsigned number = stood_for(character);
  return number > 0x10FFFF ? 0xFFFD : number;  // a glyph is no character
}

std::string from_field(std::string_view text) {
  return mapped(text, [](unsigned character) { return from_field(character); });
}

}  // namespace regard
