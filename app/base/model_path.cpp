// SPDX-License-Identifier: Apache-2.0
#include "app/base/model_path.h"

#include "app/base/file_kind.h"
#include "app/base/given_path.h"
#include "core/base/error.h"
#include "core/model/model.h"

#include <system_error>

namespace regard {

std::filesystem::path model_path(const std::string& named, const std::filesystem::path& assets) {
  std::error_code error;
  const bool as_written = std::filesystem::exists(expand_home(named), error);
  const std::string model = as_written ? named : path_as_meant(named);
  if (model.empty()) throw Error("not_a_model", {.file = "\"\"", .expected = "config.json"});
  std::filesystem::path given = expand_home(model);
  const std::filesystem::path models = assets / "models";
  // A built-in model wins over a folder of the same name in the current directory: "./council" names the folder.
  const bool plain = !given.has_parent_path() && model != "." && model != "..";
  if (plain && std::filesystem::is_directory(models / given, error)) return models / given;
  if (std::filesystem::exists(given, error)) {
    refuse_other(given, FileKind::model);
    return given;
  }
  for (const ModelEntry& entry : list_models(models))
    if (entry.name == model) return entry.folder;
  return given;
}

}  // namespace regard
