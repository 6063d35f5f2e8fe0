// SPDX-License-Identifier: Apache-2.0
#include "core/model/find_model.h"

#include "core/base/error.h"
#include "core/format/placeholder.h"
#include "core/model/catalog.h"
#include "core/model/gguf_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::array kWeights{".safetensors"sv, ".bin"sv, ".pt"sv, ".pth"sv};
constexpr std::array kOtherWeights{".h5"sv, ".onnx"sv, ".msgpack"sv};
constexpr std::array kTokenizerFiles{"tokenizer.json"sv, "vocab.json"sv};
constexpr std::array kTextFiles{
    "config.json"sv, "tokenizer.json"sv,  "tokenizer_config.json"sv,   "vocab.txt"sv,    "vocab.json"sv,
    "merges.txt"sv,  "tokenizer.model"sv, "sentencepiece.bpe.model"sv, "spiece.model"sv, "source.spm"sv,
    "target.spm"sv,  "heads.json"sv};

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// The first bytes of an ordinary file.
std::string head_of(const fs::path& path, std::size_t count = 512) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  std::string head(count, '\0');
  file.read(head.data(), static_cast<std::streamsize>(count));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return head;
}

template <std::size_t Count>
bool is_one_of(const std::string& name, const std::array<std::string_view, Count>& list) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool holds_weights(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (is_one_of(entry.path().extension().string(), kWeights)) return true;
  return false;
}

bool is_projector(const fs::path& gguf) {
  return gguf.filename().string().find("mmproj") != std::string::npos;
}

/// The model of a folder whose weights are .gguf files alone; nothing where there are others, or none.
fs::path gguf_of(const fs::path& folder) {
  std::vector<fs::path> found = gguf_files_in(folder);
  if (found.empty() || holds_weights(folder)) return {};
  if (std::all_of(found.begin(), found.end(), is_projector)) return found.front();  // opening it says what it is
  std::erase_if(found, is_projector);
  if (found.size() == 1) return found.front();
  std::string names;
  for (const fs::path& file : found)
    names += (names.empty() ? "" : ", ") + file.filename().string();
  throw Error("several_gguf", {.file = folder.string(), .expected = names});
}

/// A file of the Hugging Face cache's store has the name of its contents; a snapshot's link says what it is.
fs::path linked_name(const fs::path& blob) {
  if (blob.parent_path().filename() != "blobs") return {};
  std::error_code error;
  const fs::path snapshots = blob.parent_path().parent_path() / "snapshots";
  for (const auto& snapshot : fs::directory_iterator(snapshots, error)) {
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(snapshot.path(), ignored))
      if (std::error_code none; fs::equivalent(file.path(), blob, none)) return file.path();
  }
  return {};
}

FoundModel found_gguf(const fs::path& path) {
  const fs::path first =
      first_gguf_part(path);  // any part of a split model means all of them, and is called by the first
  return is_there(first) ? FoundModel{.folder = first, .gguf = first} : FoundModel{.folder = path, .gguf = path};
}

FoundModel found_file(const fs::path& path) {
  const std::string kind = path.extension().string();
  if (kind == ".gguf") return found_gguf(path);
  if (is_one_of(kind, kOtherWeights))  // not what lies beside it, either
    throw Error("weights_format", {.file = path.string(), .expected = "*.safetensors, *.gguf, *.bin, *.pt"});
  if (is_one_of(kind, kWeights)) return {.folder = path.parent_path(), .weights = path};
  if (const fs::path link = linked_name(path); !link.empty()) return found_file(link);
  const std::string head = head_of(path);
  refuse_placeholder(head, path.string());
  if (head.starts_with("GGUF")) return {.folder = path, .gguf = path};
  const bool weights = begins_safetensors(head) || head.starts_with("PK\x03\x04"sv);
  const bool texts = is_one_of(path.filename().string(), kTokenizerFiles);
  return {.folder = path.parent_path(),
          .weights = weights ? path : fs::path(),
          .tower = texts ? Tower::text : Tower::vision};
}

FoundModel found_folder(const fs::path& path) {
  const bool config = is_there(path / "config.json");
  if (!config && path.filename() == "snapshots")
    if (const auto snapshot = snapshot_of(path.parent_path())) return found_folder(*snapshot);
  if (!config && is_folder(path / "snapshots"))
    if (const auto snapshot = snapshot_of(path)) return found_folder(*snapshot);
  if (const fs::path gguf = gguf_of(path); !gguf.empty()) return {.folder = gguf, .gguf = gguf};
  const bool adapter = is_there(path / "adapter_config.json");
  const bool own_weights = is_there(path / "model.safetensors") || is_there(path / "model.safetensors.index.json") ||
                           is_there(path / "pytorch_model.bin") || is_there(path / "pytorch_model.bin.index.json");
  if (adapter && (!config || !own_weights)) throw Error("is_adapter", {.file = path.string()});
  return {.folder = path};
}

}  // namespace

FoundModel find_model(const fs::path& given) {
  std::error_code error;
  fs::path path = fs::absolute(given, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "models/council/"
  if (error || given.empty() || !is_there(path)) throw Error("file_missing", {.file = given.string()});
  FoundModel found = is_folder(path) ? found_folder(path) : found_file(path);
  found.given = path;
  return found;
}

fs::path text_tower_of(const fs::path& folder) {
  for (const std::string_view name : kTokenizerFiles)
    if (is_there(folder / name)) return folder / name;
  return {};
}

void check_folder(const FoundModel& found) {
  for (const std::string_view name : kTextFiles)
    if (const fs::path file = found.folder / name; is_there(file)) refuse_placeholder(head_of(file), file.string());
  if (!is_there(found.folder / "config.json"))
    throw Error("not_a_model",
                {.file = found.given.string(), .item = found.folder.string(), .expected = "config.json"});
}

}  // namespace regard
