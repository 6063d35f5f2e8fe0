// SPDX-License-Identifier: Apache-2.0
// What a tokenizer of any file promises for any text: tokens inside the text, ids inside the vocabulary, every one readable.
#pragma once

#include "core/text/tokenizer.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace regard {

/// Aborts where a promise is broken, for texts of our own and for what the stranger wrote.
inline void check_promises(const Tokenizer& tokenizer, std::string_view bytes) {
  constexpr std::size_t kMostTokens = 64;
  const auto known = [&](std::int32_t id) {
    return id >= 0 && static_cast<std::size_t>(id) < tokenizer.vocabulary_size();
  };
  const std::string_view texts[] = {
      "Кошка, которая  сидела, [MASK] на <mask>: 1234's ① café 我 \xF0\x9F\x90\x88 \xFF <s>\n\n  x▁",
      bytes.substr(0, 256), ""};
  for (const std::string_view text : texts) {
    const Encoding encoding = tokenizer.encode(text);
    for (const Token& token : encoding.tokens) {
      if (token.begin > token.end || token.end > encoding.text.size() || !known(token.id)) std::abort();
      (void)tokenizer.readable(token.id);
      (void)tokenizer.decode({&token.id, 1});
    }
    if (tokenizer.encode(text, {.max_tokens = kMostTokens}).tokens.size() > kMostTokens) std::abort();
  }
  if (const auto mask = tokenizer.mask_id(); mask && !known(*mask)) std::abort();
  if (const auto end = tokenizer.end_id(); end && !known(*end)) std::abort();
  (void)tokenizer.template_pieces();
}

}  // namespace regard
