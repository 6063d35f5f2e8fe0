// SPDX-License-Identifier: Apache-2.0
// A sentence as a BERT-like tokenizer would give it, by hand: [CLS], words at the blanks, [SEP].
#pragma once

#include "core/text/tokenizer.h"

#include <cctype>
#include <string>

namespace regard::testing {

/// Words are cut at blanks; a word longer than `piece` letters (bytes) is cut into pieces of that many.
inline Encoding sentence(const std::string& text, std::size_t piece = 100, bool specials = true) {
  Encoding encoding;
  encoding.text = text;
  const auto special = [&](const char* name) {
    Token token;
    token.piece = token.text = name;
    token.special = true;
    encoding.tokens.push_back(token);
  };
  if (specials) special("[CLS]");
  std::int32_t word = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    std::size_t end = text.find(' ', at);
    if (end == std::string::npos) end = text.size();
    for (std::size_t begin = at; begin < end; begin += piece) {
      Token token;
      token.id = static_cast<std::int32_t>(encoding.tokens.size()) + 10;
      token.begin = begin;
      token.end = std::min(begin + piece, end);
      token.text = text.substr(token.begin, token.end - token.begin);
      token.piece = (begin > at ? "##" : "") + token.text;
      token.word = word;
      token.special = token.text == "[MASK]";
      encoding.tokens.push_back(token);
    }
    ++word;
    at = end;
  }
  if (specials) special("[SEP]");
  return encoding;
}

}  // namespace regard::testing
