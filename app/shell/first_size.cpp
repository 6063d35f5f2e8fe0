// SPDX-License-Identifier: Apache-2.0
#include "app/shell/first_size.h"

#include <algorithm>
#include <cmath>

namespace regard::shell {
namespace {

// What window managers put around a window, pixels at scale 1. It is known only once the window stands.
constexpr float kFrameWidth = 8.0F, kFrameHeight = 40.0F;

int along(int wanted, int area, float frame, float scale) {
  const auto room = static_cast<float>(area) - frame * scale;
  const float least = std::max(static_cast<float>(wanted) * scale, static_cast<float>(area) * 5.0F / 6.0F);
  return std::max(1, static_cast<int>(std::floor(std::min(least, room))));
}

}  // namespace

ScreenSize first_size(ScreenSize wanted, ScreenSize work_area, float content_scale) {
  return {along(wanted.width, work_area.width, kFrameWidth, content_scale),
          along(wanted.height, work_area.height, kFrameHeight, content_scale)};
}

}  // namespace regard::shell
