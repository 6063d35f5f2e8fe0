// SPDX-License-Identifier: Apache-2.0
// `--checkpoint STEP`: of a folder of checkpoints the one of that step, whatever the command.
#pragma once

#include "app/cli/options.h"

namespace regard::cli {

/// To every command that has `--model`, and the window.
void add_checkpoint(CLI::App& app, Values& values);

/// The model of the command that was given becomes its checkpoint of the step asked for; of a window without one a folder of checkpoints
/// becomes its last, so that the session keeps the step. Throws Refusal where no model is named, Error as checkpoint_at().
void choose_checkpoint(const CLI::App& app, Values& values);

}  // namespace regard::cli
