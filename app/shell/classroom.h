// SPDX-License-Identifier: Apache-2.0
// How large the text is for a classroom. Pure.
#pragma once

#include "app/shell/first_size.h"

namespace regard::shell {

/// Height of the text, pixels: a share of the window, for a picture on the wall is as large whatever its pixels are. `text_scale`
/// is the person's own wish, 1 as usual. In steps, so that a window that is being resized does not make fonts all the while.
[[nodiscard]] float classroom_text_pixels(ScreenSize window, float text_scale);

}  // namespace regard::shell
