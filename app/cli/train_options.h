// SPDX-License-Identifier: Apache-2.0
// The options of `regard train` and `regard council`. Private to app/cli.
#pragma once

#include "app/cli/council_command.h"
#include "app/cli/train_command.h"

namespace CLI {
class App;
}

namespace regard::cli {

/// Parsing fills `command`, which must outlive `train`.
void add_train_options(CLI::App& train, TrainCommand& command);
void add_council_options(CLI::App& council, CouncilCommand& command);

}  // namespace regard::cli
