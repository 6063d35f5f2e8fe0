// SPDX-License-Identifier: Apache-2.0
// The words of a dependency tree as groups of a text's tokens. Pure; any thread.
#pragma once

#include "core/analysis/groups.h"
#include "core/format/conllu.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// All tokens in groups, in reading order: one for each word that has tokens, one for each token of no word (the template's,
/// or what stands between words).
struct TreeTokens {
  std::vector<TokenGroup> groups{};
  std::vector<std::size_t> words{};     ///< of each group: the word, or TreeWord::none
  std::vector<std::size_t> group_of{};  ///< of each word: its group, or TreeWord::none where no token is its own
};

/// A token that reaches over several words is the first one's. `tokens` encode the sentence's text.
[[nodiscard]] TreeTokens tree_tokens(const TreeSentence& sentence, std::span<const Token> tokens);

}  // namespace regard
