// SPDX-License-Identifier: Apache-2.0
// vocab.txt: one WordPiece piece per line, the line number is its id.
#include "core/base/error.h"
#include "core/text/pipeline.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

constexpr std::size_t kMostWordPieces = 4'000'000;
/// Opening, closing, mask, and the others.
using Specials = std::array<std::string_view, 5>;
constexpr Specials kOfBert = {"[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"};
constexpr Specials kOfMpnet = {"<s>", "</s>", "<mask>", "<pad>", "[UNK]"};

Vocabulary parse_lines(std::string_view lines, const std::string& file) {
  Vocabulary vocabulary;
  if (lines.starts_with("\xEF\xBB\xBF")) lines.remove_prefix(3);
  std::int32_t id = 0;
  while (!lines.empty()) {
    const std::size_t length = std::min(lines.find('\n'), lines.size());
    std::string_view piece = lines.substr(0, length);
    lines.remove_prefix(std::min(length + 1, lines.size()));
    if (piece.ends_with('\r')) piece.remove_suffix(1);
    if (static_cast<std::size_t>(id) >= kMostWordPieces)
      throw Error("tokenizer_value",
                  {file, "vocab.txt", "≤ " + std::to_string(kMostWordPieces), "> " + std::to_string(id)});
    vocabulary.pieces.emplace_back(piece);
    if (!piece.empty()) vocabulary.ids.try_emplace(std::string(piece), id);
    ++id;
  }
  return vocabulary;
}

std::int32_t required(const Vocabulary& vocabulary, std::string_view piece, const std::string& file) {
  const std::optional<std::int32_t> id = vocabulary.find(piece);
  if (!id) throw Error("json_missing", {.file = file, .item = std::string(piece), .expected = "vocab"});
  return *id;
}

}  // namespace

TokenizerParts parse_vocab_parts(std::string_view lines, const WordPieceOptions& options, const std::string& file) {
  TokenizerParts parts;
  parts.vocabulary = parse_lines(lines, file);
  WordPieceModel model;
  model.unknown = required(parts.vocabulary, "[UNK]", file);
  for (const std::string& piece : parts.vocabulary.pieces)
    model.longest_piece = std::max(model.longest_piece, piece.size());
  const Specials& specials = options.frame_of_roberta ? kOfMpnet : kOfBert;
  parts.mask = specials[2];
  parts.frame.opening.push_back(required(parts.vocabulary, specials[0], file));
  parts.frame.closing.push_back(required(parts.vocabulary, specials[1], file));
  for (const std::string_view content : specials) {
    const std::optional<std::int32_t> id = parts.vocabulary.find(content);
    const bool strips = content == "<mask>";  // the space before it is part of it
    if (id) parts.added.push_back({.content = std::string(content), .id = *id, .special = true, .strip_left = strips});
  }
  parts.normalizer.emplace_back(
      BertNormalizer{true, options.split_chinese_characters, options.strip_accents, options.lower_case});
  parts.pre_tokenizer.emplace_back(BertPreTokenizer{});
  parts.reading.continuing_prefix = model.continuing_prefix;
  parts.reading.spaces_between_words = true;
  parts.model = model;
  return parts;
}

std::unique_ptr<const Tokenizer> parse_vocab_txt(std::string_view lines, const WordPieceOptions& options,
                                                 const std::string& file) {
  return make_tokenizer(parse_vocab_parts(lines, options, file));
}

}  // namespace regard
