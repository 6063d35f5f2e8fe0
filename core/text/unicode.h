// SPDX-License-Identifier: Apache-2.0
// UTF-8, normal forms and a few classes of characters (more in code_classes.h). Pure functions, any thread; tables come from
// utf8proc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace regard {

/// Stands for a broken character.
inline constexpr char32_t kReplacementCharacter = 0xFFFD;

/// One step of reading UTF-8. An ill-formed sequence gives U+FFFD, valid = false, and the length of its longest
/// well-formed beginning (at least 1), so one U+FFFD stands for each broken character.
struct DecodedCharacter {
  char32_t code = 0;
  std::size_t length = 0;  ///< bytes read, 1…4
  bool valid = true;
};

/// Reads the character that starts at byte `at`; `at` must be inside the text.
[[nodiscard]] DecodedCharacter decode_utf8(std::string_view text, std::size_t at);

/// Bytes of the character that starts with this lead byte, for text known to be well-formed.
[[nodiscard]] std::size_t utf8_length(char lead);

/// Both ends included.
[[nodiscard]] constexpr bool between(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}
/// Is this a byte of a character that began before it?
[[nodiscard]] constexpr bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}
/// How many characters the text has, combining ones included.
[[nodiscard]] std::size_t count_characters(std::string_view text);

[[nodiscard]] bool is_valid_utf8(std::string_view text);

/// Writes a character; surrogates and codes above U+10FFFF become U+FFFD.
void append_utf8(std::string& text, char32_t code);

/// The text with each ill-formed sequence replaced by U+FFFD; `repaired` says whether there was one.
[[nodiscard]] std::string repair_utf8(std::string_view text, bool& repaired);

[[nodiscard]] bool is_whitespace(char32_t code);  ///< Unicode White_Space
[[nodiscard]] bool is_mark(char32_t code);        ///< Mn, Mc, Me
[[nodiscard]] bool is_letter(char32_t code);      ///< every L category
[[nodiscard]] bool is_chinese_character(
    char32_t code);  ///< the CJK ideograph blocks BERT splits into single characters

/// Lower case of one character; U+0130 (İ) gives two characters, everything else one.
void append_lower_case(std::string& text, char32_t code);
/// Of a text, character by character.
[[nodiscard]] std::string lower_case(std::string_view text);

enum class NormalForm { nfc, nfd, nfkc, nfkd };

/// Normal form of well-formed UTF-8.
[[nodiscard]] std::string normalized(std::string_view text, NormalForm form);

/// Canonical combining class; 0 for characters that start a new combining sequence.
[[nodiscard]] int combining_class(char32_t code);

/// May composition or reordering join this character with the one before it? Text may be normalised piecewise between
/// characters for which this is false.
[[nodiscard]] bool may_join_previous(char32_t code);

/// Bytes of the grapheme (what a person calls a character) that `text` starts with; text is well-formed and not empty.
[[nodiscard]] std::size_t grapheme_length(std::string_view text);

/// Bytes as a person can read them: whole printable characters stay, a byte that is part of no whole character, and
/// control characters other than tab and newline, are written "‹0xD0›".
[[nodiscard]] std::string readable_bytes(std::string_view bytes);

}  // namespace regard
