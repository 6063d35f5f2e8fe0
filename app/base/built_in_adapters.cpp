// SPDX-License-Identifier: Apache-2.0
#include "app/base/built_in_adapters.h"

#include "app/base/given_path.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/model/catalog.h"

#include <algorithm>
#include <system_error>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kConfigOfModel = 4 << 20;  // bytes

std::vector<fs::path> sorted_folders(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& each : fs::directory_iterator(folder, error))
    if (std::error_code ignored; each.is_directory(ignored)) found.push_back(each.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// Of a model's folder; their names are their paths.
std::vector<AdapterEntry> adapters_in(const fs::path& model) {
  std::vector<AdapterEntry> found;
  for (const fs::path& each : sorted_folders(model / "adapters"))
    if (is_adapter(each)) found.push_back({each.string(), each.filename().string(), each, about_of_folder(each)});
  return found;
}

/// May an adapter of one be one of the other?
bool same_sizes(const ModelConfig& one, const ModelConfig& other) {
  if (one.layers != other.layers || one.hidden != other.hidden || one.vocabulary != other.vocabulary) return false;
  for (std::size_t layer = 0; layer < one.layers; ++layer)
    if (one.heads(layer) != other.heads(layer) || one.kv_heads(layer) != other.kv_heads(layer) ||
        one.head_dim(layer) != other.head_dim(layer))
      return false;
  return true;
}

bool fits_model(const fs::path& built_in, const Model& model) {
  std::error_code ignored;
  if (fs::equivalent(built_in, model.folder, ignored)) return true;
  try {
    const fs::path file = built_in / "config.json";
    return same_sizes(parse_model_config(read_file(file, kConfigOfModel), file.string()), model.config);
  } catch (const Error&) {
    return false;  // a list is no place to complain
  }
}

/// Those of one built-in model.
std::vector<AdapterEntry> named_adapters_in(const fs::path& built_in) {
  std::vector<AdapterEntry> found = adapters_in(built_in);
  for (AdapterEntry& each : found)
    each.named = each.name;
  return found;
}

}  // namespace

std::vector<AdapterEntry> built_in_adapters(const fs::path& assets) {
  std::vector<AdapterEntry> found;
  for (const fs::path& model : sorted_folders(assets / "models"))
    for (AdapterEntry& each : named_adapters_in(model))
      found.push_back(std::move(each));
  return found;
}

std::vector<AdapterEntry> adapters_for(const Model& model, const fs::path& assets) {
  std::vector<AdapterEntry> found;
  for (const fs::path& built_in : sorted_folders(assets / "models"))
    if (fits_model(built_in, model))
      for (AdapterEntry& each : named_adapters_in(built_in))
        found.push_back(std::move(each));
  std::error_code ignored;
  for (AdapterEntry& each : adapters_in(model.folder))
    if (std::ranges::none_of(
            found, [&](const AdapterEntry& known) { return fs::equivalent(known.folder, each.folder, ignored); }))
      found.push_back(std::move(each));
  return found;
}

fs::path adapter_path(const std::string& named, const fs::path& assets) {
  const fs::path given(named);
  if (!given.has_parent_path())
    for (const AdapterEntry& each : built_in_adapters(assets))
      if (each.name == named) return each.folder;
  return given_path(given);
}

std::string adapter_named(const fs::path& path, const fs::path& assets) {
  std::error_code ignored;
  for (const AdapterEntry& each : built_in_adapters(assets))
    if (fs::equivalent(each.folder, path, ignored)) return each.name;
  return fs::absolute(path, ignored).lexically_normal().string();
}

}  // namespace regard
