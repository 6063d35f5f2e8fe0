// SPDX-License-Identifier: Apache-2.0
#include "app/shell/classroom.h"

#include <algorithm>
#include <cmath>

namespace regard::shell {
namespace {

// From the last row a picture is about a quarter as large as on one's desk: 28 pixels of 768 are 7 then.
constexpr float kLines = 27.0F, kColumns = 36.0F;  // that a window has room for, ems
constexpr float kTextPixelStep = 4.0F;             // pixels
constexpr float kSmallest = 16.0F, kLargest = 64.0F;

}  // namespace

float classroom_text_pixels(ScreenSize window, float text_scale) {
  const float fits = std::min(static_cast<float>(window.height) / kLines, static_cast<float>(window.width) / kColumns);
  return std::clamp(std::round(fits * text_scale / kTextPixelStep) * kTextPixelStep, kSmallest, kLargest);
}

}  // namespace regard::shell
