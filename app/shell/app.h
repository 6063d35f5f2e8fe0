// SPDX-License-Identifier: Apache-2.0
// The program with its window, from start to end.
#pragma once

#include "app/cli/window_options.h"

namespace regard {

/// Opens the window and returns when it is closed. Throws Error when there can be no window at all: no display, no OpenGL,
/// the program's own files missing. Everything later is told inside the window.
void run_window(const WindowOptions& options);

}  // namespace regard
