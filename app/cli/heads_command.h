// SPDX-License-Identifier: Apache-2.0
// `regard heads`: what every head of a model does on a corpus, in numbers.
#pragma once

#include "app/cli/commands.h"

#include <string>
#include <vector>

namespace regard::cli {

struct HeadsCommand {
  std::string model{};
  std::vector<std::string>
      corpora{};     ///< CoNLL-U or texts of a sentence a line; none: those that come with the program
  bool csv = false;       ///< else JSON
  bool likeness = false;  ///< distances of all pairs of heads, too
};

/// Measures, relations and the probe of induction, as the README tells.
void run_heads(const HeadsCommand& command, Streams streams);

}  // namespace regard::cli
