// SPDX-License-Identifier: Apache-2.0
#include "core/text/visible_text.h"

#include "core/text/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostAlike = 4;  // written one by one; more are counted
constexpr char32_t kSpace = U' ', kZeroWidthNonJoiner = 0x200C, kZeroWidthJoiner = 0x200D;

/// Names that people who work with text know.
constexpr std::array<std::pair<char32_t, const char*>, 17> kNames{{{0x00A0, "NBSP"},
                                                                   {0x00AD, "SHY"},
                                                                   {0x200B, "ZWSP"},
                                                                   {0x200C, "ZWNJ"},
                                                                   {0x200D, "ZWJ"},
                                                                   {0x200E, "LRM"},
                                                                   {0x200F, "RLM"},
                                                                   {0x202A, "LRE"},
                                                                   {0x202B, "RLE"},
                                                                   {0x202C, "PDF"},
                                                                   {0x202D, "LRO"},
                                                                   {0x202E, "RLO"},
                                                                   {0x202F, "NNBSP"},
                                                                   {0x2060, "WJ"},
                                                                   {0xFE0E, "VS15"},
                                                                   {0xFE0F, "VS16"},
                                                                   {0xFEFF, "BOM"}}};

std::string named(char32_t code) {
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(), [code](const auto& entry) { return entry.first == code; });
  if (found != kNames.end()) return "‹" + std::string(found->second) + "›";
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "U+%04X", static_cast<unsigned>(code));
  return "‹" + std::string(digits.data()) + "›";
}

/// Characters without ink that their category does not tell: fillers, variation selectors, the empty Braille cell.
bool is_blank_of_its_own(char32_t code) {
  return code == 0x034F || code == 0x115F || code == 0x1160 || code == 0x17B4 || code == 0x17B5 ||
         between(code, 0x180B, 0x180F) || code == 0x2800 || code == 0x3164 || between(code, 0xFE00, 0xFE0F) ||
         code == 0xFFA0 || between(code, 0xE0000, 0xE0FFF);
}

/// Has it no ink? Private characters belong here: no font says what they look like.
bool is_inkless(char32_t code) {
  if (code == kSpace) return false;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      // Signs of Arabic and Syriac numbers and verses count as format characters, but are drawn.
      return !between(code, 0x0600, 0x0605) && code != 0x06DD && code != 0x070F && !between(code, 0x0890, 0x0891) &&
             code != 0x08E2;
    default:
      return is_blank_of_its_own(code);
  }
}

/// Signs that stand for something else here.
bool is_stand_in(char32_t code) {
  return code == U'↵' || code == U'⇥' || code == U'◌' || code == U'∅';
}

/// Letters of scripts whose shapes joiners change: Arabic to Myanmar, Khmer, Mongolian.
bool joins(char32_t code) {
  return between(code, 0x0600, 0x109F) || between(code, 0x1780, 0x18AF) || between(code, 0xA840, 0xABFF);
}

std::vector<char32_t> characters_of(std::string_view text) {
  std::vector<char32_t> characters;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    characters.push_back(read.valid ? read.code : kReplacementCharacter);
    at += read.length;
  }
  return characters;
}

class Writer {
public:
  explicit Writer(std::vector<char32_t> text) : text_(std::move(text)) {}

  std::string write() {
    if (text_.empty()) return "∅";
    for (std::size_t at = 0; at < text_.size();)
      at += put(at);
    return std::move(out_);
  }

private:
  /// Characters equal to the one here, from here on.
  [[nodiscard]] std::size_t alike(std::size_t at) const {
    std::size_t end = at + 1;
    while (end < text_.size() && text_[end] == text_[at])
      ++end;
    return end - at;
  }

  void put_run(std::string_view sign, std::size_t count) {
    for (std::size_t each = 0; each < (count > kMostAlike ? 1 : count); ++each)
      out_ += sign;
    if (count > kMostAlike) out_ += "×" + std::to_string(count);
    on_letter_ = false;
  }

  /// Writes from `at` on; how many characters that were.
  std::size_t put(std::size_t at) {
    const char32_t code = text_[at];
    const bool edge = at == 0 || at + 1 == text_.size();
    if (code == kSpace || code == U'\n' || code == U'\t') {
      const std::size_t count = alike(at);
      const bool parts_words = code == kSpace && count == 1 && !edge;
      if (parts_words) {
        out_ += ' ';
        on_letter_ = false;
      } else {
        put_run(code == kSpace ? "·" : code == U'\n' ? "↵" : "⇥", count);
      }
      return count;
    }
    if ((code == kZeroWidthJoiner || code == kZeroWidthNonJoiner) && !edge && joins(text_[at - 1]) &&
        joins(text_[at + 1])) {
      append_utf8(out_, code);
      return 1;
    }
    if (is_inkless(code)) {
      const std::size_t count = alike(at);
      put_run(named(code), count);
      return count;
    }
    if (is_stand_in(code) || (code == U'·' && edge)) {
      put_run(named(code), 1);
      return 1;
    }
    if (is_mark(code) && !on_letter_) out_ += "◌";
    append_utf8(out_, code);
    on_letter_ = true;
    return 1;
  }

  std::vector<char32_t> text_;
  std::string out_{};
  bool on_letter_ = false;  ///< a mark has something to stand on
};

}  // namespace

std::string visible_text(std::string_view text) {
  return Writer(characters_of(text)).write();
}

std::string visible_word(std::string_view text) {
  std::vector<char32_t> characters = characters_of(text);
  if (characters.size() > 1 && characters[0] == kSpace && characters[1] != kSpace && !is_inkless(characters[1]) &&
      !is_mark(characters[1]))
    characters.erase(characters.begin());
  return Writer(std::move(characters)).write();
}

}  // namespace regard
