// SPDX-License-Identifier: Apache-2.0
#include "app/base/model_path.h"

#include "app/base/file_kind.h"
#include "core/base/error.h"
#include "core/model/model.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace regard {

std::filesystem::path model_path(const std::string& model, const std::filesystem::path& assets) {
  if (model.empty()) throw Error("not_a_model", {.file = "\"\"", .expected = "config.json"});
  std::filesystem::path given = expand_home(model);
  std::error_code error;
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

std::filesystem::path expand_home(const std::filesystem::path& path) {
  const std::string text = path.string();
  const char* home = std::getenv("HOME");
  if (home == nullptr || (text != "~" && !text.starts_with("~/"))) return path;
  return std::filesystem::path(home) / text.substr(std::min<std::size_t>(2, text.size()));
}

}  // namespace regard
