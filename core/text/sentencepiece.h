// SPDX-License-Identifier: Apache-2.0
// SentencePiece (Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226) as the parts of a tokenizer: its two models over
// scored pieces, how it prepares a text, and the ways in which folders number its pieces. Plain functions, any thread.
#pragma once

#include "core/format/sentencepiece.h"
#include "core/text/pipeline.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {

/// The pieces of a model with what SentencePiece knows about them, from its own file or from GGUF. All three of one length.
struct ScoredPieces {
  Vocabulary vocabulary{};  ///< its pieces in the order of their ids; one that comes twice belongs to the first
  std::vector<float> scores{};
  std::vector<SentencePieceFile::PieceKind> kinds{};
  std::optional<std::int32_t> unknown{};
  bool byte_fallback = false;
};

/// Pieces of the file, repaired where they are not UTF-8.
[[nodiscard]] ScoredPieces scored_pieces(const SentencePieceFile& file);

[[nodiscard]] UnigramModel make_unigram(const ScoredPieces& pieces);
[[nodiscard]] ScoredBpeModel make_scored_bpe(const ScoredPieces& pieces);
/// The user-defined pieces; null where there are none.
[[nodiscard]] std::shared_ptr<const KeptSymbols> kept_symbols(const ScoredPieces& pieces);
/// Control and unknown pieces: recognised in a text before anything happens to it.
void add_special_pieces(const ScoredPieces& pieces, TokenizerParts& parts);

/// How a folder numbers the pieces of its file, and what it puts around a text.
struct SentencePieceNumbering {
  std::size_t offset = 0;  ///< piece n is token n + offset
  std::vector<std::pair<std::string, std::int32_t>>
      specials{};                      ///< tokens with ids of their own, pieces so called among them
  std::vector<std::string> opening{};  ///< tokens put before a text; those that do not exist are left out
  std::vector<std::string> closing{};  ///< and behind it
};

/// Throws Error tokenizer_value (a character map that cannot be read).
[[nodiscard]] TokenizerParts sentencepiece_parts(const SentencePieceFile& file,
                                                 const SentencePieceNumbering& numbering);

/// Marian's: `vocab_json` is one object {piece: id} for the files of both languages; a piece it lacks is <unk>. ">>fra<<" and
/// the like are special. Throws Error.
[[nodiscard]] TokenizerParts marian_parts(const SentencePieceFile& file, std::string_view vocab_json,
                                          const std::string& vocab_file);

}  // namespace regard
