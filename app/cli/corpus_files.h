// SPDX-License-Identifier: Apache-2.0
// The corpora that a command was given, or those that come with the program.
#pragma once

#include "core/analysis/head_atlas.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace regard::cli {

/// Reads `given` files; without any, the English and the Russian sentences of the program. Throws Error.
[[nodiscard]] std::vector<Corpus> read_corpora(const std::vector<std::string>& given);

/// Remarks, as a line of `err`, on every corpus whose words the model does not tell apart.
void tell_unread(const Model& model, const std::vector<Corpus>& corpora, std::ostream& err);

}  // namespace regard::cli
