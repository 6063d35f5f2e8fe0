// SPDX-License-Identifier: Apache-2.0
// A loaded checkpoint: config, weights, tokenizer, and what its folder tells people about it. Immutable, shared across threads.
#pragma once

#include "core/model/adapter.h"
#include "core/model/config.h"
#include "core/model/image_input.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

class MappedFile;
struct Capture;  // core/capture/capture.h
struct Progress;
struct Weights;  // core/model/weights.h: only the engine looks inside

/// A text in both languages of the program.
struct Bilingual {
  std::string ru{};
  std::string en{};
};

/// One line of heads.json: what a head was guided to look at.
struct HeadRole {
  HeadRef head{};
  std::string relation{};  ///< e.g. "predicate_subject"
  bool guided = true;      ///< trained towards the relation; false: free, the relation was found in it afterwards
  Bilingual name{};        ///< "сказуемое → подлежащее"
  Bilingual badge{};       ///< a few letters for a thumbnail
  Bilingual asks{};        ///< one sentence
};

/// From the bytes of heads.json: {"heads": [{"layer", "head", "relation", "guided", "name": {"ru", "en"}, "short": {…},
/// "asks": {…}}, …]}; "short" is the badge; guided, short and asks may be left out, other keys are ignored.
/// Pure; fuzzed. Throws Error: json_*, heads_range (a head the config does not have), heads_duplicate.
[[nodiscard]] std::vector<HeadRole> parse_heads(std::string_view json, const ModelConfig& config,
                                                const std::string& file);

struct Model {
  std::filesystem::path folder{};  ///< or the .gguf file, or of a text tower the tokenizer's
  std::string name{};  ///< folder name, "org/name" for a folder of the Hugging Face cache, or a .gguf file's name
  ModelConfig config{};
  std::shared_ptr<const Weights> weights{};  ///< null: nothing can be computed, there is only what `capture` has
  std::shared_ptr<const Capture> capture{};  ///< a run that was made elsewhere (core/model/captured.h); mostly null
  std::vector<std::shared_ptr<const MappedFile>>
      files{};  ///< that weights are views of: a run looks first whether they still are
  std::shared_ptr<const Tokenizer> tokenizer{};
  std::shared_ptr<const Tokenizer>
      target_tokenizer{};         ///< reads the decoder's texts; null: `tokenizer` does (not Marian)
  ImageSteps image_steps{};       ///< where config.patches is set; from preprocessor_config.json or config.patches
  std::vector<HeadRole> roles{};  ///< from heads.json, empty where there is none
  std::shared_ptr<const Model> encoder{};  ///< of an encoder–decoder model (config and weights above are the decoder's)
  std::size_t parameters = 0;
  std::size_t bytes_on_disk = 0;
  std::string stored_as{};               ///< "BF16", "Q4_K_M": see core/model/stored_as.h
  std::vector<ModelAdapter> adapters{};  ///< that it was opened with; the counts above are without them
};

/// Can it run texts? A captured run cannot, nor can what tests make up.
[[nodiscard]] inline bool has_engine(const Model& model) {
  return model.weights != nullptr;
}

/// Opens a captured run (core/capture/capture.h), a Hugging Face folder (or a file inside it: of two towers in one file, a file of the tokenizer means that for texts, all
/// else that for pictures), a .gguf file, or a folder whose only weights are one .gguf file.
/// Throws Error (file, item, expected, found; capture_adapter where a captured run is to be adapted), Cancelled.
[[nodiscard]] std::shared_ptr<const Model> load_model(const std::filesystem::path& path,
                                                      const std::stop_token& stop = {}, Progress* progress = nullptr);

/// The same, changed by adapters in this order; nothing of the model is copied, the changes are computed on the way. Throws also
/// what is the matter with an adapter (core/model/adapter_reader.h).
[[nodiscard]] std::shared_ptr<const Model> load_model(const std::filesystem::path& path,
                                                      std::span<const AdapterUse> adapters,
                                                      const std::stop_token& stop = {}, Progress* progress = nullptr);

/// The model with its adapters at other strengths, [adapters]: the same files, views and tokenizer.
[[nodiscard]] std::shared_ptr<const Model> at_strengths(const Model& model, std::span<const float> strengths);

/// Name of a model and of what changes it: "council + style × 0.5"; the strength as trained and adapters of strength 0 that change
/// nothing are not told.
[[nodiscard]] std::string full_name(const Model& model);

/// The tokenizer of what load_model() opens, without reading config or weights. Throws Error.
[[nodiscard]] std::unique_ptr<const Tokenizer> load_tokenizer_of(const std::filesystem::path& path);

/// The role of a head, or nullptr.
[[nodiscard]] const HeadRole* role_of(const Model& model, HeadRef head);

/// Where a model was found.
enum class ModelPlace { built_in, recent, cache, beside_recent };

/// A model a person could open.
struct ModelEntry {
  std::filesystem::path folder{};  ///< or the .gguf file
  std::string name{};
  std::string architecture{};  ///< as the file says; may be one we do not know
  ModelPlace place = ModelPlace::cache;
  bool supported = false;
  std::size_t bytes = 0;    ///< of its files of weights; 0: they cannot be read
  std::string stored_as{};  ///< "BF16", "Q4_K_M": see core/model/stored_as.h
  Bilingual about{};        ///< one line from the folder's about.json, {"ru", "en"}; empty where there is none
};

/// Built-in models of `assets/models`, `recent` ones that are still there, those of the Hugging Face cache (HF_HOME, else
/// ~/.cache/huggingface/hub), the .gguf files in the folders of recent ones; each once. Reads only config.json and about.json
/// files and the headers of files of weights; unreadable ones are left out.
[[nodiscard]] std::vector<ModelEntry> list_models(const std::filesystem::path& built_in_folder,
                                                  std::span<const std::filesystem::path> recent = {});

}  // namespace regard
