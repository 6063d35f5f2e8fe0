// SPDX-License-Identifier: Apache-2.0
#include "core/model/model.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/text_file.h"
#include "core/format/placeholder.h"
#include "core/model/adapter_reader.h"
#include "core/model/captured.h"
#include "core/model/catalog.h"
#include "core/model/disentangled.h"
#include "core/model/expert_weights.h"
#include "core/model/family.h"
#include "core/model/find_model.h"
#include "core/model/gguf_files.h"
#include "core/model/gguf_model.h"
#include "core/model/load_layers.h"
#include "core/model/relative_bias.h"
#include "core/model/stored_as.h"
#include "core/model/unread_tensors.h"
#include "core/model/weight_reader.h"
#include "core/text/patch_tokens.h"

namespace regard {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kSmallFile = 4 << 20;  // bytes: config.json, heads.json, preprocessor_config.json

/// The encoder of an encoder–decoder model as a model of its own: a run of it is a Trace like any other.
void add_encoder(Model& model) {
  auto encoder = std::make_shared<Model>();
  encoder->folder = model.folder;
  encoder->name = model.name;
  encoder->config = *model.config.encoder;
  encoder->weights = model.weights->encoder;
  place_relative_bias(*encoder->weights, encoder->config);
  encoder->tokenizer = model.tokenizer;
  encoder->adapters = model.adapters;
  model.encoder = std::move(encoder);
}

/// A file that names no class has a head that predicts words if its weights have one; a head that tells classes apart and was
/// never saved is none.
void settle_head(const Architecture& architecture, const WeightReader& reader, ModelConfig& config) {
  const bool tied = architecture.word_head.empty() && config.tied_embeddings;
  const std::string head(architecture.word_head.empty() ? "lm_head.weight" : architecture.word_head);
  if (config.head_is_guessed && config.has_lm_head && !tied && !reader.has(head)) {
    config.has_lm_head = false;
    if (config.patches) {  // its vocabulary was that head's classes
      config.labels.clear();
      config.vocabulary = config.context;
    }
  }
  if (!config.class_head.empty() && !has_class_weights(config, reader)) {
    config.class_head = {};
    config.labels.clear();
  }
}

struct Loading {
  std::span<const AdapterUse> adapters{};
  const std::stop_token& stop;
  Progress* progress = nullptr;
  const ChooseLayers* choose = nullptr;  ///< null: all layers
};

void read_weights(const Checkpoint& checkpoint, const Loading& loading, Model& model) {
  std::vector<std::size_t> chosen;
  if (loading.choose != nullptr) chosen = (*loading.choose)(model);
  std::vector<AdapterFiles> adapter_files;
  for (const AdapterUse& use : loading.adapters)
    adapter_files.push_back(open_adapter(use, model.config));
  std::vector<AdapterReader> adapters;
  for (std::size_t index = 0; index < adapter_files.size(); ++index)
    adapters.emplace_back(adapter_files[index], index, loading.stop);
  WeightReader reader(checkpoint, loading.stop, loading.progress);
  reader.adapt_by(adapters);
  if (loading.choose != nullptr) reader.read_only({chosen.begin(), chosen.end()});
  const Architecture* architecture = find_architecture(model.config.architecture);
  settle_head(*architecture, reader, model.config);
  Weights weights = architecture->read_weights(model.config, reader);
  if (!model.config.class_head.empty()) read_class_weights(model.config, reader, weights);
  if (loading.choose == nullptr) refuse_unread_tensors(model.config, reader);
  model.weights = std::make_shared<const Weights>(std::move(weights));
  if (reader.views_files())
    for (const Checkpoint::File& file : checkpoint.files)
      model.files.push_back(file.mapping);
  for (std::size_t index = 0; index < adapters.size(); ++index) {
    model.adapters.push_back(adapters[index].tell(model.config));
    for (const Checkpoint::File& file : adapter_files[index].tensors.files)
      model.files.push_back(file.mapping);
  }
  place_relative_bias(*model.weights, model.config);
  place_gates(*model.weights, model.config);
  place_disentangled(*model.weights, model.config, loading.stop);
  if (model.config.encoder) add_encoder(model);
  model.parameters = reader.parameters();
  model.bytes_on_disk = checkpoint.bytes();
  model.stored_as = stored_as(checkpoint);
}

void prepare_for_pictures(const fs::path& folder, Model& model) {
  const fs::path file = folder / "preprocessor_config.json";
  std::error_code error;
  model.image_steps = fs::exists(file, error)
                          ? parse_image_steps(read_file(file, kSmallFile), model.config, file.string())
                          : model.config.patches->usual_steps;
  fit_to_steps(model.image_steps, model.config);
  const PatchConfig& patches = *model.config.patches;
  model.tokenizer = make_patch_tokenizer(patches.special_tokens, patches.rows(), patches.cols(), model.config.labels);
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

std::shared_ptr<const Model> load_gguf(const fs::path& path, const Loading& loading) {
  const GgufFiles files = open_gguf(path);
  const Gguf& gguf = files.gguf;
  auto model = std::make_shared<Model>();
  model->folder = path;
  model->name = gguf_model_name(path);
  model->config = read_gguf_config(gguf, files.bytes());
  throw_if_stopped(loading.stop);
  model->tokenizer = parse_tokenizer_gguf(gguf);
  if (model->tokenizer->vocabulary_size() > model->config.vocabulary)
    gguf.fail("tokenizer.ggml.tokens", "≤ " + std::to_string(model->config.vocabulary),
              std::to_string(model->tokenizer->vocabulary_size()));
  read_roles_beside(path, *model);
  read_weights(make_gguf_checkpoint(gguf, model->config, files.files), loading, *model);
  model->stored_as = stored_as(gguf);
  return model;
}

}  // namespace

std::shared_ptr<const Model> load_model(const fs::path& path, const std::stop_token& stop, Progress* progress) {
  return load_model(path, {}, stop, progress);
}

namespace {

std::shared_ptr<const Model> load_checkpoint(const fs::path& path, const Loading& loading);

}  // namespace

std::shared_ptr<const Model> load_layers(const fs::path& path, const ChooseLayers& choose, const std::stop_token& stop,
                                         Progress* progress) {
  return load_checkpoint(path, {{}, stop, progress, &choose});
}

std::shared_ptr<const Model> load_model(const fs::path& path, std::span<const AdapterUse> adapters,
                                        const std::stop_token& stop, Progress* progress) {
  if (is_capture(path)) {
    if (!adapters.empty()) throw Error("capture_adapter", {.file = path.string()});
    const std::shared_ptr<const Capture> capture = open_capture(path);
    refuse_states_alone(*capture);
    return model_of(capture);
  }
  return load_checkpoint(path, {adapters, stop, progress});
}

namespace {

std::shared_ptr<const Model> load_checkpoint(const fs::path& path, const Loading& loading) {
  const FoundModel chosen = find_model(path);
  if (!chosen.gguf.empty()) return load_gguf(chosen.gguf, loading);
  check_folder(chosen);
  auto model = std::make_shared<Model>();
  model->folder = chosen.folder;
  model->name = model_name(chosen.folder);
  const fs::path config_file = chosen.folder / "config.json";
  model->config = parse_model_config(read_file(config_file, kSmallFile), config_file.string(), chosen.tower);
  const bool text_tower = model->config.tower == Tower::text;
  if (text_tower) {
    model->folder = chosen.given;
    model->name += kTextTower;
  }
  throw_if_stopped(loading.stop);

  if (model->config.patches)
    prepare_for_pictures(chosen.folder, *model);
  else
    read_tokenizers(chosen.folder, *model);  // before the weights: quicker to find fault with
  const fs::path heads_file = chosen.folder / "heads.json";
  if (std::error_code error; !text_tower && fs::exists(heads_file, error))
    model->roles = parse_heads(read_file(heads_file, kSmallFile), model->config, heads_file.string());

  Checkpoint checkpoint = open_checkpoint(chosen.folder, chosen.weights);
  checkpoint.quantization = model->config.quantization;
  read_weights(checkpoint, loading, *model);
  return model;
}

}  // namespace

std::unique_ptr<const Tokenizer> load_tokenizer_of(const fs::path& path) {
  if (is_capture(path)) return tokenizer_of(*open_capture(path));
  const FoundModel found = find_model(path);
  if (found.gguf.empty()) {
    if (std::error_code error; fs::exists(found.folder / "config.json", error)) check_folder(found);
    return load_tokenizer(found.folder);
  }
  const fs::path file = first_gguf_part(found.gguf);
  const MappedFile mapping(file);
  refuse_placeholder(mapping.bytes(), file.string());
  const Gguf gguf = parse_gguf(mapping.bytes(), file.string());
  refuse_other_parts(gguf);
  return parse_tokenizer_gguf(gguf);
}

}  // namespace regard
