// SPDX-License-Identifier: Apache-2.0
#include "core/model/catalog.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/json.h"
#include "core/model/family.h"
#include "core/model/find_model.h"
#include "core/model/stored_as.h"
#include "core/model/weight_reader.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kConfigLimit = 4 << 20;  // bytes
constexpr std::size_t kAboutLimit = 16'384;    // bytes
constexpr std::size_t kRefLimit = 4'096;       // bytes
constexpr std::string_view kCachePrefix = "models--";

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> result;
  std::error_code error;
  for (fs::directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end; entry.increment(error))
    if (std::error_code ignored; entry->is_directory(ignored)) result.push_back(entry->path());
  std::sort(result.begin(), result.end());
  return result;
}

/// How much its weights take and as what, from the headers of their files; nothing where they cannot be read.
void measure_weights(const fs::path& folder, const Quantization& quantization, ModelEntry& entry) {
  try {
    Checkpoint checkpoint = open_checkpoint(folder);
    checkpoint.quantization = quantization;
    entry.bytes = checkpoint.bytes();
    entry.stored_as = stored_as(checkpoint);
  } catch (const Error&) {
    return;  // opening it will say why
  }
}

/// Reads config.json as far as a list needs it, `tower` where there are two; none if the folder has no readable one.
std::optional<ModelEntry> entry_of(const fs::path& folder, ModelPlace place, Tower tower = Tower::vision) {
  ModelEntry entry{.folder = folder, .name = model_name(folder), .place = place};
  if (tower == Tower::text) {
    entry.folder = text_tower_of(folder);
    entry.name += kTextTower;
    if (entry.folder.empty()) return std::nullopt;
  }
  const fs::path file = folder / "config.json";
  std::string text;
  try {
    text = read_file(file, kConfigLimit);
    const nlohmann::json config = parse_python_json(text, file.string());
    if (!config.is_object()) return std::nullopt;
    if (const auto names = config.find("architectures"); names != config.end() && names->is_array() && !names->empty())
      if (names->front().is_string()) entry.architecture = names->front().get<std::string>();
    if (const auto type = config.find("model_type"); entry.architecture.empty() && type != config.end())
      if (type->is_string()) entry.architecture = type->get<std::string>();
  } catch (const Error&) {
    return std::nullopt;
  }
  Quantization quantization;
  try {
    const ModelConfig config = parse_model_config(text, file.string(), tower);
    if (tower == Tower::text && config.tower != tower) return std::nullopt;
    entry.architecture = config.architecture;
    quantization = config.quantization;
    entry.supported = true;
  } catch (const Error&) {
    if (tower == Tower::text) return std::nullopt;
    entry.supported = false;  // listed all the same, so that opening it can say why
  }
  entry.about = about_of_folder(folder);
  measure_weights(folder, quantization, entry);
  return entry;
}

/// One, or two where the file holds two towers.
std::vector<ModelEntry> entries_of(const fs::path& folder, ModelPlace place) {
  std::vector<ModelEntry> entries;
  for (const Tower tower : {Tower::vision, Tower::text})
    if (auto entry = entry_of(folder, place, tower)) entries.push_back(std::move(*entry));
  return entries;
}

bool holds_model(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "config.json", error) || !gguf_files_in(folder).empty();
}

std::optional<fs::path> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return fs::path(value);
}

}  // namespace

