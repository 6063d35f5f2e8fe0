// SPDX-License-Identifier: Apache-2.0
// Tokens that are recognised in the text before anything else happens to it: [MASK], <|im_start|>, … Immutable, any thread.
#pragma once

#include "core/text/aligned_text.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace regard {

struct AddedToken {
  std::string content{};
  std::int32_t id = 0;
  bool special = false;
  bool strip_left = false;   ///< swallows the whitespace before it
  bool strip_right = false;  ///< and after it
  bool single_word = false;  ///< only between characters that are not part of a word
  bool normalized = false;   ///< looked for in the normalised text
};

/// Finds the contents of tokens in a text: the leftmost, and of those the longest. One that has to be a single word and is
/// none is passed over whole, whatever else begins inside it.
class AddedTokenFinder {
public:
  /// Keeps indices into `tokens`. `contents` says what is looked for, token by token; an empty one is never found. Of equal
  /// ones a special token comes first, then the order counts.
  AddedTokenFinder(const std::vector<AddedToken>& tokens, const std::vector<std::string>& contents);
  /// Looks for the contents as they are, of tokens that are not `normalized`.
  explicit AddedTokenFinder(const std::vector<AddedToken>& tokens);

  struct Match {
    TextRange content{};  ///< the token itself
    TextRange whole{};    ///< with the whitespace it swallows, which the next match may begin in
    std::size_t token = 0;
  };
  /// The matches in order; the tokens themselves never overlap.
  [[nodiscard]] std::vector<Match> find_all(std::string_view text, const std::vector<AddedToken>& tokens) const;

  /// The longest token that begins at byte `at`, and where it ends.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> longest_at(std::string_view text,
                                                                              std::size_t at) const;

private:
  void add(const std::string& content, std::size_t index);

  std::unordered_map<std::uint64_t, std::uint32_t> edges_{};  // (node, byte) -> node; the root is 0
  std::vector<std::int64_t> token_at_{};                      // [nodes], −1 where no content ends
  bool starts_[256] = {};                                     // bytes some content starts with
};

}  // namespace regard
