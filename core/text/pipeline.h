// SPDX-License-Identifier: Apache-2.0
// The parts every tokenizer is made of, and the one Tokenizer that runs them: added tokens → normaliser → pre-tokenizer →
// model → template. Immutable after construction, any thread.
#pragma once

#include "core/text/added_tokens.h"
#include "core/text/bpe.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/scored_bpe.h"
#include "core/text/tokenizer.h"
#include "core/text/unigram.h"
#include "core/text/vocabulary.h"
#include "core/text/word_level.h"
#include "core/text/wordpiece.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace regard {

/// What the template puts around a text.
struct SpecialFrame {
  std::vector<std::int32_t> opening{};
  std::vector<std::int32_t> closing{};
};

/// How pieces become text again.
struct PieceReading {
  bool byte_level = false;            ///< pieces are written in GPT-2's byte alphabet
  bool byte_fallback = false;         ///< <0xD0> is a byte
  std::string space_mark{};           ///< "▁", or empty
  std::string continuing_prefix{};    ///< "##", or empty
  std::string end_of_word_suffix{};   ///< "</w>", or empty
  bool strip_leading_space = false;   ///< decode() drops the space that encoding put before the text
  bool spaces_between_words = false;  ///< decode() writes a space before a piece that continues no word
};

/// Pieces under other numbers than those of the vocabulary: a SentencePiece file inside a folder that counts anew.
struct RenumberedPieces {
  Vocabulary vocabulary{};
  std::vector<std::int32_t> ids{};  ///< [pieces] what tokens are called outside; several pieces may share an id
};

struct TokenizerParts {
  Vocabulary vocabulary{};  ///< added tokens included
  std::variant<WordPieceModel, BpeModel, UnigramModel, ScoredBpeModel, WordLevelModel> model{};
  std::optional<RenumberedPieces> renumbered{};  ///< what the model cuts into, where that is not `vocabulary`
  std::vector<AddedToken> added{};
  Normalizer normalizer{};
  PreTokenizer pre_tokenizer{};
  SpecialFrame frame{};
  PieceReading reading{};
  std::string mask{};  ///< content of the mask token where a configuration names it
  std::string end{};   ///< content of the end-of-text token likewise
};

[[nodiscard]] std::unique_ptr<const Tokenizer> make_tokenizer(TokenizerParts parts);

/// tokenizer.json as parts, for load_tokenizer() to complete. Throws Error.
[[nodiscard]] TokenizerParts parse_tokenizer_parts(std::string_view json, const std::string& file);

/// vocab.txt as parts. Throws Error.
[[nodiscard]] TokenizerParts parse_vocab_parts(std::string_view lines, const WordPieceOptions& options,
                                               const std::string& file);

/// vocab.json: one object {piece: id}. Throws Error.
[[nodiscard]] Vocabulary parse_vocabulary_json(std::string_view bytes, const std::string& file);

/// vocab.json and merges.txt as parts. Throws Error.
struct ByteLevelOptions {
  bool add_prefix_space = false;
  std::string opening{};  ///< piece put before a text, or empty
  std::string closing{};  ///< piece put behind it, or empty
};
[[nodiscard]] TokenizerParts parse_vocab_merges_parts(std::string_view vocab, std::string_view merges,
                                                      const ByteLevelOptions& options, const std::string& vocab_file,
                                                      const std::string& merges_file);

/// Bytes of one piece, and whether decode() should join it to what stands before it.
struct PieceBytes {
  std::string bytes{};
  bool joins = false;
  bool ends_word = false;
};
[[nodiscard]] PieceBytes read_piece(const PieceReading& reading, std::string_view piece);

/// Words with a space between each, written as a person would: no space before a full stop or after an opening bracket.
[[nodiscard]] std::string tidy_spaces(std::string_view spaced);

}  // namespace regard
