// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/commonest_token.h"

#include <algorithm>
#include <map>

namespace regard {

CommonestToken commonest_token(const Model& model, const Corpus& corpus, std::size_t sentences,
                               const std::stop_token& stop) {
  std::map<std::int32_t, std::size_t> counts;
  CommonestToken result;
  for (std::size_t sentence = 0; sentence < std::min(sentences, corpus.sentences.size()); ++sentence) {
    throw_if_stopped(stop);
    for (const Token& token : model.tokenizer->encode(corpus.sentences[sentence].text).tokens)
      if (token.begin < token.end) {
        ++counts[token.id];
        ++result.tokens;
      }
  }
  const auto best = std::max_element(counts.begin(), counts.end(),
                                     [](const auto& left, const auto& right) { return left.second < right.second; });
  if (best == counts.end()) return result;
  result.times = best->second;
  result.text = model.tokenizer->readable(best->first);
  return result;
}

}  // namespace regard
