// SPDX-License-Identifier: Apache-2.0
// Sentences that ask something whose answer is written down: who is meant by a pronoun, who gets the gift, what the verb agrees with. The
// format is told in assets/corpora/README.md. Pure; any thread; fuzzed.
#pragma once

#include "core/base/range.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// One sentence. Ranges are bytes of the text, never empty.
struct ProbeSentence {
  std::string text{};  ///< without marks
  Range query{};       ///< the word that asks
  /// The word that asks is what comes next: who reads from left to right asks from the token before it.
  bool asks_before = false;
  std::vector<Range> answers{};  ///< words that are meant; ascending, never empty
  std::vector<Range>
      rivals{};  ///< words that a rule without understanding would take, as fit as the answers by their form
  std::vector<Range> others{};  ///< words that could be meant but for their form
  std::string right{},
      wrong{};  ///< how the text goes on where the query is, and how it does not; both empty: not asked
};

struct ProbeSentences {
  std::string name{};  ///< of the measure: "coreference"
  std::vector<ProbeSentence> sentences{};
};

/// The caller sees to it that the bytes are UTF-8. Throws Error, item a line: probe_name, probe_mark, probe_query, probe_answer,
/// probe_continuation; corpus_empty.
[[nodiscard]] ProbeSentences parse_probe_sentences(std::string_view bytes, const std::string& file);

}  // namespace regard
