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

/// Finds the contents of tokens in a text: the leftmost, and of those the longest.
class AddedTokenFinder {
public:
  /// Keeps indices into `tokens`; those with an empty content are never found.
  AddedTokenFinder(const std::vector<AddedToken>& tokens, bool normalized);

  struct Match {
    TextRange content{};  ///< the token itself
    TextRange whole{};    ///< with the whitespace it swallows
    std::size_t token = 0;
  };
  /// The matches in order, never overlapping.
  [[nodiscard]] std::vector<Match> find_all(std::string_view text, const std::vector<AddedToken>& tokens) const;

  /// The longest token that begins at byte `at`, and where it ends.
  [[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> longest_at(
      std::string_view text, std::size_t at, const std::vector<AddedToken>& tokens) const;

private:
  std::unordered_map<std::uint64_t, std::uint32_t> edges_{};  // (node, byte) -> node; the root is 0
  std::vector<std::int64_t> token_at_{};                      // [nodes], −1 where no content ends
  bool starts_[256] = {};                                     // bytes some content starts with
};

}  // namespace regard
