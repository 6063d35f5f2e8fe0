// SPDX-License-Identifier: Apache-2.0
// The commands behind the command line. Each writes its result to `out` and remarks to `err`, and throws Error (bad input)
// or Refusal (a sentence of its own). Sentences are in the language chosen (app/style/locale.h), names in JSON and CSV never.
#pragma once

#include "app/session/reading.h"
#include "core/model/adapter.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace regard::cli {

/// A command cannot be carried out as asked; what() is the sentence.
struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Streams {
  std::ostream& out;
  std::ostream& err;
};

enum class TraceFormat { json, csv, npz };

/// Of a captured run, which brings its text, there is none of the three.
struct TraceCommand {
  std::string model{};  ///< empty: see open_model() in app/cli/adapters.h
  std::vector<AdapterUse> adapters{};
  ReadingCapture captured{};  ///< of a captured run
  std::optional<std::string> text{};
  std::filesystem::path text_file{};  ///< one text per line, where `text` is empty
  std::filesystem::path image{};      ///< a .png file instead of a text, for models that read pictures
  std::optional<std::size_t> layer{};
  std::optional<std::size_t> head{};
  std::optional<std::string> target{};       ///< the decoder's text; without it the model writes one
  std::optional<AttentionKind> attention{};  ///< only of encoder–decoder models
  bool special = true;                       ///< what the tokenizer puts around a text is read, too
  MaskMode mask = MaskMode::as_trained;
  float temperature = 1.0F;
  std::filesystem::path interventions{};  ///< a file of core/trace/intervention_json.h; empty: none
  TraceFormat format = TraceFormat::json;
  std::filesystem::path npz{};
  bool opens_again = false;  ///< the file also says what it takes to open it as a captured run
};

struct TokensCommand {
  std::string model{};
  std::string text{};
  bool special = true;
  bool json = false;
};

struct GenerateCommand {
  std::string model{};
  std::vector<AdapterUse> adapters{};
  std::string text{};
  bool special = true;
  std::size_t tokens = 32;
  float temperature = 0.0F;
  std::size_t top_k = 0;
  std::uint64_t seed = 0;
};

void run_trace(const TraceCommand& command, Streams streams);
void run_tokens(const TokensCommand& command, Streams streams);
void run_generate(const GenerateCommand& command, Streams streams);
void run_models(Streams streams);

}  // namespace regard::cli
