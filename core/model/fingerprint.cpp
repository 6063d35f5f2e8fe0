// SPDX-License-Identifier: Apache-2.0
#include "core/model/fingerprint.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/sha256.h"
#include "core/base/text_file.h"
#include "core/capture/capture.h"
#include "core/model/model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <fstream>
#include <string_view>
#include <system_error>

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kReadWhole = std::uint64_t{16} << 20;
constexpr std::uint64_t kSampledBlocks = 1024, kBlockBytes = 4096;
constexpr std::size_t kMostTextBytes = std::size_t{256} << 20;

constexpr std::array<std::string_view, 18> kWhole{"added_tokens.json",
                                                  "config.json",
                                                  "merges.txt",
                                                  "model.safetensors.index.json",
                                                  "preprocessor_config.json",
                                                  "pytorch_model.bin.index.json",
                                                  "sentencepiece.bpe.model",
                                                  "source.spm",
                                                  "special_tokens_map.json",
                                                  "spiece.model",
                                                  "spm.model",
                                                  "target.spm",
                                                  "tokenizer.json",
                                                  "tokenizer.model",
                                                  "tokenizer_config.json",
                                                  "vocab.json",
                                                  "vocab.txt",
                                                  "vocab.bpe"};

std::vector<fs::path> files_ending(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == extension && entry.is_regular_file(ignored)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// "name-00001-of-00003.gguf" → "name"; nothing for other names.
std::string name_of_parts(const fs::path& file) {
  constexpr std::string_view kTail = "-00000-of-00000";
  const std::string stem = file.stem().string();
  if (stem.size() <= kTail.size()) return {};
  const std::string_view tail = std::string_view(stem).substr(stem.size() - kTail.size());
  const bool alike = std::equal(tail.begin(), tail.end(), kTail.begin(), [](char found, char wanted) {
    return wanted == '0' ? std::isdigit(static_cast<unsigned char>(found)) != 0 : found == wanted;
  });
  return alike ? stem.substr(0, stem.size() - kTail.size()) : std::string();
}

std::vector<fs::path> gguf_parts(const fs::path& file) {
  const std::string name = name_of_parts(file);
  if (name.empty()) return {file};
  std::vector<fs::path> parts = files_ending(file.parent_path(), ".gguf");
  std::erase_if(parts, [&](const fs::path& other) { return name_of_parts(other) != name; });
  return parts;
}

std::vector<fs::path> weights_of_folder(const fs::path& folder) {
  std::error_code ignored;
  if (fs::is_regular_file(folder / "model.safetensors", ignored)) return {folder / "model.safetensors"};
  for (const char* extension : {".safetensors", ".bin", ".gguf"})
    if (std::vector<fs::path> found = files_ending(folder, extension); !found.empty()) return found;
  return {};
}

/// As the model keeps it: a folder, or a .gguf file.
ModelFiles files_of_adapter(const fs::path& adapter) {
  if (adapter.extension() == ".gguf") return {.weights = {adapter}};
  ModelFiles files{.whole = {adapter / "adapter_config.json"}};
  std::error_code ignored;
  for (const char* name : {"adapter_model.safetensors", "adapter_model.bin"})
    if (files.weights.empty() && fs::is_regular_file(adapter / name, ignored)) files.weights.push_back(adapter / name);
  return files;
}

[[noreturn]] void fail_to_read(const fs::path& file) {
  throw Error("file_unreadable", {.file = file.string(), .found = "EIO"});
}

void add_weights(Sha256& hash, const fs::path& file, const std::stop_token& stop) {
  std::ifstream stream(file, std::ios::binary);
  std::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  if (error || !stream) throw Error("file_unreadable", {.file = file.string(), .found = error.message()});
  hash.add("weights " + std::to_string(size) + "\n");
  const bool whole = size <= kReadWhole;
  const std::uint64_t blocks = whole ? (size + kBlockBytes - 1) / kBlockBytes : kSampledBlocks;
  std::array<char, kBlockBytes> block{};
  for (std::uint64_t index = 0; index < blocks; ++index) {
    if (index % 64 == 0) throw_if_stopped(stop);
    const std::uint64_t begin = whole ? index * kBlockBytes : index * (size - kBlockBytes) / (kSampledBlocks - 1);
    const std::uint64_t wanted = std::min(kBlockBytes, size - begin);
    stream.seekg(static_cast<std::streamoff>(begin));
    if (!stream.read(block.data(), static_cast<std::streamsize>(wanted))) fail_to_read(file);
    hash.add(std::string_view(block.data(), wanted));
  }
}

}  // namespace

ModelFiles fingerprint_files(const fs::path& model) {
  std::error_code error;
  if (!fs::exists(model, error)) throw Error("file_missing", {.file = model.string()});
  ModelFiles files;
  if (model.extension() == ".gguf" && !fs::is_directory(model, error)) {
    files.weights = gguf_parts(model);
  } else if (is_capture(model) && !fs::is_directory(model, error)) {
    files.weights = {model};
  } else {
    const fs::path folder = fs::is_directory(model, error) ? model : model.parent_path();
    for (const std::string_view name : kWhole)
      if (fs::is_regular_file(folder / name, error)) files.whole.push_back(folder / name);
    std::sort(files.whole.begin(), files.whole.end());
    files.weights = weights_of_folder(folder);
  }
  for (const std::vector<fs::path>* list : {&files.whole, &files.weights})
    for (const fs::path& file : *list)
      if (const std::uintmax_t size = fs::file_size(file, error); !error) files.bytes += size;
  return files;
}

std::string fingerprint(const ModelFiles& files, const std::stop_token& stop) {
  Sha256 hash;
  for (const fs::path& file : files.whole) {
    throw_if_stopped(stop);
    const std::string bytes = read_file(file, kMostTextBytes);
    hash.add(file.filename().string() + " " + std::to_string(bytes.size()) + "\n");
    hash.add(bytes);
  }
  for (const fs::path& file : files.weights)
    add_weights(hash, file, stop);
  return hash.finish();
}

std::string adapters_fingerprint(const Model& model, const std::stop_token& stop) {
  if (model.adapters.empty()) return {};
  Sha256 hash;
  for (const ModelAdapter& adapter : model.adapters)
    hash.add("adapter " + fingerprint(files_of_adapter(adapter.path), stop) + "\n");
  return hash.finish();
}

std::string fingerprint_of(const Model& model, const std::stop_token& stop) {
  const std::string own = fingerprint(fingerprint_files(model.folder), stop);
  const auto rests = [](const ModelAdapter& each) { return each.strength == 0.0F && each.is_base_at_0(); };
  if (std::all_of(model.adapters.begin(), model.adapters.end(), rests)) return own;
  Sha256 hash;
  hash.add("model " + own + "\nadapters " + adapters_fingerprint(model, stop) + "\n");
  for (const ModelAdapter& adapter : model.adapters)
    hash.add(std::to_string(std::bit_cast<std::uint32_t>(adapter.strength)) + "\n");
  return hash.finish();
}

}  // namespace regard
