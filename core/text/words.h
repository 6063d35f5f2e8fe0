// SPDX-License-Identifier: Apache-2.0
// Which word a token belongs to, for tokenizers whose own cuts are not words. Pure, any thread.
#pragma once

#include "core/text/tokenizer.h"

#include <string_view>
#include <vector>

namespace regard {

/// Numbers the words of `text` from 0 and gives each token the word of its first visible character: a word is a run of
/// characters without whitespace and punctuation, and every punctuation sign is a word of its own. A single space on
/// its own before a word belongs to that word; other whitespace is a word of its own, as is a special token that was
/// typed. Words without a token get no number. `tokens` lie in text order.
void assign_words(std::string_view text, std::vector<Token>& tokens);

}  // namespace regard
