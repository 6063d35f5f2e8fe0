// SPDX-License-Identifier: Apache-2.0
// `regard heads`: what every head of a model does on a corpus, in numbers.
#pragma once

#include "app/cli/commands.h"
#include "core/analysis/head_likeness.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard::cli {

struct HeadsCommand {
  std::string model{};
  std::vector<AdapterUse> adapters{};
  ReadingCapture captured{};
  std::vector<std::string>
      corpora{};                      ///< CoNLL-U or texts of a sentence a line; none: those that come with the program
  std::vector<std::string> probes{};  ///< sentences whose answers are written down; neither these nor corpora: likewise
  std::string detectors{};            ///< a file of rules; empty: none
  std::size_t ensemble = 0;           ///< most heads that answer a relation together; 0: not measured
  bool likeness = false;              ///< distances of all pairs of heads, too
  std::optional<SpecialTokens> special_tokens{};  ///< of likeness; none: the usual ones of the model
  bool csv = false;                               ///< else JSON
};

/// Measures, relations, copying, probes, and what else was asked for, as the README tells.
void run_heads(const HeadsCommand& command, Streams streams);

}  // namespace regard::cli
