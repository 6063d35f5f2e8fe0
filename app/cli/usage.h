// SPDX-License-Identifier: Apache-2.0
// What is wrong with a command line that cannot be understood, as a sentence in the language chosen.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace regard::cli {

/// `app` is as parse() left it when it threw `error`. The sentences of validators (CLI::ValidationError) are ours already.
/// The library's own words are never shown.
[[nodiscard]] std::string usage_sentence(const CLI::App& app, const CLI::ParseError& error);

/// Which options there are to choose from, where the command that was chosen needs one of them and none was given.
[[nodiscard]] std::string missing_choice(const CLI::App& app);

}  // namespace regard::cli
