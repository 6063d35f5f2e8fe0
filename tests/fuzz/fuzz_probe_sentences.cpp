// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of probe sentences: marks that are words of the text, or a regard::Error.
#include "core/base/error.h"
#include "core/format/probe_sentences.h"

#include <cstdint>
#include <cstdlib>

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

void check(const regard::ProbeSentence& sentence) {
  const auto check_range = [&](const regard::Range& range) {
    require(range.begin < range.end && range.end <= sentence.text.size());
  };
  check_range(sentence.query);
  require(!sentence.answers.empty());
  for (const auto* ranges : {&sentence.answers, &sentence.rivals, &sentence.others})
    for (const regard::Range& range : *ranges)
      check_range(range);
  require(sentence.right.empty() == sentence.wrong.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const regard::ProbeSentences probe =
        regard::parse_probe_sentences({reinterpret_cast<const char*>(data), size}, "fuzz");
    require(!probe.name.empty() && !probe.sentences.empty());
    for (const regard::ProbeSentence& sentence : probe.sentences)
      check(sentence);
  } catch (const regard::Error&) {}
  return 0;
}
