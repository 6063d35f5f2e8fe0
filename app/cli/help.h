// SPDX-License-Identifier: Apache-2.0
// What --help prints: every word of it in the language chosen, in 80 columns counted in characters.
#pragma once

#include <memory>

namespace CLI {
class FormatterBase;
}

namespace regard::cli {

/// For CLI::App::formatter(), before commands are added: they inherit it. Made anew after the language was chosen.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> help_formatter();

}  // namespace regard::cli
