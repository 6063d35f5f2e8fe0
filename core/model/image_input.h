// SPDX-License-Identifier: Apache-2.0
// From a picture to what a vision transformer reads: resized, cropped, normalised, cut into patches. Pure; any thread.
#pragma once

#include "core/base/image.h"
#include "core/base/matrix.h"
#include "core/model/config.h"

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

/// What preprocessor_config.json says is done to a picture, in this order. A plain value.
struct ImageSteps {
  bool resize = true;
  std::size_t height = 0;  ///< pixels to resize to; 0: the shorter side becomes `shortest_edge`
  std::size_t width = 0;
  std::size_t shortest_edge = 0;
  Resample filter = Resample::bilinear;
  bool crop = false;  ///< the middle, to crop_height × crop_width
  std::size_t crop_height = 0;
  std::size_t crop_width = 0;
  float rescale = 1.0F / 255.0F;                     ///< 0…255 is multiplied by it
  std::array<float, 3> mean{0.5F, 0.5F, 0.5F};       ///< taken away from each channel,
  std::array<float, 3> deviation{0.5F, 0.5F, 0.5F};  ///< which is then divided by it

  friend bool operator==(const ImageSteps&, const ImageSteps&) = default;
};

/// What a model of these sizes gets when its folder says nothing: resized to what it reads, −1…1 (ViT); resized a seventh
/// larger by cubic filter and cropped (DeiT).
[[nodiscard]] ImageSteps default_image_steps(const ModelConfig& config);

/// From the bytes of preprocessor_config.json; keys that are missing keep their defaults. Pure; fuzzed.
/// Throws Error: json_*, config_value.
[[nodiscard]] ImageSteps parse_image_steps(std::string_view json, const ModelConfig& config, const std::string& file);

/// A picture as one model reads it.
struct ImageInput {
  std::size_t width = 0;  ///< pixels of the picture as it came
  std::size_t height = 0;
  bool transparent = false;  ///< it lets something through, which the model does not know: the colours beneath count
  RgbImage picture{};        ///< resized and cropped: what the patches were cut from
  Matrix patches{};  ///< [patches, channels · patch height · patch width], normalised; a patch lies channel by channel
};

/// From a .png file. Throws Error: file_*, png_format, image_size.
[[nodiscard]] ImageInput read_image(const std::filesystem::path& file, const ImageSteps& steps,
                                    const PatchConfig& patches);

/// A picture that is not of the model's size after its steps is resized to it with the same filter.
[[nodiscard]] ImageInput prepare_image(const RgbImage& image, const ImageSteps& steps, const PatchConfig& patches);

}  // namespace regard
