// SPDX-License-Identifier: Apache-2.0
// How large the window is at first. Pure.
#pragma once

namespace regard::shell {

struct ScreenSize {
  int width = 0;
  int height = 0;
  friend bool operator==(const ScreenSize&, const ScreenSize&) = default;
};

/// Pixels inside the frame, on a monitor with this work area and content scale: five sixths of it, at least `wanted` (pixels at
/// scale 1), and never more than there is with the frame around it.
[[nodiscard]] ScreenSize first_size(ScreenSize wanted, ScreenSize work_area, float content_scale);

}  // namespace regard::shell
