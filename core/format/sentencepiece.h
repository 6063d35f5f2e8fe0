// SPDX-License-Identifier: Apache-2.0
// A SentencePiece model file (spiece.model, tokenizer.model, source.spm …): pieces, their scores and kinds, and how a text is
// prepared. Pure parser over bytes: every length is checked before it is used, two levels of messages are entered and no more,
// unknown fields are passed over; fuzzed; any thread.
// Source: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto and the Protocol Buffers wire format
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Borrows the bytes it was read from.
struct SentencePieceFile {
  enum class Kind : std::uint8_t { unigram = 1, bpe = 2 };
  enum class PieceKind : std::uint8_t { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };
  struct Piece {
    std::string_view text{};  ///< as the file holds it: not empty, at most kLongestPiece bytes, perhaps not UTF-8
    float score = 0.0F;       ///< finite
    PieceKind kind = PieceKind::normal;
  };
  static constexpr std::size_t kLongestPiece = 1024;  ///< bytes

  std::string file{};  ///< its name, for errors
  Kind kind = Kind::unigram;
  std::vector<Piece> pieces{};            ///< by id; never empty
  bool byte_fallback = false;             ///< unknown characters become the pieces <0x00> … <0xFF>
  bool space_behind = false;              ///< a space belongs to the word before it
  std::optional<std::int32_t> unknown{};  ///< the piece of that kind
  std::optional<std::int32_t>
      begin{};  ///< <s>, </s>, <pad> under the names the file gives them, where they are control pieces
  std::optional<std::int32_t> end{};
  std::optional<std::int32_t> padding{};
  std::string_view rules{};          ///< name of the normalisation, "nmt_nfkc"
  std::string_view character_map{};  ///< compiled, see core/text/precompiled.h; empty: characters stay as they are
  bool add_dummy_prefix = true;      ///< a space before the text
  bool remove_extra_whitespaces = true;
  bool escape_whitespaces = true;  ///< a space becomes "▁"
};

/// From the whole bytes of a file. Throws Error: file_truncated, sentencepiece_format, tokenizer_unsupported (a kind of model
/// that is neither unigram nor BPE, named).
[[nodiscard]] SentencePieceFile parse_sentencepiece(std::span<const std::byte> bytes, const std::string& name);

}  // namespace regard
