// SPDX-License-Identifier: Apache-2.0
// The options that say what a captured run may not say of itself: --weights-of, --states-of, --axes. Private to app/cli.
#pragma once

#include "app/session/reading.h"

#include <CLI/CLI.hpp>

namespace regard::cli {

void add_captured(CLI::App& app, ReadingCapture& captured);

}  // namespace regard::cli
