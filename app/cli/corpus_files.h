// SPDX-License-Identifier: Apache-2.0
// The corpora that a command was given, or those that come with the program.
#pragma once

#include "core/analysis/head_atlas.h"

#include <string>
#include <vector>

namespace regard::cli {

/// Reads `given` files; without any, the English and the Russian sentences of the program. Throws Error.
[[nodiscard]] std::vector<Corpus> read_corpora(const std::vector<std::string>& given);

}  // namespace regard::cli
