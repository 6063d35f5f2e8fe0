// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/words.h"

#include <algorithm>
#include <cassert>

namespace regard {

std::vector<TokenGroup> word_groups(std::span<const Token> tokens) {
  std::vector<TokenGroup> words;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const Token& token = tokens[at];
    const bool continues =
        at > 0 && !token.special && token.word >= 0 && !tokens[at - 1].special && tokens[at - 1].word == token.word;
    if (continues)
      words.back().push_back(at);
    else
      words.push_back({at});
  }
  return words;
}

std::size_t word_of(std::span<const TokenGroup> words, std::size_t token) {
  const auto after = std::partition_point(words.begin(), words.end(),
                                          [token](const TokenGroup& word) { return word.front() <= token; });
  assert(after != words.begin());
  return static_cast<std::size_t>(after - words.begin()) - 1;
}

bool is_special(std::span<const Token> tokens, const TokenGroup& word) {
  return std::all_of(word.begin(), word.end(), [&](std::size_t token) { return tokens[token].special; });
}

Matrix word_weights(const Trace& trace, HeadRef head, std::span<const TokenGroup> words) {
  return grouped_weights(trace, head, words, words);
}

Matrix word_weights_without_special(const Trace& trace, HeadRef head, std::span<const Token> tokens,
                                    std::span<const TokenGroup> words) {
  Matrix weights = word_weights(trace, head, words);
  for (std::size_t key = 0; key < words.size(); ++key) {
    if (!is_special(tokens, words[key])) continue;
    for (std::size_t query = 0; query < words.size(); ++query)
      weights(query, key) = 0.0F;
  }
  renormalise_rows(weights);
  return weights;
}

}  // namespace regard
