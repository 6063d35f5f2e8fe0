// SPDX-License-Identifier: Apache-2.0
// A Hugging Face folder's tokenizer: tokenizer.json if there is one, else vocab.txt, else vocab.json with merges.txt, else a
// SentencePiece file; tokenizer_config.json completes each, added_tokens.json all but the first.
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/json.h"
#include "core/text/json_fields.h"
#include "core/text/own_tokens.h"
#include "core/text/pipeline.h"
#include "core/text/sentencepiece_folder.h"

namespace regard {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = std::size_t{96} << 20;  // bytes; the largest in use today has about 35 MB

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

struct TokenizerConfig {
  JsonPlace place{};
  json root = json::object();
};

TokenizerConfig read_config(const fs::path& folder) {
  const fs::path path = folder / "tokenizer_config.json";
  TokenizerConfig config{{path.string(), {}}, json::object()};
  if (is_there(path)) config.root = parse_json(read_file(path, kLargestFile), path.string());
  if (!config.root.is_object()) fail_value(config.place, "{…}", config.root);
  return config;
}

std::string token_name(const TokenizerConfig& config, const char* key) {
  return token_member(config.place, config.root, key);
}

/// MPNet's vocabulary begins with what it puts before a text.
WordPieceOptions wordpiece_options(const TokenizerConfig& config, std::string_view lines) {
  const std::string kind = string_member(config.place, config.root, "tokenizer_class");
  WordPieceOptions options;
  options.lower_case = bool_member(config.place, config.root, "do_lower_case", true);
  options.strip_accents = bool_member(config.place, config.root, "strip_accents", options.lower_case);
  options.split_chinese_characters = bool_member(config.place, config.root, "tokenize_chinese_chars", true);
  options.frame_of_roberta = kind.starts_with("MPNet") || (kind.empty() && lines.starts_with("<s>\n"));
  return options;
}

// RoBERTa puts <s> … </s> around a text, OPT a </s> before it, GPT-2 nothing. Without a configuration's word for it, a
// vocabulary with <mask> is RoBERTa's.
ByteLevelOptions byte_level_options(const TokenizerConfig& config, bool has_mask) {
  const std::string kind = string_member(config.place, config.root, "tokenizer_class");
  ByteLevelOptions options;
  options.add_prefix_space = bool_member(config.place, config.root, "add_prefix_space", false);
  if (kind.starts_with("Roberta") || (kind.empty() && has_mask)) {
    options.opening = "<s>";
    options.closing = "</s>";
  } else if (bool_member(config.place, config.root, "add_bos_token", false)) {
    options.opening = token_name(config, "bos_token");
  }
  return options;
}

TokenizerParts read_vocab_merges(const fs::path& vocab_path, const fs::path& merges_path,
                                 const TokenizerConfig& config) {
  const std::string vocab = read_file(vocab_path, kLargestFile);
  const bool has_mask = vocab.find("\"<mask>\"") != std::string::npos;
  return parse_vocab_merges_parts(vocab, read_file(merges_path, kLargestFile), byte_level_options(config, has_mask),
                                  vocab_path.string(), merges_path.string());
}

TokenizerParts read_parts(const fs::path& folder, const TokenizerConfig& config) {
  const fs::path json_path = folder / "tokenizer.json";
  const fs::path vocab_path = folder / "vocab.txt";
  const fs::path pieces_path = folder / "vocab.json";
  const fs::path merges_path = folder / "merges.txt";
  if (is_there(json_path)) return parse_tokenizer_parts(read_file(json_path, kLargestFile), json_path.string());
  const auto with_own_tokens = [&](TokenizerParts parts) {
    add_own_tokens(folder, config.place, config.root, OwnTokens::in_normalized_text, parts);
    return parts;
  };
  if (is_there(vocab_path)) {
    const std::string lines = read_file(vocab_path, kLargestFile);
    return with_own_tokens(parse_vocab_parts(lines, wordpiece_options(config, lines), vocab_path.string()));
  }
  if (is_there(pieces_path) && is_there(merges_path))
    return with_own_tokens(read_vocab_merges(pieces_path, merges_path, config));
  if (auto parts = read_sentencepiece_folder(folder, config.place, config.root)) return *std::move(parts);
  throw Error("tokenizer_missing", {.file = folder.string(),
                                    .expected = "tokenizer.json / vocab.txt / vocab.json + merges.txt / " +
                                                std::string(kSentencePieceFiles)});
}

}  // namespace

std::unique_ptr<const Tokenizer> load_tokenizer(const fs::path& folder) {
  const TokenizerConfig config = read_config(folder);
  TokenizerParts parts = read_parts(folder, config);
  if (std::string mask = token_name(config, "mask_token"); !mask.empty()) parts.mask = std::move(mask);
  if (std::string end = token_name(config, "eos_token"); !end.empty()) parts.end = std::move(end);
  return make_tokenizer(std::move(parts));
}

std::unique_ptr<const Tokenizer> load_target_tokenizer(const fs::path& folder) {
  auto parts = read_target_sentencepiece(folder);
  return parts ? make_tokenizer(*std::move(parts)) : nullptr;
}

}  // namespace regard
