// SPDX-License-Identifier: Apache-2.0
#include "core/text/sentencepiece.h"

#include "core/base/error.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <limits>

namespace regard {
namespace {

using PieceKind = SentencePieceFile::PieceKind;

constexpr float kUnknownPenalty = 10.0F;
constexpr double kSymbolPenalty = 0.1;  // a user-defined symbol is better than anything but nothing

SentencePieceNormalizer normalizer_of(const SentencePieceFile& file, const ScoredPieces& pieces) {
  SentencePieceNormalizer step{.kept = kept_symbols(pieces),
                               .add_dummy_prefix = file.add_dummy_prefix,
                               .space_behind = file.space_behind,
                               .remove_extra_whitespaces = file.remove_extra_whitespaces,
                               .escape_whitespaces = file.escape_whitespaces};
  if (file.character_map.empty()) return step;
  step.map = parse_character_map_bytes(file.character_map);
  if (!step.map)
    throw Error("tokenizer_value", {file.file, "normalizer_spec.precompiled_charsmap", "u32, trie, \"…\\0\"",
                                    std::to_string(file.character_map.size()) + " B"});
  return step;
}

/// Everything but the vocabulary, the specials and the frame.
TokenizerParts parts_without_numbers(const SentencePieceFile& file, const ScoredPieces& pieces) {
  TokenizerParts parts;
  if (file.kind == SentencePieceFile::Kind::unigram)
    parts.model = make_unigram(pieces);
  else
    parts.model = make_scored_bpe(pieces);
  parts.normalizer.emplace_back(normalizer_of(file, pieces));
  parts.reading = {.byte_fallback = file.byte_fallback,
                   .space_mark = std::string(sentencepiece_space),
                   .strip_leading_space = file.add_dummy_prefix && !file.space_behind};
  return parts;
}

void put_frame(const std::vector<std::string>& contents, const Vocabulary& vocabulary, std::vector<std::int32_t>& ids) {
  for (const std::string& content : contents)
    if (const auto id = vocabulary.find(content); id && !content.empty()) ids.push_back(*id);
}

void add_special(const std::string& content, std::int32_t id, TokenizerParts& parts) {
  if (content.empty()) return;
  parts.vocabulary.add(content, id);
  parts.added.push_back({.content = content, .id = id, .special = true, .strip_left = content == "<mask>"});
}

RenumberedPieces renumber(const ScoredPieces& pieces, const SentencePieceNumbering& numbering) {
  const PieceIds specials(numbering.specials.begin(), numbering.specials.end());
  RenumberedPieces result{pieces.vocabulary, {}};
  for (std::size_t index = 0; index < pieces.kinds.size(); ++index) {
    const auto special = specials.find(pieces.vocabulary.pieces[index]);
    result.ids.push_back(special != specials.end() ? special->second
                                                   : static_cast<std::int32_t>(index + numbering.offset));
  }
  return result;
}

}  // namespace

ScoredPieces scored_pieces(const SentencePieceFile& file) {
  ScoredPieces pieces{.unknown = file.unknown, .byte_fallback = file.byte_fallback};
  pieces.vocabulary.ids.reserve(file.pieces.size());
  for (const SentencePieceFile::Piece& piece : file.pieces) {
    bool repaired = false;
    pieces.vocabulary.add(repair_utf8(piece.text, repaired), static_cast<std::int32_t>(pieces.scores.size()));
    pieces.scores.push_back(piece.score);
    pieces.kinds.push_back(piece.kind);
  }
  return pieces;
}

std::shared_ptr<const KeptSymbols> kept_symbols(const ScoredPieces& pieces) {
  std::vector<AddedToken> symbols;
  for (std::size_t id = 0; id < pieces.kinds.size(); ++id)
    if (pieces.kinds[id] == PieceKind::user_defined)
      symbols.push_back({.content = pieces.vocabulary.pieces[id], .id = static_cast<std::int32_t>(id)});
  return symbols.empty() ? nullptr : std::make_shared<const KeptSymbols>(std::move(symbols));
}

UnigramModel make_unigram(const ScoredPieces& pieces) {
  UnigramModel model{.unknown = pieces.unknown, .single_precision = true, .byte_fallback = pieces.byte_fallback};
  float least = std::numeric_limits<float>::max(), best = 0.0F;
  for (std::size_t id = 0; id < pieces.scores.size(); ++id) {
    if (pieces.kinds[id] != PieceKind::normal) continue;
    least = std::min(least, pieces.scores[id]);
    best = std::max(best, pieces.scores[id]);
  }
  std::vector<std::int32_t> cut_out;
  for (std::size_t id = 0; id < pieces.scores.size(); ++id) {
    const bool symbol = pieces.kinds[id] == PieceKind::user_defined;
    const auto bytes = static_cast<float>(pieces.vocabulary.pieces[id].size());
    model.scores.push_back(symbol ? double{bytes * best} - kSymbolPenalty : double{pieces.scores[id]});
    if (symbol || pieces.kinds[id] == PieceKind::normal) cut_out.push_back(static_cast<std::int32_t>(id));
  }
  prepare(model, pieces.vocabulary, std::move(cut_out));
  model.unknown_score = double{least - kUnknownPenalty};
  model.byte_ids = byte_pieces(pieces.vocabulary);
  return model;
}

ScoredBpeModel make_scored_bpe(const ScoredPieces& pieces) {
  using PieceUse = ScoredBpeModel::Use;
  ScoredBpeModel model{.scores = pieces.scores,
                       .unknown = pieces.unknown,
                       .byte_fallback = pieces.byte_fallback,
                       .byte_ids = byte_pieces(pieces.vocabulary),
                       .kept = kept_symbols(pieces)};
  for (const PieceKind kind : pieces.kinds)
    model.uses.push_back(kind == PieceKind::unused                                      ? PieceUse::on_the_way
                         : kind == PieceKind::normal || kind == PieceKind::user_defined ? PieceUse::piece
                                                                                        : PieceUse::none);
  return model;
}

void add_special_pieces(const ScoredPieces& pieces, TokenizerParts& parts) {
  for (std::size_t index = 0; index < pieces.kinds.size(); ++index) {
    if (pieces.kinds[index] != PieceKind::control && pieces.kinds[index] != PieceKind::unknown) continue;
    const std::string& piece = pieces.vocabulary.pieces[index];
    const std::int32_t id = parts.renumbered ? parts.renumbered->ids[index] : static_cast<std::int32_t>(index);
    if (!piece.empty() && parts.vocabulary.find(piece) == id)
      parts.added.push_back({.content = piece, .id = id, .special = true});
  }
}

TokenizerParts sentencepiece_parts(const SentencePieceFile& file, const SentencePieceNumbering& numbering) {
  const ScoredPieces pieces = scored_pieces(file);
  TokenizerParts parts = parts_without_numbers(file, pieces);
  RenumberedPieces renumbered = renumber(pieces, numbering);
  bool same = true;
  for (std::size_t index = 0; index < renumbered.ids.size(); ++index)
    same = same && renumbered.ids[index] == static_cast<std::int32_t>(index);
  if (same) parts.vocabulary = pieces.vocabulary;
  for (const auto& [content, id] : numbering.specials)
    add_special(content, id, parts);
  for (std::size_t index = 0; !same && index < renumbered.ids.size(); ++index)
    parts.vocabulary.add(pieces.vocabulary.pieces[index], renumbered.ids[index]);
  if (!same) parts.renumbered = std::move(renumbered);
  add_special_pieces(pieces, parts);
  put_frame(numbering.opening, parts.vocabulary, parts.frame.opening);
  put_frame(numbering.closing, parts.vocabulary, parts.frame.closing);
  if (file.end) parts.end = pieces.vocabulary.pieces[static_cast<std::size_t>(*file.end)];
  return parts;
}

TokenizerParts marian_parts(const SentencePieceFile& file, std::string_view vocab_json, const std::string& vocab_file) {
  const ScoredPieces pieces = scored_pieces(file);
  TokenizerParts parts = parts_without_numbers(file, pieces);
  parts.vocabulary = parse_vocabulary_json(vocab_json, vocab_file);
  const auto unknown = parts.vocabulary.find("<unk>");
  if (!unknown) throw Error("tokenizer_value", {vocab_file, "<unk>", "0, 1 …", "null"});
  RenumberedPieces renumbered{pieces.vocabulary, {}};
  for (const std::string& piece : pieces.vocabulary.pieces)
    renumbered.ids.push_back(parts.vocabulary.find(piece).value_or(*unknown));
  parts.renumbered = std::move(renumbered);
  for (std::size_t id = 0; id < parts.vocabulary.pieces.size(); ++id) {
    const std::string piece = parts.vocabulary.pieces[id];
    const bool language = piece.size() > 4 && piece.starts_with(">>") && piece.ends_with("<<");
    if (language || piece == "<unk>" || piece == "<pad>" || piece == "</s>")
      add_special(piece, static_cast<std::int32_t>(id), parts);
  }
  put_frame({"</s>"}, parts.vocabulary, parts.frame.closing);
  parts.end = "</s>";
  return parts;
}

}  // namespace regard
