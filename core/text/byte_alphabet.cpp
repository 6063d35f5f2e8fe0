// SPDX-License-Identifier: Apache-2.0
#include "core/text/byte_alphabet.h"

#include "core/text/unicode.h"

#include <array>
#include <cstddef>
#include <string>

namespace regard {
namespace {

// Printable Latin-1 stands for itself, the other bytes take U+0100, U+0101, … in order (as published with GPT-2).
constexpr bool stands_for_itself(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
}

constexpr std::array<char32_t, 256> make_alphabet() {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (int byte = 0; byte < 256; ++byte)
    alphabet[static_cast<std::size_t>(byte)] = stands_for_itself(byte) ? static_cast<char32_t>(byte) : next++;
  return alphabet;
}

constexpr std::array<char32_t, 256> kAlphabet = make_alphabet();

constexpr std::array<int, 0x144> make_bytes() {
  std::array<int, 0x144> bytes{};
  bytes.fill(-1);
  for (std::size_t byte = 0; byte < 256; ++byte)
    bytes[kAlphabet[byte]] = static_cast<int>(byte);
  return bytes;
}

constexpr std::array<int, 0x144> kBytes = make_bytes();

}  // namespace

char32_t byte_to_character(unsigned char byte) {
  return kAlphabet[byte];
}

int character_to_byte(char32_t code) {
  return code < kBytes.size() ? kBytes[code] : -1;
}

void append_in_byte_alphabet(const AlignedText& text, TextRange range, AlignedText& out) {
  std::string character;
  for (std::size_t at = range.begin; at < range.end; ++at) {
    character.clear();
    append_utf8(character, byte_to_character(static_cast<unsigned char>(text.text[at])));
    out.append(character, text.source[at]);
  }
}

}  // namespace regard
