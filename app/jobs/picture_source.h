// SPDX-License-Identifier: Apache-2.0
// The picture that was read last, so that another temperature or head does not read it again. For the worker's thread alone.
#pragma once

#include "core/model/model.h"

#include <filesystem>
#include <memory>
#include <string>

namespace regard {

/// The picture to read where nobody has named one: example.png in the model's folder, else the program's own. Looks at the disk.
[[nodiscard]] std::filesystem::path example_picture(const std::filesystem::path& model_folder,
                                                    const std::filesystem::path& assets);

class PictureSource {
public:
  /// The picture as this model (which reads pictures) wants it; read again when path, model or the file on the disk are
  /// others. Throws Error: file_*, png_format, image_size.
  [[nodiscard]] std::shared_ptr<const ImageInput> read(const std::string& path,
                                                       const std::shared_ptr<const Model>& model);

private:
  std::string path_{};
  std::filesystem::file_time_type written_{};
  std::shared_ptr<const Model> model_{};
  std::shared_ptr<const ImageInput> picture_{};
};

}  // namespace regard
