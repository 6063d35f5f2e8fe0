// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of detectors: rules that can be asked about tokens and trees, or a regard::Error.
#include "core/analysis/detectors.h"
#include "core/base/error.h"

#include <cstdint>
#include <cstdlib>

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

const regard::TreeSentence& sentence() {
  static const regard::TreeSentence one =
      regard::parse_conllu(
          "1\tThe\tthe\tDET\t_\tDefinite=Def\t2\tdet\t_\t_\n2\tcat\tcat\tNOUN\t_\tNumber=Sing\t3\tnsubj\t_\t_\n"
          "3\tsleeps\tsleep\tVERB\t_\t_\t0\troot\t_\tSpaceAfter=No\n4\t.\t.\tPUNCT\t_\t_\t3\tpunct\t_\t_\n",
          "fuzz")
          .front();
  return one;
}

void ask(const regard::Detector& detector, const regard::DetectorUnits& units) {
  const regard::AskedDetector asked(detector, units);
  for (std::size_t unit = 0; unit < units.groups.size(); ++unit)
    for (const std::size_t key : asked.keys_of(unit))
      require(key < units.groups.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<regard::Token> tokens;
  for (const regard::TreeWord& word : sentence().words)
    tokens.push_back({.id = 1, .text = word.form, .begin = word.begin, .end = word.end});
  try {
    for (const regard::Detector& detector :
         regard::parse_detectors({reinterpret_cast<const char*>(data), size}, "fuzz")) {
      require(!detector.name.empty() && !detector.query.empty() && !detector.key.empty());
      ask(detector, detector.asks_tree() ? regard::word_units(sentence(), tokens) : regard::token_units(tokens));
    }
  } catch (const regard::Error&) {}
  return 0;
}
