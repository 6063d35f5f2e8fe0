// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/picture_source.h"

#include <system_error>

namespace regard {

std::filesystem::path example_picture(const std::filesystem::path& model_folder, const std::filesystem::path& assets) {
  std::error_code ignored;
  const std::filesystem::path own = model_folder / "example.png";
  return std::filesystem::is_regular_file(own, ignored) ? own : assets / "examples" / "picture.png";
}

std::shared_ptr<const ImageInput> PictureSource::read(const std::string& path,
                                                      const std::shared_ptr<const Model>& model) {
  std::error_code ignored;
  const auto written = std::filesystem::last_write_time(path, ignored);
  if (picture_ && path == path_ && model == model_ && written == written_) return picture_;
  picture_ = std::make_shared<const ImageInput>(read_image(path, model->image_steps, *model->config.patches));
  path_ = path;
  model_ = model;
  written_ = written;
  return picture_;
}

}  // namespace regard
