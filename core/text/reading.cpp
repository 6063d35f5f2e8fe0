// SPDX-License-Identifier: Apache-2.0
// Pieces back to text.
#include "core/text/byte_alphabet.h"
#include "core/text/pipeline.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

// Bytes of a piece written in the byte alphabet; the piece itself where it holds anything else.
std::string bytes_of_alphabet(std::string_view piece) {
  std::string bytes;
  for (std::size_t at = 0; at < piece.size();) {
    const DecodedCharacter character = decode_utf8(piece, at);
    const int byte = character.valid ? character_to_byte(character.code) : -1;
    if (byte < 0) return std::string(piece);
    bytes.push_back(static_cast<char>(byte));
    at += character.length;
  }
  return bytes;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
  std::string result;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
    result.append(text.substr(0, at)).append(with);
    text.remove_prefix(at + what.size());
  }
  return result.append(text);
}

bool is_one_of(std::string_view text, const auto& set) {
  for (const std::string_view each : set)
    if (text == each) return true;
  return false;
}

constexpr std::array<std::string_view, 13> kClosing = {".", ",", "!", "?", ";", ":", ")", "]", "}", "»", "…", "%", "”"};
constexpr std::array<std::string_view, 6> kOpening = {"(", "[", "{", "«", "“", "„"};
constexpr std::array<std::string_view, 3> kJoining = {"'", "’", "-"};

}  // namespace

PieceBytes read_piece(const PieceReading& reading, std::string_view piece) {
  PieceBytes result;
  if (reading.byte_fallback) {
    if (const std::optional<unsigned char> byte = fallback_byte(piece)) {
      result.bytes.push_back(static_cast<char>(*byte));
      return result;
    }
  }
  const std::string& prefix = reading.continuing_prefix;
  if (!prefix.empty() && piece.size() > prefix.size() && piece.starts_with(prefix)) {
    piece.remove_prefix(prefix.size());
    result.joins = true;
  }
  const std::string& suffix = reading.end_of_word_suffix;
  if (!suffix.empty() && piece.ends_with(suffix)) {
    piece.remove_suffix(suffix.size());
    result.ends_word = true;
  }
  result.bytes = reading.byte_level ? bytes_of_alphabet(piece) : std::string(piece);
  if (!reading.space_mark.empty()) result.bytes = replaced(result.bytes, reading.space_mark, " ");
  return result;
}

std::string tidy_spaces(std::string_view spaced) {
  std::string result;
  std::string_view previous;
  bool glue = true;
  while (!spaced.empty()) {
    const std::size_t length = std::min(spaced.find(' '), spaced.size());
    const std::string_view word = spaced.substr(0, length);
    spaced.remove_prefix(std::min(length + 1, spaced.size()));
    if (word.empty()) continue;
    const bool joining = is_one_of(word, kJoining) && !previous.empty();
    if (!glue && !joining && !is_one_of(word, kClosing)) result.push_back(' ');
    result += word;
    glue = joining || is_one_of(word, kOpening);
    previous = word;
  }
  return result;
}

}  // namespace regard
