// SPDX-License-Identifier: Apache-2.0
#include "core/text/words.h"

#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <cstddef>

namespace regard {
namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

// Start of the word each byte belongs to; kNowhere for whitespace.
std::vector<std::size_t> word_starts(std::string_view text) {
  std::vector<std::size_t> starts(text.size(), kNowhere);
  std::size_t current = kNowhere;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    const bool sign = is_punctuation(character.code);
    if (is_whitespace(character.code)) {
      current = kNowhere;
    } else {
      if (sign || current == kNowhere) current = at;
      std::fill_n(starts.begin() + static_cast<std::ptrdiff_t>(at), character.length, current);
      if (sign) current = kNowhere;
    }
    at += character.length;
  }
  return starts;
}

// The first byte of the token's span that is not whitespace, or its end.
std::size_t first_visible(const std::vector<std::size_t>& starts, const Token& token) {
  std::size_t at = token.begin;
  while (at < token.end && starts[at] == kNowhere)
    ++at;
  return at;
}

}  // namespace

void assign_words(std::string_view text, std::vector<Token>& tokens) {
  const std::vector<std::size_t> starts = word_starts(text);
  std::int32_t word = -1;
  std::size_t last = kNowhere;  // start of the word the previous token belongs to
  for (Token& token : tokens) {
    if (token.special) {
      token.word = ++word;
      last = kNowhere;
      continue;
    }
    const std::size_t visible = first_visible(starts, token);
    const bool blank = visible == token.end;
    const bool leads = blank && (token.begin == token.end || text.substr(token.begin, token.end - token.begin) == " ");
    std::size_t start = kNowhere;
    if (!blank || (leads && visible < text.size())) start = starts[visible];
    // A whitespace character may be spread over several tokens; its later bytes stay with the first.
    const bool goes_on = blank && !leads && continues_character(text[token.begin]) && word >= 0;
    if (start == kNowhere ? !goes_on : start != last) ++word;
    token.word = word;
    last = start;
  }
}

}  // namespace regard
