// SPDX-License-Identifier: Apache-2.0
#include "app/base/model_path.h"

#include "app/base/assets.h"
#include "core/model/model.h"

#include <system_error>

namespace regard {

std::filesystem::path model_path(const std::string& model) {
  std::filesystem::path given(model);
  std::error_code error;
  const std::filesystem::path models = assets_folder() / "models";
  // A built-in model wins over a folder of the same name in the current directory: "./council" names the folder.
  const bool plain = !model.empty() && !given.has_parent_path() && model != "." && model != "..";
  if (plain && std::filesystem::is_directory(models / given, error)) return models / given;
  if (std::filesystem::exists(given, error)) return given;
  for (const ModelEntry& entry : list_models(models))
    if (entry.name == model) return entry.folder;
  return given;
}

}  // namespace regard
