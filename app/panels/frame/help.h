// SPDX-License-Identifier: Apache-2.0
// The help: every key of the table of commands, and what the mouse does. UI thread only.
#pragma once

namespace regard {

/// Inside the overlay's window.
void draw_help();

}  // namespace regard
