// SPDX-License-Identifier: Apache-2.0
// The tokenizer that a GGUF file carries: tokenizer.ggml.*. Token types as published with the format: 1 normal, 2 unknown,
// 3 control, 4 user-defined, 5 unused, 6 byte.
#include "core/base/error.h"
#include "core/format/gguf.h"
#include "core/text/gguf_cuttings.h"
#include "core/text/sentencepiece.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard {
namespace {

using Kind = GgufArray::Kind;

constexpr std::size_t kLongestPiece = 1024;  // bytes
constexpr std::int64_t kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4;
constexpr std::uint64_t kNoToken = 0xFFFFFFFF;  // how some writers say that there is none
constexpr std::array kPieceKinds = {SentencePieceFile::PieceKind::normal,  SentencePieceFile::PieceKind::unknown,
                                    SentencePieceFile::PieceKind::control, SentencePieceFile::PieceKind::user_defined,
                                    SentencePieceFile::PieceKind::unused,  SentencePieceFile::PieceKind::byte};

std::string key(std::string_view name) {
  return "tokenizer.ggml." + std::string(name);
}

std::vector<std::string> read_pieces(const Gguf& gguf) {
  const GgufArray& tokens = gguf.array(key("tokens"), Kind::texts);
  if (tokens.texts.empty()) throw Error("tokenizer_missing", {.file = gguf.file, .expected = key("tokens")});
  std::vector<std::string> pieces;
  pieces.reserve(tokens.texts.size());
  for (const std::string_view token : tokens.texts) {
    if (token.size() > kLongestPiece)
      gguf.fail(key("tokens"), "≤ " + std::to_string(kLongestPiece) + " B", std::to_string(token.size()));
    bool repaired = false;
    pieces.push_back(repair_utf8(token, repaired));
  }
  return pieces;
}

/// By id; all normal where the file says nothing.
std::vector<std::int64_t> read_types(const Gguf& gguf, std::size_t count) {
  const GgufArray& types = gguf.array(key("token_type"), Kind::integers);
  if (types.integers.empty()) return std::vector<std::int64_t>(count, 1);
  if (types.integers.size() != count)
    gguf.fail(key("token_type"), std::to_string(count), std::to_string(types.integers.size()));
  return types.integers;
}

Vocabulary make_vocabulary(const std::vector<std::string>& pieces) {
  Vocabulary vocabulary;
  vocabulary.pieces = pieces;
  vocabulary.ids.reserve(pieces.size());
  for (std::size_t id = 0; id < pieces.size(); ++id)
    vocabulary.ids.try_emplace(pieces[id], static_cast<std::int32_t>(id));
  return vocabulary;
}

/// The id under tokenizer.ggml.<name>_token_id; none where it is absent or 0xFFFFFFFF.
std::optional<std::int32_t> special_id(const Gguf& gguf, const std::string& name, const Vocabulary& vocabulary,
                                       std::optional<std::int32_t> fallback = {}) {
  const auto id = gguf.whole(key(name + "_token_id"));
  if (!id) return fallback && vocabulary.contains(*fallback) ? fallback : std::nullopt;
  if (*id == kNoToken) return std::nullopt;
  if (*id >= vocabulary.pieces.size())
    gguf.fail(key(name + "_token_id"), "< " + std::to_string(vocabulary.pieces.size()), std::to_string(*id));
  return static_cast<std::int32_t>(*id);
}

/// Tokens that are found in the text before it is cut.
void add_specials(const std::vector<std::int64_t>& types, bool unknown_too, TokenizerParts& parts) {
  for (std::size_t id = 0; id < types.size(); ++id) {
    const bool special = types[id] == kControl || (unknown_too && types[id] == kUnknown);
    if ((!special && types[id] != kUserDefined) || parts.vocabulary.pieces[id].empty()) continue;
    parts.added.push_back(
        {.content = parts.vocabulary.pieces[id], .id = static_cast<std::int32_t>(id), .special = special});
  }
}

void add_special(std::int32_t id, TokenizerParts& parts) {
  const bool known =
      std::any_of(parts.added.begin(), parts.added.end(), [&](const AddedToken& token) { return token.id == id; });
  const std::string& piece = parts.vocabulary.pieces[static_cast<std::size_t>(id)];
  if (!known && !piece.empty()) parts.added.push_back({.content = piece, .id = id, .special = true});
}

/// What is put around a text where the file does not say.
struct FrameHabit {
  bool opens = false;
  bool closes = false;
  std::optional<std::int32_t> opening{};
  std::optional<std::int32_t> end{};
};

void read_frame(const Gguf& gguf, const FrameHabit& habit, TokenizerParts& parts) {
  const auto opening = special_id(gguf, "bos", parts.vocabulary, habit.opening);
  const auto end = special_id(gguf, "eos", parts.vocabulary, habit.end);
  if (opening) add_special(*opening, parts);
  if (end) add_special(*end, parts);
  if (opening && gguf.flag(key("add_bos_token")).value_or(habit.opens)) parts.frame.opening.push_back(*opening);
  if (end && gguf.flag(key("add_eos_token")).value_or(habit.closes)) parts.frame.closing.push_back(*end);
  if (end) parts.end = parts.vocabulary.pieces[static_cast<std::size_t>(*end)];
}

/// Pieces, scores and types; both models of SentencePiece need them.
ScoredPieces read_scored_pieces(const Gguf& gguf, const Vocabulary& vocabulary) {
  const std::size_t count = vocabulary.pieces.size();
  const std::vector<float>& scores = gguf.array(key("scores"), Kind::numbers).numbers;
  const bool sound = scores.size() == count &&
                     std::all_of(scores.begin(), scores.end(), [](float score) { return std::isfinite(score); });
  if (!sound) gguf.fail(key("scores"), "[0.0, …] (" + std::to_string(count) + ")", std::to_string(scores.size()));
  ScoredPieces pieces{.vocabulary = vocabulary, .scores = scores};
  for (const std::int64_t type : read_types(gguf, count))
    pieces.kinds.push_back(type >= 1 && type <= 6 ? kPieceKinds[static_cast<std::size_t>(type - 1)]
                                                  : SentencePieceFile::PieceKind::control);
  return pieces;
}

void read_sentencepiece(const Gguf& gguf, TokenizerParts& parts) {
  ScoredPieces pieces = read_scored_pieces(gguf, parts.vocabulary);
  pieces.unknown = special_id(gguf, "unknown", parts.vocabulary, 0);
  pieces.byte_fallback = true;
  parts.model = make_scored_bpe(pieces);

  const bool prefix = gguf.flag(key("add_space_prefix")).value_or(true);
  if (prefix) parts.normalizer.emplace_back(PrependNormalizer{std::string(sentencepiece_space)});
  parts.normalizer.emplace_back(
      ReplaceNormalizer{Regex(Regex::literal(" "), gguf.file, key("model")), std::string(sentencepiece_space)});
  parts.reading = {
      .byte_fallback = true, .space_mark = std::string(sentencepiece_space), .strip_leading_space = prefix};
  add_specials(read_types(gguf, pieces.kinds.size()), true, parts);
  read_frame(gguf, {.opens = true, .opening = 1, .end = 2}, parts);
}

/// The bytes of the list, as SentencePiece has them.
std::optional<CharacterMap> read_character_map(const Gguf& gguf) {
  const GgufArray& list = gguf.array(key("precompiled_charsmap"), Kind::integers);
  if (list.integers.empty()) return std::nullopt;
  std::string bytes;
  for (const std::int64_t byte : list.integers)
    bytes.push_back(static_cast<char>(byte & 0xFF));
  auto map = parse_character_map_bytes(bytes);
  if (!map) gguf.fail(key("precompiled_charsmap"), "u32, trie, \"…\\0\"", std::to_string(bytes.size()) + " B");
  return map;
}

void read_unigram(const Gguf& gguf, TokenizerParts& parts) {
  ScoredPieces pieces = read_scored_pieces(gguf, parts.vocabulary);
  pieces.unknown = special_id(gguf, "unknown", parts.vocabulary, 2);
  pieces.byte_fallback =
      std::find(pieces.kinds.begin(), pieces.kinds.end(), SentencePieceFile::PieceKind::byte) != pieces.kinds.end();
  parts.model = make_unigram(pieces);
  const bool prefix = gguf.flag(key("add_space_prefix")).value_or(true);
  parts.normalizer.emplace_back(
      SentencePieceNormalizer{.kept = kept_symbols(pieces),
                              .map = read_character_map(gguf),
                              .add_dummy_prefix = prefix,
                              .remove_extra_whitespaces = gguf.flag(key("remove_extra_whitespaces")).value_or(false)});
  parts.reading = {.byte_fallback = pieces.byte_fallback,
                   .space_mark = std::string(sentencepiece_space),
                   .strip_leading_space = prefix};
  add_special_pieces(pieces, parts);
  read_frame(gguf, {.closes = true, .end = 1}, parts);
  if (const auto mask = special_id(gguf, "mask", parts.vocabulary)) {
    add_special(*mask, parts);
    parts.mask = parts.vocabulary.pieces[static_cast<std::size_t>(*mask)];
  }
}

const GgufCutting& cutting_of(const Gguf& gguf) {
  const std::string name(gguf.text(key("pre")).value_or(""));
  std::string known;
  for (const GgufCutting& cutting : gguf_cuttings())
    for (const std::string& each : cutting.names) {
      if (each == name) return cutting;
      if (!each.empty()) known += (known.empty() ? "" : ", ") + each;
    }
  throw Error("tokenizer_unsupported", {.file = gguf.file, .item = key("pre"), .expected = known, .found = name});
}

void add_merges(const Gguf& gguf, const Vocabulary& vocabulary, BpeModel& model) {
  const GgufArray& merges = gguf.array(key("merges"), Kind::texts);
  model.merges.reserve(merges.texts.size());
  std::string merged_piece;
  for (std::size_t index = 0; index < merges.texts.size(); ++index) {
    const std::string_view merge = merges.texts[index];
    const std::size_t space = merge.find(' ', 1);
    if (merge.empty() || space == std::string_view::npos) gguf.fail(key("merges"), "\"a b\"", std::string(merge));
    const auto left = vocabulary.find(merge.substr(0, space));
    const auto right = vocabulary.find(merge.substr(space + 1));
    merged_piece.assign(merge.substr(0, space)).append(merge.substr(space + 1));
    const auto merged = vocabulary.find(merged_piece);
    if (!left || !right || !merged) gguf.fail(key("merges"), key("tokens"), std::string(merge));
    model.merges.try_emplace(merge_key(*left, *right), BpeMerge{static_cast<std::uint32_t>(index), *merged});
  }
}

/// A vocabulary of single characters needs no merges; in any other, words would come out as bytes.
void require_merges(const Gguf& gguf, const std::vector<std::int64_t>& types, const Vocabulary& vocabulary) {
  if (!gguf.array(key("merges"), Kind::texts).texts.empty()) return;
  for (std::size_t id = 0; id < types.size(); ++id) {
    const std::string& piece = vocabulary.pieces[id];
    if (types[id] == kNormal && !piece.empty() && piece.size() > utf8_length(piece.front()))
      throw Error("tokenizer_no_merges", {.file = gguf.file, .item = key("merges")});
  }
}

void read_byte_level(const Gguf& gguf, TokenizerParts& parts) {
  const GgufCutting& cutting = cutting_of(gguf);
  BpeModel model;
  model.ignore_merges = cutting.whole_pieces;
  const std::vector<std::int64_t> types = read_types(gguf, parts.vocabulary.pieces.size());
  require_merges(gguf, types, parts.vocabulary);
  add_merges(gguf, parts.vocabulary, model);
  parts.model = std::move(model);
  if (cutting.composes) parts.normalizer.emplace_back(UnicodeNormalizer{NormalForm::nfc});
  parts.pre_tokenizer = steps_of(cutting, gguf.file, key("pre"));
  parts.reading.byte_level = true;
  add_specials(types, false, parts);
  read_frame(gguf, {.opens = cutting.opens}, parts);
}

/// Gemma 4: SentencePiece's pieces with spaces marked, merged by rank, and bytes where there is none.
void read_marked_merges(const Gguf& gguf, TokenizerParts& parts) {
  const std::vector<std::int64_t> types = read_types(gguf, parts.vocabulary.pieces.size());
  BpeModel model{.unknown = special_id(gguf, "unknown", parts.vocabulary, 3),
                 .fuse_unknown = true,
                 .byte_fallback = true,
                 .byte_ids = byte_pieces(parts.vocabulary)};
  require_merges(gguf, types, parts.vocabulary);
  add_merges(gguf, parts.vocabulary, model);
  parts.model = std::move(model);
  const bool prefix = gguf.flag(key("add_space_prefix")).value_or(false);
  if (prefix) parts.normalizer.emplace_back(PrependNormalizer{std::string(sentencepiece_space)});
  parts.normalizer.emplace_back(
      ReplaceNormalizer{Regex(Regex::literal(" "), gguf.file, key("model")), std::string(sentencepiece_space)});
  parts.reading = {
      .byte_fallback = true, .space_mark = std::string(sentencepiece_space), .strip_leading_space = prefix};
  add_specials(types, true, parts);
  read_frame(gguf, {.opens = true, .opening = 2, .end = 1}, parts);
}

/// GGUF marks the pieces that start a word ("▁cat"); vocab.txt those that continue one ("##s"), which is what people know.
std::vector<std::string> with_continuations_marked(std::vector<std::string> pieces) {
  for (std::string& piece : pieces) {
    if (piece.starts_with(sentencepiece_space))
      piece.erase(0, sentencepiece_space.size());
    else if (!(piece.starts_with('[') && piece.ends_with(']')))
      piece.insert(0, "##");
  }
  return pieces;
}

bool has_capital(std::string_view piece) {
  return std::any_of(piece.begin(), piece.end(), [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

void read_wordpiece(const Gguf& gguf, TokenizerParts& parts) {
  const std::vector<std::int64_t> types = read_types(gguf, parts.vocabulary.pieces.size());
  parts.vocabulary = make_vocabulary(with_continuations_marked(std::move(parts.vocabulary.pieces)));
  const std::vector<std::string>& pieces = parts.vocabulary.pieces;
  WordPieceModel model;
  model.unknown = special_id(gguf, "unknown", parts.vocabulary, 100).value_or(0);
  for (const std::string& piece : pieces)
    model.longest_piece = std::max(model.longest_piece, piece.size());
  // The file does not say whether capitals count; a vocabulary that holds some was trained with them.
  const bool cased = std::any_of(pieces.begin(), pieces.end(), [](const std::string& piece) {
    return !piece.starts_with('[') && has_capital(piece);
  });
  parts.model = model;
  parts.normalizer.emplace_back(BertNormalizer{.strip_accents = !cased, .lower_case = !cased});
  parts.pre_tokenizer.emplace_back(BertPreTokenizer{});
  parts.reading = {.continuing_prefix = model.continuing_prefix, .spaces_between_words = true};
  add_specials(types, true, parts);
  const auto opening = special_id(gguf, "cls", parts.vocabulary, special_id(gguf, "bos", parts.vocabulary, 101));
  const auto closing = special_id(gguf, "seperator", parts.vocabulary,
                                  special_id(gguf, "eos", parts.vocabulary, 102));  // so spelt there
  const auto mask = special_id(gguf, "mask", parts.vocabulary);
  for (const auto& id : {opening, closing, mask})
    if (id) add_special(*id, parts);
  if (opening) parts.frame.opening.push_back(*opening);
  if (closing) parts.frame.closing.push_back(*closing);
  if (mask) parts.mask = pieces[static_cast<std::size_t>(*mask)];
}

}  // namespace

std::unique_ptr<const Tokenizer> parse_tokenizer_gguf(const Gguf& gguf) {
  const std::string model(gguf.text(key("model")).value_or(""));
  TokenizerParts parts;
  parts.vocabulary = make_vocabulary(read_pieces(gguf));
  if (model == "llama")
    read_sentencepiece(gguf, parts);
  else if (model == "t5")
    read_unigram(gguf, parts);
  else if (model == "gpt2")
    read_byte_level(gguf, parts);
  else if (model == "gemma4")
    read_marked_merges(gguf, parts);
  else if (model == "bert")
    read_wordpiece(gguf, parts);
  else
    throw Error("tokenizer_unsupported",
                {.file = gguf.file, .item = key("model"), .expected = "llama, t5, gpt2, gemma4, bert", .found = model});
  return make_tokenizer(std::move(parts));
}

}  // namespace regard
