// SPDX-License-Identifier: Apache-2.0
// When something is to be drawn though nothing happens: what appears after the mouse has rested. UI thread only.
#pragma once

namespace regard {

/// Another frame is wanted within so many seconds (0.001: at once).
void draw_again_within(float seconds);

}  // namespace regard
