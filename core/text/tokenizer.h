// SPDX-License-Identifier: Apache-2.0
// Text -> tokens with byte spans and words. A Tokenizer is immutable after loading and may be used from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct Gguf;  // core/format/gguf.h

/// One token of an encoded text.
struct Token {
  std::int32_t id = 0;
  std::string piece{};  ///< as the vocabulary stores it: "##ка", "Ġthe", "▁кот"
  std::string text{};   ///< readable: letters a person can read, leading space kept as a space; a byte that is no whole
                        ///< character is shown as "‹0xD0›"
  std::size_t begin =
      0;  ///< byte span [begin, end) in the text that was given to encode(); empty for template specials
  std::size_t end = 0;
  std::int32_t word = -1;  ///< index of the word it belongs to, counted from 0; −1 for special tokens of the template
  bool special = false;    ///< [CLS], [SEP], <s>, … (also when typed by hand, e.g. "[MASK]")

  friend bool operator==(const Token&, const Token&) = default;
};

/// A text and its tokens. `text` is what the spans point into: the given text with invalid UTF-8 replaced by U+FFFD.
struct Encoding {
  std::string text{};
  std::vector<Token> tokens{};
  bool repaired = false;    ///< invalid UTF-8 was replaced
  std::size_t dropped = 0;  ///< tokens left out because of max_tokens (0 = everything is there)

  friend bool operator==(const Encoding&, const Encoding&) = default;
};

struct EncodeOptions {
  bool add_special = true;     ///< the template's [CLS] … [SEP], <s> …
  std::size_t max_tokens = 0;  ///< keep at most so many, specials included (the closing ones stay last); 0 = no limit
};

/// What the template puts around a text, as Token::text; both empty where it adds nothing.
struct TemplatePieces {
  std::vector<std::string> opening{};
  std::vector<std::string> closing{};
  [[nodiscard]] bool empty() const { return opening.empty() && closing.empty(); }
};

/// Interface of every tokenizer family.
class Tokenizer {
public:
  virtual ~Tokenizer() = default;

  /// Throws Error where a pattern works too long on the text or no piece stands for unknown words. O(text) time; for huge
  /// texts with max_tokens the work stops soon after the limit (`dropped` is then a lower bound of at least 1).
  [[nodiscard]] virtual Encoding encode(std::string_view text, const EncodeOptions& options = {}) const = 0;
  /// Text of ids as a person would read it (specials left out).
  [[nodiscard]] virtual std::string decode(std::span<const std::int32_t> ids) const = 0;
  /// Readable form of one id (as Token::text); unknown ids give "‹id›".
  [[nodiscard]] virtual std::string readable(std::int32_t id) const = 0;
  [[nodiscard]] virtual std::optional<std::int32_t> id_of(std::string_view piece) const = 0;
  [[nodiscard]] virtual std::size_t vocabulary_size() const = 0;
  [[nodiscard]] virtual std::optional<std::int32_t> mask_id() const = 0;       ///< [MASK], where the vocabulary has one
  [[nodiscard]] virtual std::optional<std::int32_t> end_id() const = 0;        ///< end of text, where generation stops
  [[nodiscard]] virtual TemplatePieces template_pieces() const { return {}; }  ///< what add_special adds
  [[nodiscard]] virtual std::string description() const = 0;  ///< "WordPiece, 12 000 pieces, lower case"
};

/// From a Hugging Face folder: tokenizer.json if there is one, else vocab.txt, vocab.json with merges.txt, or a SentencePiece
/// file (+ tokenizer_config.json). Throws Error.
[[nodiscard]] std::unique_ptr<const Tokenizer> load_tokenizer(const std::filesystem::path& folder);

/// What reads the texts of a decoder where they are cut otherwise than the encoder's (Marian's target.spm); null elsewhere.
/// Throws Error.
[[nodiscard]] std::unique_ptr<const Tokenizer> load_target_tokenizer(const std::filesystem::path& folder);

/// From the bytes of tokenizer.json (`file` only names it in errors). Pure; fuzzed. Throws Error.
[[nodiscard]] std::unique_ptr<const Tokenizer> parse_tokenizer_json(std::string_view json, const std::string& file);

/// From the tokenizer.ggml.* keys of a GGUF file: SentencePiece's BPE and Unigram, byte-level BPE, WordPiece. Pure; fuzzed.
/// Throws Error.
[[nodiscard]] std::unique_ptr<const Tokenizer> parse_tokenizer_gguf(const Gguf& gguf);

/// WordPiece from the lines of vocab.txt. Pure; fuzzed. Throws Error.
struct WordPieceOptions {
  bool lower_case = true;
  bool strip_accents = true;
  bool split_chinese_characters = true;
  bool frame_of_roberta = false;  ///< <s> … </s> around a text, and <mask> (MPNet); else BERT's [CLS] … [SEP], [MASK]
};
[[nodiscard]] std::unique_ptr<const Tokenizer> parse_vocab_txt(std::string_view lines, const WordPieceOptions& options,
                                                               const std::string& file);

}  // namespace regard
