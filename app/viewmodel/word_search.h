// SPDX-License-Identifier: Apache-2.0
// Finding a line by some of its words, in any order. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// How texts are compared here: lower case, ё as е, every sign that is neither ASCII nor a letter as a space.
[[nodiscard]] std::string folded(std::string_view text);

/// The words of what was typed.
class WordSearch {
public:
  explicit WordSearch(std::string_view typed);
  [[nodiscard]] bool empty() const { return words_.empty(); }
  /// Nothing where the (folded) text lacks a word; else the smaller the better: 0, the text begins with what was typed;
  /// 1, every word begins one of the text's; 2, some stand inside of one. A number must begin a number: "3.5" is not in "13.5".
  [[nodiscard]] std::optional<int> rank(std::string_view folded_text) const;

private:
  std::string whole_{};
  std::vector<std::string> words_{};
};

}  // namespace regard
