// SPDX-License-Identifier: Apache-2.0
// `regard importance`: what a model's predictions lose on a corpus without its heads. `regard probe`: what a linear probe reads off its
// states. In numbers.
#pragma once

#include "app/cli/commands.h"
#include "core/analysis/probing.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard::cli {

struct ImportanceCommand {
  std::string model{};
  std::vector<AdapterUse> adapters{};
  std::vector<std::string> corpora{};  ///< none: those that come with the program
  std::size_t sentences = 60;          ///< of each corpus, the first ones
  std::optional<bool> mean{};          ///< ablated to the mean, or to 0; none: encoders to the mean, decoders to 0
};
struct ProbeCommand {
  std::string model{};
  std::vector<AdapterUse> adapters{};
  std::vector<std::string> corpora{};
  ProbeOptions options{};
};

/// Each writes one JSON document, as the README tells.
void run_importance(const ImportanceCommand& command, Streams streams);
void run_probe(const ProbeCommand& command, Streams streams);

}  // namespace regard::cli
