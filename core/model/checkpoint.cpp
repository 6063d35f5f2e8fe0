// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/placeholder.h"
#include "core/format/safetensors.h"
#include "core/format/torch_file.h"
#include "core/model/weight_reader.h"

#include <algorithm>

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kIndexLimit = 64 << 20;  // bytes
constexpr std::size_t kMostShards = 1'000;
constexpr std::string_view kSingle = "model.safetensors";
constexpr std::string_view kIndex = "model.safetensors.index.json";
constexpr std::string_view kTorchSingle = "pytorch_model.bin";
constexpr std::string_view kTorchIndex = "pytorch_model.bin.index.json";

}  // namespace

Checkpoint open_weights_file(const fs::path& path) {
  Checkpoint checkpoint;
  checkpoint.listing = path.string();
  checkpoint.files.push_back({path.string(), std::make_shared<const MappedFile>(path)});
  const std::span<const std::byte> bytes = checkpoint.files.front().mapping->bytes();
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  refuse_placeholder(head, checkpoint.listing);
  const auto add = [&](StoredTensor tensor, std::vector<std::size_t> strides) {
    std::string name = tensor.name;
    checkpoint.places.emplace(std::move(name),
                              Checkpoint::Place{.tensor = std::move(tensor), .strides = std::move(strides)});
  };
  // First bytes decide where they can: a file may have another name, or none, as in the store of a cache.
  const bool zipped = head.starts_with("PK\x03\x04");
  if (begins_safetensors(head) || (path.extension() == ".safetensors" && !zipped)) {
    for (StoredTensor& tensor : parse_safetensors(bytes, checkpoint.listing))
      add(std::move(tensor), {});
  } else {
    for (TorchTensor& each : parse_torch_file(bytes, checkpoint.listing))
      add(std::move(each.tensor), std::move(each.strides));
  }
  return checkpoint;
}

namespace {

/// Opens each file of the index once and takes from it the tensors that the index says are there.
Checkpoint open_sharded(const fs::path& index) {
  Checkpoint checkpoint;
  checkpoint.listing = index.string();
  std::map<std::string, std::vector<std::string>> tensors_of;  // file name → tensor names
  for (auto& [tensor, file] : parse_safetensors_index(read_file(index, kIndexLimit), checkpoint.listing))
    tensors_of[file].push_back(tensor);
  if (tensors_of.size() > kMostShards)
    throw Error("json_value", {.file = checkpoint.listing,
                               .item = "weight_map",
                               .expected = "≤ " + std::to_string(kMostShards) + " × *",
                               .found = std::to_string(tensors_of.size())});
  for (const auto& [file, names] : tensors_of) {
    const Checkpoint shard = open_weights_file(index.parent_path() / file);
    for (const std::string& name : names) {
      const auto place = shard.places.find(name);
      if (place == shard.places.end())
        throw Error("tensor_missing", {.file = shard.listing, .item = name, .expected = "[…]"});
      checkpoint.places.emplace(name, place->second).first->second.file = checkpoint.files.size();
    }
    checkpoint.files.push_back(shard.files.front());
  }
  return checkpoint;
}

/// Names of a folder's files that end like weights do, sorted; for choosing and for telling what is there instead.
std::vector<std::string> files_with(const fs::path& folder, std::initializer_list<std::string_view> extensions) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string extension = entry.path().extension().string();
    if (std::find(extensions.begin(), extensions.end(), extension) != extensions.end())
      names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// One of the files that an index lists means all of them.
Checkpoint open_chosen_torch(const fs::path& folder, const fs::path& chosen) {
  std::error_code error;
  const bool shard =
      chosen.filename().string().starts_with("pytorch_model-") && fs::exists(folder / kTorchIndex, error);
  return shard ? open_sharded(folder / kTorchIndex) : open_weights_file(chosen);
}

}  // namespace

std::size_t Checkpoint::bytes() const {
  std::size_t sum = 0;
  for (const File& file : files)
    sum += file.mapping->bytes().size();
  return sum;
}

Checkpoint open_checkpoint(const fs::path& folder, const fs::path& chosen) {
  std::error_code error;
  if (fs::exists(folder / kSingle, error) && chosen.empty()) return open_weights_file(folder / kSingle);
  if (!chosen.empty() && chosen.extension() != ".safetensors") return open_chosen_torch(folder, chosen);
  if (fs::exists(folder / kIndex, error)) return open_sharded(folder / kIndex);
  if (!chosen.empty()) return open_weights_file(chosen);
  const auto candidates = files_with(folder, {".safetensors"});
  if (candidates.size() == 1) return open_weights_file(folder / candidates.front());
  if (fs::exists(folder / kTorchSingle, error)) return open_weights_file(folder / kTorchSingle);
  if (fs::exists(folder / kTorchIndex, error)) return open_sharded(folder / kTorchIndex);

  std::string found;
  for (const std::string& name : files_with(folder, {".safetensors", ".bin", ".gguf", ".pt", ".pth", ".h5", ".onnx"}))
    found += (found.empty() ? "" : ", ") + name;
  throw Error("weights_missing",
              {.file = folder.string(),
               .expected = std::string(kSingle) + " / " + std::string(kTorchSingle) + " / *.index.json",
               .found = found.empty() ? "∅" : found});
}

}  // namespace regard
