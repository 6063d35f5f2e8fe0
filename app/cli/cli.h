// SPDX-License-Identifier: Apache-2.0
// The command line of the program: `regard trace|tokens|generate|models` do their work here and need no display; without
// a subcommand the options for the window are handed back.
// Results go to stdout, everything else to stderr, an error as one sentence, in the language of --lang or of the machine.
// Exit codes: 0 done, 1 bad input, 2 bad usage.
#pragma once

#include "app/cli/window_options.h"

#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace regard::cli {

/// Either the exit code of a finished command, or what the window is asked for.
using Outcome = std::variant<int, WindowOptions>;

/// `arguments` without the program's name.
[[nodiscard]] Outcome parse(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);
/// With std::cout and std::cerr.
[[nodiscard]] Outcome parse(int argc, char** argv);

}  // namespace regard::cli
