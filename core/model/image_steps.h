// SPDX-License-Identifier: Apache-2.0
// What happens to a picture before a model reads it. A plain value.
#pragma once

#include "core/base/image.h"

#include <array>
#include <cstddef>

namespace regard {

/// What preprocessor_config.json says is done to a picture, in this order.
struct ImageSteps {
  bool resize = true;
  std::size_t height = 0;  ///< pixels to resize to; 0: the shorter side becomes `shortest_edge`
  std::size_t width = 0;
  std::size_t shortest_edge = 0;
  Resample filter = Resample::bilinear;
  bool unrounded = false;  ///< resized pixels stay real numbers; else they are rounded to 8 bits
  bool crop = false;       ///< the middle, to crop_height × crop_width
  std::size_t crop_height = 0;
  std::size_t crop_width = 0;
  float rescale = 1.0F / 255.0F;                     ///< 0…255 is multiplied by it
  std::array<float, 3> mean{0.5F, 0.5F, 0.5F};       ///< taken away from each channel,
  std::array<float, 3> deviation{0.5F, 0.5F, 0.5F};  ///< which is then divided by it

  friend bool operator==(const ImageSteps&, const ImageSteps&) = default;
};

/// Means and deviations of the colours of ImageNet, and of the pictures that CLIP learned from.
inline constexpr std::array<float, 3> kImageNetMean{0.485F, 0.456F, 0.406F};
inline constexpr std::array<float, 3> kImageNetDeviation{0.229F, 0.224F, 0.225F};
inline constexpr std::array<float, 3> kClipMean{0.48145466F, 0.4578275F, 0.40821073F};
inline constexpr std::array<float, 3> kClipDeviation{0.26862954F, 0.26130258F, 0.27577711F};

}  // namespace regard
