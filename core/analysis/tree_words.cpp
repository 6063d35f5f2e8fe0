// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/tree_words.h"

namespace regard {

TreeTokens tree_tokens(const TreeSentence& sentence, std::span<const Token> tokens) {
  TreeTokens result;
  result.group_of.assign(sentence.words.size(), TreeWord::none);
  std::size_t word = 0;
  for (std::size_t token = 0; token < tokens.size(); ++token) {
    const Token& one = tokens[token];
    const bool has_bytes = one.begin < one.end;
    while (has_bytes && word < sentence.words.size() && sentence.words[word].end <= one.begin)
      ++word;
    const bool is_of_word = has_bytes && word < sentence.words.size() && sentence.words[word].begin < one.end;
    if (is_of_word && !result.words.empty() && result.words.back() == word) {
      result.groups.back().push_back(token);
      continue;
    }
    result.groups.push_back({token});
    result.words.push_back(is_of_word ? word : TreeWord::none);
    if (is_of_word) result.group_of[word] = result.groups.size() - 1;
  }
  return result;
}

}  // namespace regard
