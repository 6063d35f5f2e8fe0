// SPDX-License-Identifier: Apache-2.0
#include "app/base/model_path.h"

#include "app/base/file_kind.h"
#include "app/base/given_path.h"
#include "core/base/error.h"
#include "core/model/checkpoint_series.h"
#include "core/model/model.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <vector>

namespace regard {
namespace {

/// Several models in a folder that is none itself may be meant as steps of one.
void refuse_unnamed_models(const std::filesystem::path& folder) {
  constexpr std::size_t kMostSeen = 2000, kMostTold = 3;
  std::vector<std::string> names;
  std::error_code error;
  std::size_t seen = 0;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end && seen < kMostSeen;
       entry.increment(error), ++seen)
    if (std::error_code ignored; std::filesystem::exists(entry->path() / "config.json", ignored))
      names.push_back(entry->path().filename().string());
  if (names.size() < 2) return;
  std::sort(names.begin(), names.end());
  std::string told;
  for (std::size_t name = 0; name < std::min(names.size(), kMostTold); ++name)
    told += (name == 0 ? "" : ", ") + names[name];
  throw Error("checkpoints_unnamed", {.file = folder.string(), .found = told + (names.size() > kMostTold ? " …" : "")});
}

}  // namespace

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
    return checkpoint_to_open(given);
  }
  // One of a group of built-in ones: "council-heads/4".
  if (given.is_relative() && !model.starts_with('.') && holds_model(models / given)) return models / given;
  for (const ModelEntry& entry : list_models(models))
    if (entry.name == model) return entry.folder;
  return given;
}

std::filesystem::path checkpoint_to_open(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error) || holds_model(path)) return path;
  if (std::optional<std::filesystem::path> last = last_checkpoint(path)) return *last;
  refuse_unnamed_models(path);
  return path;
}

}  // namespace regard
