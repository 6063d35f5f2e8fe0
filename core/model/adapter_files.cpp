// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/placeholder.h"
#include "core/model/adapter_reader.h"
#include "core/model/catalog.h"
#include "core/model/gguf_model.h"

#include <system_error>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSmallFile = 4 << 20;  // bytes
constexpr const char* kConfig = "adapter_config.json";
constexpr const char* kWeights[] = {"adapter_model.safetensors", "adapter_model.bin"};

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

AdapterConfig config_of_folder(const fs::path& folder) {
  const fs::path file = folder / kConfig;
  return parse_adapter_config(read_file(file, kSmallFile), file.string());
}

AdapterFiles open_peft(const fs::path& folder) {
  AdapterFiles files;
  files.listing = (folder / kConfig).string();
  files.config = config_of_folder(folder);
  for (const char* name : kWeights)
    if (is_there(folder / name)) {
      files.tensors = open_weights_file(folder / name);
      return files;
    }
  throw Error("weights_missing",
              {.file = folder.string(), .expected = std::string(kWeights[0]) + " / " + kWeights[1], .found = "∅"});
}

AdapterFiles open_gguf_adapter(const fs::path& path, const ModelConfig& model) {
  AdapterFiles files;
  files.listing = path.string();
  const auto mapping = std::make_shared<const MappedFile>(path);
  refuse_placeholder(mapping->bytes(), files.listing);
  const Gguf gguf = parse_gguf(mapping->bytes(), files.listing);
  files.config = gguf_adapter_config(gguf);
  files.tensors = make_gguf_adapter(gguf, model, {files.listing, mapping});
  return files;
}

/// The adapter's folder, or its .gguf file.
fs::path place_of_adapter(const fs::path& given) {
  std::error_code error;
  fs::path path = fs::absolute(given, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (given.empty() || !is_there(path)) throw Error("file_missing", {.file = given.string()});
  return path.extension() == ".gguf" || fs::is_directory(path, error) ? path : path.parent_path();
}

}  // namespace

AdapterFiles open_adapter(const AdapterUse& use, const ModelConfig& model) {
  const fs::path path = place_of_adapter(use.path);
  const bool gguf = path.extension() == ".gguf";
  AdapterFiles files = gguf ? open_gguf_adapter(path, model) : open_peft(path);
  files.use = {path, use.strength};
  files.name = gguf ? path.stem().string() : model_name(path);
  return files;
}

AdapterConfig read_adapter_config(const fs::path& given) {
  const fs::path path = place_of_adapter(given);
  if (path.extension() != ".gguf") return config_of_folder(path);
  const MappedFile mapping(path);
  refuse_placeholder(mapping.bytes(), path.string());
  return gguf_adapter_config(parse_gguf(mapping.bytes(), path.string()));
}

bool is_adapter(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return is_there(path / kConfig) && !is_there(path / "config.json");
  if (path.filename() == kConfig || path.filename() == kWeights[0] || path.filename() == kWeights[1]) return true;
  if (path.extension() != ".gguf") return false;
  try {
    const MappedFile mapping(path);
    return parse_gguf(mapping.bytes(), path.string()).find("adapter.type") != nullptr;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace regard
