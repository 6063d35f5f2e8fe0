// SPDX-License-Identifier: Apache-2.0
#include "core/text/unicode.h"

#include "core/text/code_classes.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace regard {
namespace {

utf8proc_category_t category(char32_t code) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code));
}

// The bytes that may follow a lead byte (Unicode 15, table 3-7): none for an ill-formed lead.
struct Lead {
  std::size_t length = 1;
  std::uint8_t second_low = 0x80;
  std::uint8_t second_high = 0xBF;
  char32_t bits = 0;
};

Lead lead_of(std::uint8_t byte) {
  if (between(byte, 0xC2, 0xDF)) return {2, 0x80, 0xBF, static_cast<char32_t>(byte & 0x1F)};
  if (byte == 0xE0) return {3, 0xA0, 0xBF, 0};
  if (byte == 0xED) return {3, 0x80, 0x9F, 0xD};
  if (between(byte, 0xE1, 0xEF)) return {3, 0x80, 0xBF, static_cast<char32_t>(byte & 0x0F)};
  if (byte == 0xF0) return {4, 0x90, 0xBF, 0};
  if (byte == 0xF4) return {4, 0x80, 0x8F, 4};
  if (between(byte, 0xF1, 0xF3)) return {4, 0x80, 0xBF, static_cast<char32_t>(byte & 0x07)};
  return {};
}

}  // namespace

DecodedCharacter decode_utf8(std::string_view text, std::size_t at) {
  const auto byte_at = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  const std::uint8_t first = byte_at(at);
  if (first < 0x80) return {first, 1, true};
  const Lead lead = lead_of(first);
  if (lead.length == 1) return {kReplacementCharacter, 1, false};
  char32_t code = lead.bits;
  for (std::size_t index = 1; index < lead.length; ++index) {
    const bool inside = at + index < text.size();
    const std::uint8_t low = index == 1 ? lead.second_low : 0x80;
    const std::uint8_t high = index == 1 ? lead.second_high : 0xBF;
    if (!inside || byte_at(at + index) < low || byte_at(at + index) > high)
      return {kReplacementCharacter, index, false};
    code = (code << 6) | (byte_at(at + index) & 0x3F);
  }
  return {code, lead.length, true};
}

std::size_t count_characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

std::size_t utf8_length(char lead) {
  const auto byte = static_cast<std::uint8_t>(lead);
  if (byte < 0xC0) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    if (!character.valid) return false;
    at += character.length;
  }
  return true;
}

void append_utf8(std::string& text, char32_t code) {
  if (code > 0x10FFFF || between(code, 0xD800, 0xDFFF)) code = kReplacementCharacter;
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

std::string repair_utf8(std::string_view text, bool& repaired) {
  repaired = false;
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    if (character.valid) {
      result.append(text, at, character.length);
    } else {
      append_utf8(result, kReplacementCharacter);
      repaired = true;
    }
    at += character.length;
  }
  return result;
}

bool is_whitespace(char32_t code) {
  if (code < 0x80) return code == ' ' || between(code, 0x09, 0x0D);
  return code == 0x85 || code == 0xA0 || code == 0x1680 || between(code, 0x2000, 0x200A) || code == 0x2028 ||
         code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_mark(char32_t code) {
  const utf8proc_category_t found = category(code);
  return found >= UTF8PROC_CATEGORY_MN && found <= UTF8PROC_CATEGORY_ME;
}

bool is_letter(char32_t code) {
  const utf8proc_category_t found = category(code);
  return found >= UTF8PROC_CATEGORY_LU && found <= UTF8PROC_CATEGORY_LO;
}

bool is_chinese_character(char32_t code) {
  return between(code, 0x4E00, 0x9FFF) || between(code, 0x3400, 0x4DBF) || between(code, 0x20000, 0x2A6DF) ||
         between(code, 0x2A700, 0x2B73F) || between(code, 0x2B740, 0x2B81F) || between(code, 0x2B920, 0x2CEAF) ||
         between(code, 0xF900, 0xFAFF) || between(code, 0x2F800, 0x2FA1F);
}

void append_lower_case(std::string& text, char32_t code) {
  if (code == 0x130) {
    text += "i\xCC\x87";
    return;
  }
  if (const char32_t lower = newer_lower_case(code)) {
    append_utf8(text, lower);
    return;
  }
  append_utf8(text, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code))));
}

std::string lower_case(std::string_view text) {
  std::string lower;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    append_lower_case(lower, character.code);
    at += character.length;
  }
  return lower;
}

std::string normalized(std::string_view text, NormalForm form) {
  int options = UTF8PROC_STABLE;
  const bool compose = form == NormalForm::nfc || form == NormalForm::nfkc;
  options |= compose ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
  if (form == NormalForm::nfkc || form == NormalForm::nfkd) options |= UTF8PROC_COMPAT;
  utf8proc_uint8_t* bytes = nullptr;
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &bytes, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(bytes, &std::free);
  if (length < 0) return std::string(text);  // ill-formed input: the callers give repaired text
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
}

int combining_class(char32_t code) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(code))->combining_class;
}

bool may_join_previous(char32_t code) {
  if (code < 0x300) return false;
  // Hangul vowels and final consonants compose with what stands before them without being marks.
  return is_mark(code) || combining_class(code) != 0 || between(code, 0x1160, 0x11FF) ||
         between(code, 0xD7B0, 0xD7FF) || between(code, 0xFF9E, 0xFF9F);
}

std::string readable_bytes(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result;
  const auto put_byte = [&](char byte) {
    const auto value = static_cast<std::uint8_t>(byte);
    result += "‹0x";
    result.push_back(kDigits[value >> 4]);
    result.push_back(kDigits[value & 0xF]);
    result += "›";
  };
  for (std::size_t at = 0; at < bytes.size();) {
    const DecodedCharacter character = decode_utf8(bytes, at);
    const bool shown = character.valid && (character.code >= 0x20 ? character.code != 0x7F
                                                                  : character.code == '\t' || character.code == '\n');
    for (std::size_t index = 0; index < character.length; ++index) {
      if (shown)
        result.push_back(bytes[at + index]);
      else
        put_byte(bytes[at + index]);
    }
    at += character.length;
  }
  return result;
}

std::size_t grapheme_length(std::string_view text) {
  DecodedCharacter previous = decode_utf8(text, 0);
  std::size_t length = previous.length;
  utf8proc_int32_t state = 0;
  while (length < text.size()) {
    const DecodedCharacter next = decode_utf8(text, length);
    if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(previous.code),
                                         static_cast<utf8proc_int32_t>(next.code), &state))
      break;
    length += next.length;
    previous = next;
  }
  return length;
}

}  // namespace regard
