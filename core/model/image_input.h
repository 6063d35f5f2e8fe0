// SPDX-License-Identifier: Apache-2.0
// From a picture to what a vision transformer reads: resized, cropped, normalised, cut into patches. Pure; any thread.
#pragma once

#include "core/base/matrix.h"
#include "core/model/config.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

/// From the bytes of preprocessor_config.json; keys that are missing are done as config.patches->usual_steps says. Pure; fuzzed.
/// Throws Error: json_*, config_value.
[[nodiscard]] ImageSteps parse_image_steps(std::string_view json, const ModelConfig& config, const std::string& file);

/// Of a model that reads pictures of any size: it reads them as large as these steps make them all.
void fit_to_steps(const ImageSteps& steps, ModelConfig& config);

/// A picture as one model reads it.
struct ImageInput {
  std::size_t width = 0;  ///< pixels of the picture as it came
  std::size_t height = 0;
  bool transparent = false;  ///< it lets something through, which the model does not know: the colours beneath count
  RgbImage picture{};        ///< resized and cropped, in 8 bits: what the patches were cut from
  Matrix patches{};  ///< [patches, channels · patch height · patch width], normalised; a patch lies channel by channel
};

/// From a .png file. Throws Error: file_*, png_format, image_size.
[[nodiscard]] ImageInput read_image(const std::filesystem::path& file, const ImageSteps& steps,
                                    const PatchConfig& patches);

/// A picture that is not of the model's size after its steps is resized to it with the same filter.
[[nodiscard]] ImageInput prepare_image(const RgbImage& image, const ImageSteps& steps, const PatchConfig& patches);

}  // namespace regard
