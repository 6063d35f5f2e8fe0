// SPDX-License-Identifier: Apache-2.0
// Pieces and their ids. Immutable after loading, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace regard {

/// Lets maps keyed by std::string be searched with a view, without a copy.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using PieceIds = std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>;

struct Vocabulary {
  std::vector<std::string> pieces{};  ///< by id; an id nobody uses has an empty piece
  PieceIds ids{};                     ///< of the model's own pieces: what a word is made of
  PieceIds added{};                   ///< of tokens that are only found whole in a text

  /// Among the model's own pieces.
  [[nodiscard]] std::optional<std::int32_t> find(std::string_view piece) const {
    const auto found = ids.find(piece);
    return found == ids.end() ? std::nullopt : std::optional(found->second);
  }
  /// Among added tokens too.
  [[nodiscard]] std::optional<std::int32_t> find_any(std::string_view piece) const {
    if (const auto own = find(piece)) return own;
    const auto found = added.find(piece);
    return found == added.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] bool contains(std::int32_t id) const { return id >= 0 && static_cast<std::size_t>(id) < pieces.size(); }
  /// The first piece of an id and the first id of a piece stay.
  void add(const std::string& piece, std::int32_t id) {
    name(piece, id);
    ids.try_emplace(piece, id);
  }
  /// A token that no word is made of, unless it is a piece already.
  void add_whole(const std::string& token, std::int32_t id) {
    name(token, id);
    if (!find(token)) added.try_emplace(token, id);
  }

private:
  void name(const std::string& piece, std::int32_t id) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= pieces.size()) pieces.resize(index + 1);
    if (pieces[index].empty()) pieces[index] = piece;
  }
};

/// One piece of a word: bytes [begin, end) of the word.
struct WordPart {
  std::int32_t id = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const WordPart&, const WordPart&) = default;
};

}  // namespace regard
