// SPDX-License-Identifier: Apache-2.0
// Words of a text as groups of tokens, and one head's attention between them. Pure; any thread.
#pragma once

#include "core/analysis/groups.h"
#include "core/text/tokenizer.h"

#include <span>
#include <vector>

namespace regard {

/// Consecutive tokens of one word, in reading order; every special token (and every other token that belongs to no word) is a
/// group of its own. Together the groups hold each token once.
[[nodiscard]] std::vector<TokenGroup> word_groups(std::span<const Token> tokens);

/// The group that holds the token; groups come from word_groups().
[[nodiscard]] std::size_t word_of(std::span<const TokenGroup> words, std::size_t token);

/// Is the whole group special?
[[nodiscard]] bool is_special(std::span<const Token> tokens, const TokenGroup& word);

/// Word × word weights of a head: summed over the pieces attended to, mean over the pieces that ask. Rows sum to 1.
[[nodiscard]] Matrix word_weights(const Trace& trace, HeadRef head, std::span<const TokenGroup> words);

/// The same with special words taken out of the columns and the rest of each row divided by what is left of it, so that it sums
/// to 1 again (a row that has nothing left stays 0). Rows and columns keep their numbers; special columns are 0.
[[nodiscard]] Matrix word_weights_without_special(const Trace& trace, HeadRef head, std::span<const Token> tokens,
                                                  std::span<const TokenGroup> words);

}  // namespace regard
