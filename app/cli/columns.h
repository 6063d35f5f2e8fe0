// SPDX-License-Identifier: Apache-2.0
// Text laid out for a terminal: widths count characters, not bytes, so that Cyrillic lines up like Latin; each is taken to be one
// column wide. Pure.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace regard::cli {

/// `text` broken at spaces into lines of at most `width` characters; a longer word stands alone. Newlines stay breaks.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// A table a person can read: columns padded to their widest cell.
class Table {
public:
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::ostream& out) const;

private:
  std::vector<std::vector<std::string>> rows_{};
};

}  // namespace regard::cli
