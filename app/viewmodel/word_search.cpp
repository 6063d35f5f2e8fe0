// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/word_search.h"

#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace regard {
namespace {

constexpr char32_t kYo = U'ё', kYe = U'е';

bool is_ascii_letter_or_digit(char character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z');
}

/// Does a word begin at this byte of a folded text? Letters beyond ASCII go on with bytes of 0x80 and more.
bool begins_word(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  const char before = text[at - 1];
  return !is_ascii_letter_or_digit(before) && static_cast<unsigned char>(before) < 0x80U;
}

bool begins_with_digit(std::string_view word) {
  return word.front() >= '0' && word.front() <= '9';
}

enum class Place { absent, inside, beginning };

Place find_word(std::string_view text, std::string_view word) {
  Place place = Place::absent;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (begins_word(text, at)) return Place::beginning;
    if (!begins_with_digit(word)) place = Place::inside;
  }
  return place;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    at += read.length;
    if (read.code >= 0x80 && !is_letter(read.code) && !is_number(read.code)) {
      result += ' ';
      continue;
    }
    std::string lower;
    append_lower_case(lower, read.code);
    if (decode_utf8(lower, 0).code == kYo)
      append_utf8(result, kYe);
    else
      result += lower;
  }
  return result;
}

WordSearch::WordSearch(std::string_view typed) : whole_(folded(typed)) {
  for (std::size_t at = 0; at < whole_.size();) {
    const std::size_t begin = whole_.find_first_not_of(' ', at);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(whole_.find(' ', begin), whole_.size());
    words_.push_back(whole_.substr(begin, end - begin));
    at = end;
  }
}

std::optional<int> WordSearch::rank(std::string_view folded_text) const {
  bool inside = false;
  for (const std::string& word : words_) {
    const Place place = find_word(folded_text, word);
    if (place == Place::absent) return std::nullopt;
    inside = inside || place == Place::inside;
  }
  if (folded_text.starts_with(whole_)) return 0;
  return inside ? 2 : 1;
}

}  // namespace regard