Bilingual about_of_folder(const fs::path& folder) {
  const fs::path file = folder / "about.json";
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  try {
    const nlohmann::json json = parse_json(read_file(file, kAboutLimit), file.string());
    const auto text = [&](const char* language) {
      const auto found = json.is_object() ? json.find(language) : json.end();
      return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    return {text("ru"), text("en")};
  } catch (const Error&) {
    return {};  // a list is no place to complain
  }
}

std::optional<fs::path> snapshot_of(const fs::path& repository) {
  std::error_code error;
  try {
    std::string revision = read_file(repository / "refs" / "main", kRefLimit);
    revision.erase(revision.find_last_not_of(" \r\n") + 1);
    const bool plain = !revision.empty() && revision.find_first_of("/.") == std::string::npos;
    if (plain && holds_model(repository / "snapshots" / revision)) return repository / "snapshots" / revision;
  } catch (const Error&) {
    error.clear();  // no refs/main: a cache may hold only a pinned revision
  }
  std::vector<fs::path> snapshots = folders_in(repository / "snapshots");
  std::erase_if(snapshots, [](const fs::path& folder) { return !holds_model(folder); });
  if (snapshots.empty()) return std::nullopt;
  return *std::max_element(snapshots.begin(), snapshots.end(), [](const fs::path& a, const fs::path& b) {
    std::error_code ignored;
    return fs::last_write_time(a, ignored) < fs::last_write_time(b, ignored);
  });
}

std::string model_name(const fs::path& folder) {
  const std::string repository = folder.parent_path().parent_path().filename().string();
  if (folder.parent_path().filename() != "snapshots" || !repository.starts_with(kCachePrefix))
    return folder.filename().string();
  const std::string name = repository.substr(kCachePrefix.size());
  const std::size_t dashes = name.find("--");
  return dashes == std::string::npos ? name : name.substr(0, dashes) + "/" + name.substr(dashes + 2);
}

fs::path huggingface_hub() {
  if (const auto hub = environment("HF_HUB_CACHE")) return *hub;
  if (const auto home = environment("HF_HOME")) return *home / "hub";
  if (const auto cache = environment("XDG_CACHE_HOME")) return *cache / "huggingface" / "hub";
  if (const auto home = environment("HOME")) return *home / ".cache" / "huggingface" / "hub";
  return {};
}

std::vector<ModelEntry> models_of_cache(const fs::path& hub) {
  std::vector<ModelEntry> entries;
  for (const fs::path& repository : folders_in(hub)) {
    if (!repository.filename().string().starts_with(kCachePrefix)) continue;
    const auto snapshot = snapshot_of(repository);
    if (!snapshot) continue;
    for (std::vector<ModelEntry> found : {entries_of(*snapshot, ModelPlace::cache), gguf_models_in(*snapshot)})
      std::move(found.begin(), found.end(), std::back_inserter(entries));
  }
  return entries;
}

std::vector<ModelEntry> built_in_entries(const fs::path& folder) {
  std::vector<ModelEntry> entries;
  for (const fs::path& each : folders_in(folder))
    if (auto entry = entry_of(each, ModelPlace::built_in)) entries.push_back(std::move(*entry));
  return entries;
}

namespace {

/// The folder or file itself, whatever links lead to it.
fs::path itself(const fs::path& path) {
  std::error_code error;
  fs::path found = fs::weakly_canonical(path, error);
  if (error) return path;
  return found.has_filename() ? found : found.parent_path();  // "models/council/"
}

/// Models found one place after another, each once, under the name it was found by first.
class Listing {
public:
  void add(std::vector<ModelEntry> found) {
    for (ModelEntry& entry : found)
      if (places_.insert(itself(entry.folder)).second) entries_.push_back(std::move(entry));
  }
  std::vector<ModelEntry> take() { return std::move(entries_); }

private:
  std::set<fs::path> places_{};
  std::vector<ModelEntry> entries_{};
};

/// What a path of a person's own is, if it is a model.
std::optional<ModelEntry> entry_at(const fs::path& path) {
  std::error_code error;
  if (!path.has_parent_path() || !fs::exists(path, error)) return std::nullopt;  // the name of a built-in model
  if (fs::is_directory(path, error)) return entry_of(path, ModelPlace::recent);
  if (path.extension() == ".gguf") return gguf_entry(path);
  const fs::path folder = path.parent_path();
  if (path == text_tower_of(folder))
    if (auto tower = entry_of(folder, ModelPlace::recent, Tower::text)) return tower;
  std::optional<ModelEntry> entry = entry_of(folder, ModelPlace::recent);
  if (entry) entry->folder = path;  // one of several files of weights
  return entry;
}

/// The other of two towers in one file.
std::optional<ModelEntry> other_tower(const ModelEntry& entry) {
  std::error_code error;
  if (fs::is_directory(entry.folder, error)) return entry_of(entry.folder, entry.place, Tower::text);
  if (entry.name.ends_with(kTextTower)) return entry_of(entry.folder.parent_path(), entry.place);
  return std::nullopt;
}

/// Those that were used lately and are still there, called as in the cache where they are in it.
std::vector<ModelEntry> models_used(std::span<const fs::path> recent, const std::vector<ModelEntry>& cached) {
  std::vector<ModelEntry> entries;
  for (const fs::path& model : recent) {
    const auto known = std::find_if(cached.begin(), cached.end(), [&](const ModelEntry& entry) {
      return entry.name == model || itself(entry.folder) == itself(model);
    });
    std::optional<ModelEntry> entry = known != cached.end() ? *known : entry_at(model);
    if (!entry) continue;
    entry->place = ModelPlace::recent;
    const std::optional<ModelEntry> other = other_tower(*entry);
    entries.push_back(std::move(*entry));
    if (other) entries.push_back(*other);
  }
  return entries;
}

}  // namespace

std::vector<ModelEntry> list_models(const fs::path& built_in_folder, std::span<const fs::path> recent) {
  std::vector<ModelEntry> cached;
  if (const fs::path hub = huggingface_hub(); !hub.empty()) cached = models_of_cache(hub);
  Listing listing;
  listing.add(built_in_entries(built_in_folder));
  listing.add(models_used(recent, cached));
  listing.add(std::move(cached));
  listing.add(models_beside(recent));
  return listing.take();
}

}  // namespace regard
