// SPDX-License-Identifier: Apache-2.0
// Are these checkpoints steps of one model? Config, tokenizer and lists of tensors are read, weights are not.
#include "core/base/text_file.h"
#include "core/model/checkpoint_series.h"
#include "core/model/find_model.h"
#include "core/model/gguf_files.h"
#include "core/model/gguf_model.h"
#include "core/model/model.h"
#include "core/model/weight_reader.h"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <system_error>
#include <utility>

namespace regard {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::size_t kSmallConfig = 4 << 20;        // bytes
constexpr std::size_t kLargeVocabulary = 256 << 20;  // bytes of a tokenizer's file
constexpr std::array kVocabularyFiles{"tokenizer.json"sv,  "vocab.json"sv,   "merges.txt"sv,
                                      "vocab.txt"sv,       "spiece.model"sv, "sentencepiece.bpe.model"sv,
                                      "tokenizer.model"sv, "source.spm"sv,   "added_tokens.json"sv};

/// What is known of a checkpoint without its weights.
struct Outline {
  fs::path path{};
  fs::path folder{};  ///< of its tokenizer; empty: that is in the file
  ModelConfig config{};
};

/// Throws Error: as load_model() would, as far as weights need not be read for it.
Outline outline_of(const fs::path& path) {
  const FoundModel found = find_model(path);
  if (!found.gguf.empty()) {
    const GgufFiles files = open_gguf(found.gguf);
    ModelConfig config = read_gguf_config(files.gguf, files.bytes());
    return {path, {}, std::move(config)};
  }
  check_folder(found);
  const fs::path file = found.folder / "config.json";
  Outline outline{path, found.folder, parse_model_config(read_file(file, kSmallConfig), file.string(), found.tower)};
  (void)open_checkpoint(found.folder, found.weights);
  return outline;
}

/// "GPT2LMHeadModel, 12 × 12, 768, 50257": architecture, layers × heads, width, vocabulary.
std::string told_shape(const ModelConfig& config) {
  return config.architecture + ", " + std::to_string(config.layers) + " × " + std::to_string(most_heads(config)) +
         ", " + std::to_string(config.hidden) + ", " + std::to_string(config.vocabulary);
}

bool same_shape(const ModelConfig& a, const ModelConfig& b) {
  return a.architecture == b.architecture && same_heads(a, b) && a.hidden == b.hidden && a.vocabulary == b.vocabulary;
}

/// Nothing where it is not there.
std::optional<std::string> bytes_of_file(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  return read_file(file, kLargeVocabulary);
}

bool same_vocabulary_files(const fs::path& a, const fs::path& b) {
  return std::all_of(kVocabularyFiles.begin(), kVocabularyFiles.end(),
                     [&](std::string_view name) { return bytes_of_file(a / name) == bytes_of_file(b / name); });
}

/// The first token that the two vocabularies do not share.
struct OtherToken {
  std::size_t id = 0;
  std::string first{}, second{};
};
std::optional<OtherToken> other_token(const Tokenizer& a, const Tokenizer& b) {
  const std::size_t least = std::min(a.vocabulary_size(), b.vocabulary_size());
  for (std::size_t id = 0; id < least; ++id) {
    std::string first = a.readable(static_cast<std::int32_t>(id)), second = b.readable(static_cast<std::int32_t>(id));
    if (first != second) return OtherToken{id, std::move(first), std::move(second)};
  }
  if (a.vocabulary_size() == b.vocabulary_size()) return std::nullopt;
  const auto next = [&](const Tokenizer& tokenizer) {
    return tokenizer.vocabulary_size() > least ? tokenizer.readable(static_cast<std::int32_t>(least))
                                               : std::string("∅");
  };
  return OtherToken{least, next(a), next(b)};
}

/// Why `other` is no step of the model that `one` is a step of.
std::optional<Error> why_another_model(const Outline& one, const Outline& other) {
  const std::string name = other.path.filename().string();
  if (!same_shape(one.config, other.config))
    return Error("checkpoint_shape",
                 {.file = name, .expected = told_shape(one.config), .found = told_shape(other.config)});
  if (one.config.patches) return std::nullopt;
  if (!one.folder.empty() && !other.folder.empty() && same_vocabulary_files(one.folder, other.folder))
    return std::nullopt;
  const auto first = load_tokenizer_of(one.path), second = load_tokenizer_of(other.path);
  const std::optional<OtherToken> differs = other_token(*first, *second);
  if (!differs) return std::nullopt;
  return Error(
      "checkpoint_vocabulary",
      {.file = name, .item = std::to_string(differs->id), .expected = differs->first, .found = differs->second});
}

/// Steps that are of one model, by the first of them.
struct Kin {
  Outline first{};
  std::vector<std::size_t> steps{};
};

/// Puts a step to those that it is of one model with.
void sort_in(std::vector<Kin>& kins, Outline outline, std::size_t step) {
  for (Kin& kin : kins)
    if (!why_another_model(kin.first, outline)) return kin.steps.push_back(step);
  kins.push_back({std::move(outline), {step}});
}

Error error_of(const std::exception& thrown, const fs::path& path) {
  if (const auto* error = dynamic_cast<const Error*>(&thrown)) return *error;
  return Error("file_unreadable", {.file = path.string(), .found = thrown.what()});
}

/// Tries what may go wrong with one checkpoint; what went wrong is its problem.
template <class Try>
void try_step(CheckpointStep& step, const Try& attempt) {
  try {
    attempt();
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& thrown) {
    step.problem = error_of(thrown, step.path);
  }
}

/// What does not belong to most of them says why.
void tell_strangers(CheckpointSeries& series, const std::vector<Kin>& kins) {
  if (kins.size() < 2) return;
  const auto most = std::max_element(kins.begin(), kins.end(),
                                     [](const Kin& a, const Kin& b) { return a.steps.size() < b.steps.size(); });
  for (const Kin& kin : kins) {
    if (&kin == &*most) continue;
    for (const std::size_t at : kin.steps) {
      CheckpointStep& step = series.steps[at];
      try_step(step, [&] { step.problem = why_another_model(most->first, outline_of(step.path)); });
    }
  }
}

}  // namespace

void check_checkpoints(CheckpointSeries& series, const std::stop_token& stop, Progress* progress,
                       const std::function<void()>& between) {
  std::vector<Kin> kins;
  for (std::size_t at = 0; at < series.steps.size(); ++at) {
    throw_if_stopped(stop);
    if (between) between();
    if (progress != nullptr) progress->fraction = static_cast<float>(at) / static_cast<float>(series.steps.size());
    CheckpointStep& step = series.steps[at];
    if (!step.problem) try_step(step, [&] { sort_in(kins, outline_of(step.path), at); });
  }
  tell_strangers(series, kins);
  series.checked = true;
}

}  // namespace regard
