// SPDX-License-Identifier: Apache-2.0
#include "core/text/given_tokens.h"

#include "core/base/error.h"
#include "core/text/pipeline.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace regard {
namespace {

/// How the pieces of a text are written, as their marks tell.
PieceReading reading_of_pieces(const std::vector<std::string>& pieces) {
  const auto any = [&](std::string_view mark) {
    return std::any_of(pieces.begin(), pieces.end(),
                       [&](const std::string& piece) { return piece.find(mark) != std::string::npos; });
  };
  const bool joined = std::any_of(pieces.begin(), pieces.end(),
                                  [](const std::string& piece) { return piece.size() > 2 && piece.starts_with("##"); });
  PieceReading reading;
  reading.byte_level = any("Ġ") || any("Ċ");
  reading.byte_fallback = any("<0x");
  if (any("▁")) reading.space_mark = "▁";
  if (joined) reading.continuing_prefix = "##";
  return reading;
}

/// "[CLS]", "<s>", "<|endoftext|>"
bool looks_special(std::string_view piece) {
  return piece.size() > 2 && ((piece.starts_with('[') && piece.ends_with(']')) ||
                              (piece.starts_with('<') && piece.ends_with('>') && !piece.starts_with("<0x")));
}

std::string of_number(std::int32_t id) {
  return "‹" + std::to_string(id) + "›";
}

class GivenTokenizer : public Tokenizer {
public:
  explicit GivenTokenizer(GivenText text) : name_(std::move(text.name)) {
    const std::vector<std::string>& pieces = text.pieces;
    const std::vector<std::int32_t>& ids = text.ids;
    const PieceReading reading = reading_of_pieces(pieces);
    const bool joins = !reading.continuing_prefix.empty();
    for (std::size_t index = 0; index < ids.size(); ++index) {
      const std::string name = text.has_ids ? of_number(ids[index]) : std::to_string(index);
      add(pieces.empty() ? name : pieces[index], ids[index], reading, joins || pieces.empty());
      if (text.has_ids) texts_.try_emplace(ids[index], encoding_.tokens.back().text);
    }
  }

  [[nodiscard]] Encoding encode(std::string_view text, const EncodeOptions& /*options*/) const override {
    if (!text.empty() && text != encoding_.text) throw Error("capture_fixed", {.item = name_});
    return encoding_;
  }
  [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const override {
    std::string text;
    for (const std::int32_t id : ids)
      text += readable(id);
    return text;
  }
  [[nodiscard]] std::string readable(std::int32_t id) const override {
    const auto known = texts_.find(id);
    return known == texts_.end() ? of_number(id) : known->second;
  }
  [[nodiscard]] std::optional<std::int32_t> id_of(std::string_view piece) const override {
    for (const Token& token : encoding_.tokens)
      if (token.piece == piece) return token.id;
    return std::nullopt;
  }
  [[nodiscard]] std::size_t vocabulary_size() const override { return texts_.size(); }
  [[nodiscard]] std::optional<std::int32_t> mask_id() const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::int32_t> end_id() const override { return std::nullopt; }
  [[nodiscard]] std::string description() const override { return std::to_string(encoding_.tokens.size()) + " tokens"; }

private:
  /// Each token but the joined ones begins a word where `apart`; else those with a space in front.
  void add(const std::string& piece, std::int32_t id, const PieceReading& reading, bool apart) {
    Token token{.id = id, .piece = piece, .special = looks_special(piece)};
    const PieceBytes read = token.special ? PieceBytes{.bytes = piece} : read_piece(reading, piece);
    bool repaired = false;
    const std::string bytes = repair_utf8(read.bytes, repaired);
    token.text = readable_bytes(read.bytes);
    if (apart && !read.joins && !encoding_.text.empty()) encoding_.text += ' ';
    token.begin = encoding_.text.size();
    encoding_.text += bytes;
    token.end = encoding_.text.size();
    const bool spaced = !bytes.empty() && is_whitespace(decode_utf8(bytes, 0).code);
    if (!token.special && (words_ == 0 || (apart ? !read.joins : spaced || after_special_))) ++words_;
    token.word = token.special ? -1 : words_ - 1;
    after_special_ = token.special;
    encoding_.tokens.push_back(std::move(token));
  }

  std::string name_;
  Encoding encoding_{};
  std::unordered_map<std::int32_t, std::string> texts_{};
  std::int32_t words_ = 0;
  bool after_special_ = false;
};

}  // namespace

std::unique_ptr<const Tokenizer> make_given_tokenizer(GivenText text) {
  return std::make_unique<const GivenTokenizer>(std::move(text));
}

}  // namespace regard
