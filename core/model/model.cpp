// SPDX-License-Identifier: Apache-2.0
#include "core/model/model.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/text_file.h"
#include "core/model/catalog.h"
#include "core/model/family.h"
#include "core/model/gguf_files.h"
#include "core/model/gguf_model.h"
#include "core/model/stored_as.h"
#include "core/model/weight_reader.h"
#include "core/text/patch_tokens.h"

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kSmallFile = 4 << 20;  // bytes: config.json, heads.json, preprocessor_config.json

/// What a person pointed at: the folder, and the weight file if it was one; or a .gguf file, which is a whole model.
struct Chosen {
  fs::path folder{};
  fs::path weights{};
  fs::path gguf{};
};

bool holds(const fs::path& folder, std::string_view extension) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == extension) return true;
  return false;
}

/// The .gguf file of a folder that has just one (or one model in parts) and no other weights.
fs::path only_gguf(const fs::path& folder) {
  const std::vector<fs::path> found = gguf_files_in(folder);
  return found.size() == 1 && !holds(folder, ".safetensors") && !holds(folder, ".bin") ? found.front() : fs::path();
}

Chosen choose(const fs::path& given) {
  std::error_code error;
  fs::path path = fs::absolute(given, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "models/council/"
  if (error || given.empty() || !fs::exists(path, error)) throw Error("file_missing", {.file = given.string()});
  Chosen chosen{.folder = path};
  if (!fs::is_directory(path, error)) {
    chosen.folder = path.parent_path();
    const std::string kind = path.extension().string();
    if (kind == ".gguf") {  // any part of a split model means all of them, and is called by the first
      const fs::path first = first_gguf_part(path);
      return fs::exists(first, error) ? Chosen{.folder = first, .gguf = first} : Chosen{.folder = path, .gguf = path};
    }
    for (const char* weights : {".safetensors", ".bin", ".pt", ".pth"})
      if (kind == weights) chosen.weights = path;
    for (const char* other : {".h5", ".onnx", ".msgpack"})  // not what lies beside it, either
      if (kind == other)
        throw Error("weights_format", {.file = path.string(), .expected = "*.safetensors, *.gguf, *.bin, *.pt"});
  } else if (const fs::path gguf = only_gguf(path); !gguf.empty()) {
    return {.folder = gguf, .gguf = gguf};
  }
  if (!fs::exists(chosen.folder / "config.json", error))
    throw Error("not_a_model", {.file = path.string(), .item = chosen.folder.string(), .expected = "config.json"});
  return chosen;
}

/// The encoder of an encoder–decoder model as a model of its own: a run of it is a Trace like any other.
void add_encoder(Model& model) {
  auto encoder = std::make_shared<Model>();
  encoder->folder = model.folder;
  encoder->name = model.name;
  encoder->config = *model.config.encoder;
  encoder->weights = model.weights->encoder;
  encoder->config.relative_bias.values = encoder->weights->relative_bias;
  encoder->tokenizer = model.tokenizer;
  model.encoder = std::move(encoder);
}

void read_weights(const Checkpoint& checkpoint, const std::stop_token& stop, Progress* progress, Model& model) {
  WeightReader reader(checkpoint, stop, progress);
  const Architecture* architecture = find_architecture(model.config.architecture);
  model.weights = std::make_shared<const Weights>(architecture->read_weights(model.config, reader));
  if (reader.views_files())
    for (const Checkpoint::File& file : checkpoint.files)
      model.files.push_back(file.mapping);
  model.config.relative_bias.values = model.weights->relative_bias;
  if (model.config.encoder) add_encoder(model);
  model.parameters = reader.parameters();
  model.bytes_on_disk = checkpoint.bytes();
  model.stored_as = stored_as(checkpoint);
}

void prepare_for_pictures(const fs::path& folder, Model& model) {
  const PatchConfig& patches = *model.config.patches;
  model.tokenizer = make_patch_tokenizer(patches.specials, patches.rows(), patches.cols(), model.config.labels);
  const fs::path file = folder / "preprocessor_config.json";
  std::error_code error;
  model.image_steps = fs::exists(file, error)
                          ? parse_image_steps(read_file(file, kSmallFile), model.config, file.string())
                          : default_image_steps(model.config);
}

void read_tokenizers(const fs::path& folder, Model& model) {
  model.tokenizer = load_tokenizer(folder);
  if (model.config.encoder) model.target_tokenizer = load_target_tokenizer(folder);
}

/// What is told about the heads of a .gguf file: "name.heads.json" beside it, or heads.json where it is the only one there.
void read_roles_beside(const fs::path& gguf, Model& model) {
  std::error_code error;
  fs::path file = gguf.parent_path() / (gguf_model_name(gguf) + ".heads.json");
  if (!fs::exists(file, error) && gguf_files_in(gguf.parent_path()).size() == 1)
    file = gguf.parent_path() / "heads.json";
  if (fs::exists(file, error)) model.roles = parse_heads(read_file(file, kSmallFile), model.config, file.string());
}

std::shared_ptr<const Model> load_gguf(const fs::path& path, const std::stop_token& stop, Progress* progress) {
  const GgufFiles files = open_gguf(path);
  const Gguf& gguf = files.gguf;
  auto model = std::make_shared<Model>();
  model->folder = path;
  model->name = gguf_model_name(path);
  model->config = read_gguf_config(gguf, files.bytes());
  throw_if_stopped(stop);
  model->tokenizer = parse_tokenizer_gguf(gguf);
  if (model->tokenizer->vocabulary_size() > model->config.vocabulary)
    gguf.fail("tokenizer.ggml.tokens", "≤ " + std::to_string(model->config.vocabulary),
              std::to_string(model->tokenizer->vocabulary_size()));
  read_roles_beside(path, *model);
  read_weights(make_gguf_checkpoint(gguf, model->config, files.files), stop, progress, *model);
  model->stored_as = stored_as(gguf);
  return model;
}

}  // namespace

std::shared_ptr<const Model> load_model(const fs::path& path, const std::stop_token& stop, Progress* progress) {
  const Chosen chosen = choose(path);
  if (!chosen.gguf.empty()) return load_gguf(chosen.gguf, stop, progress);
  auto model = std::make_shared<Model>();
  model->folder = chosen.folder;
  model->name = model_name(chosen.folder);
  const fs::path config_file = chosen.folder / "config.json";
  model->config = parse_model_config(read_file(config_file, kSmallFile), config_file.string());
  throw_if_stopped(stop);

  if (model->config.patches)
    prepare_for_pictures(chosen.folder, *model);
  else
    read_tokenizers(chosen.folder, *model);  // before the weights: quicker to find fault with
  const fs::path heads_file = chosen.folder / "heads.json";
  if (std::error_code error; fs::exists(heads_file, error))
    model->roles = parse_heads(read_file(heads_file, kSmallFile), model->config, heads_file.string());

  read_weights(open_checkpoint(chosen.folder, chosen.weights), stop, progress, *model);
  return model;
}

std::unique_ptr<const Tokenizer> load_tokenizer_of(const fs::path& path) {
  std::error_code error;
  const bool file = fs::is_regular_file(path, error);
  const fs::path gguf = !file ? only_gguf(path) : path.extension() == ".gguf" ? path : fs::path();
  if (gguf.empty()) return load_tokenizer(file ? path.parent_path() : path);
  const MappedFile mapping(first_gguf_part(gguf));
  return parse_tokenizer_gguf(parse_gguf(mapping.bytes(), gguf.string()));
}

}  // namespace regard
