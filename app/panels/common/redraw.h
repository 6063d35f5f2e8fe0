// SPDX-License-Identifier: Apache-2.0
// A panel in which something moves by itself asks for the next frame. UI thread only.
#pragma once

namespace regard {

/// Another frame within so many seconds, at the latest. Asked anew in every frame.
void draw_again_within(float seconds);

}  // namespace regard
