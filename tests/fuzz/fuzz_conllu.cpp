// SPDX-License-Identifier: Apache-2.0
// Any bytes as a CoNLL-U file: sentences whose words have places in the text and heads that lead to a root, or a regard::Error. What
// heads are asked about them stays within the sentence.
#include "core/analysis/relations.h"
#include "core/base/error.h"
#include "core/format/conllu.h"

#include <cstdint>
#include <cstdlib>

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

void check(const regard::TreeSentence& sentence) {
  std::size_t end = 0;
  for (const regard::TreeWord& word : sentence.words) {
    require(word.begin >= end && word.end >= word.begin && word.end <= sentence.text.size());
    end = word.end;
    std::size_t steps = 0;
    for (std::size_t at = word.head; at != regard::TreeWord::none; at = sentence.words[at].head)
      require(at < sentence.words.size() && ++steps <= sentence.words.size());
  }
  if (sentence.words.size() > 200) return;  // a model reads no longer ones; asking takes the square of them
  for (const auto& [name, questions] : regard::relation_questions(sentence))
    for (const regard::RelationQuestion& question : questions) {
      require(question.asks < sentence.words.size() && !question.answers.empty());
      for (const std::size_t answer : question.answers)
        require(answer < sentence.words.size());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    for (const regard::TreeSentence& sentence :
         regard::parse_conllu({reinterpret_cast<const char*>(data), size}, "fuzz"))
      check(sentence);
  } catch (const regard::Error&) {}
  return 0;
}
