// SPDX-License-Identifier: Apache-2.0
// The .gguf files of a folder as models to choose from: their headers are read, their weights are not.
#include "core/base/error.h"
#include "core/model/catalog.h"
#include "core/model/gguf_files.h"
#include "core/model/gguf_model.h"
#include "core/model/stored_as.h"

#include <algorithm>

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostFiles = 100;  // of one folder

/// Not a further part of a model whose first part is there.
bool is_first(const fs::path& file) {
  const fs::path first = first_gguf_part(file);
  std::error_code error;
  return first == file || !fs::exists(first, error);
}

}  // namespace

std::optional<ModelEntry> gguf_entry(const fs::path& file) {
  ModelEntry entry{.folder = file, .name = gguf_model_name(file)};
  try {
    const GgufFiles files = open_gguf(file);
    entry.stored_as = stored_as(files.gguf);
    for (const Checkpoint::File& part : files.files)
      entry.bytes += part.mapping->bytes().size();
    entry.architecture = files.gguf.text("general.architecture").value_or("");
    entry.architecture = read_gguf_config(files.gguf, files.bytes()).architecture;
    entry.supported = true;
  } catch (const Error& error) {
    if (error.code() == "gguf_part_missing") entry.architecture = "GGUF";
    if (entry.architecture.empty()) return std::nullopt;  // not even a header; else opening it can say why
  }
  return entry;
}

std::vector<fs::path> gguf_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end && files.size() < kMostFiles; entry.increment(error))
    if (std::error_code ignored;
        entry->path().extension() == ".gguf" && entry->is_regular_file(ignored) && is_first(entry->path()))
      files.push_back(entry->path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<ModelEntry> gguf_models_in(const fs::path& folder) {
  std::vector<ModelEntry> entries;
  const std::string repository = model_name(folder);
  const bool cached = repository != folder.filename().string();
  const std::vector<fs::path> files = gguf_files_in(folder);
  for (const fs::path& file : files) {
    auto entry = gguf_entry(file);
    if (!entry) continue;
    if (cached) entry->name = files.size() == 1 ? repository : repository + "/" + file.filename().string();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

std::vector<ModelEntry> models_beside(std::span<const fs::path> recent) {
  std::vector<ModelEntry> entries;
  for (const fs::path& model : recent) {
    std::error_code error;
    const bool file = model.extension() == ".gguf" && fs::is_regular_file(model, error);
    if (!file && !fs::is_directory(model, error)) continue;
    for (ModelEntry& entry : gguf_models_in(file ? model.parent_path() : model)) {
      entry.place = ModelPlace::beside_recent;
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

}  // namespace regard
