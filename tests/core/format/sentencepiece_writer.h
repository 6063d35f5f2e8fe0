// SPDX-License-Identifier: Apache-2.0
// Writes SentencePiece model files for tests, sound ones and any others one likes.
#pragma once

#include "tests/core/format/gguf_writer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace regard::testing {

inline std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value > 127; value >>= 7)
    bytes.push_back(static_cast<char>((value & 0x7F) | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

inline std::string proto_whole(std::uint64_t field, std::uint64_t value) {
  return varint(field << 3) + varint(value);
}
inline std::string proto_number(std::uint64_t field, float value) {
  return varint(field << 3 | 5) + little_endian(value);
}
inline std::string proto_bytes(std::uint64_t field, std::string_view bytes) {
  return varint(field << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

struct SentencePieceWriter {
  std::string pieces{};
  std::string trainer{};
  std::string normalizer{};

  /// Kinds: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte.
  SentencePieceWriter& piece(std::string_view text, float score, std::uint64_t kind = 1) {
    std::string message = proto_bytes(1, text) + proto_number(2, score);
    if (kind != 1) message += proto_whole(3, kind);
    pieces += proto_bytes(1, message);
    return *this;
  }
  SentencePieceWriter& model_type(std::uint64_t type) {
    trainer += proto_whole(3, type);
    return *this;
  }
  [[nodiscard]] std::string file() const { return pieces + proto_bytes(2, trainer) + proto_bytes(3, normalizer); }
};

/// <unk>, <s>, </s> and some letters: "▁кот" is better than its parts.
inline SentencePieceWriter tiny_pieces() {
  SentencePieceWriter file;
  file.piece("<unk>", 0, 2).piece("<s>", 0, 3).piece("</s>", 0, 3);
  file.piece("▁", -2).piece("к", -4).piece("о", -4).piece("т", -4).piece("▁кот", -3).piece("ы", -5).piece(",", -5);
  return file;
}

}  // namespace regard::testing
