// SPDX-License-Identifier: Apache-2.0
// Where a text file that people write is wrong. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace regard {

/// A line of a file, which outlives it.
struct FileLine {
  const std::string& file;
  std::size_t number = 0;  ///< from 1

  /// Throws Error(code) with the file, the line as its item, and no more than the beginning of what a stranger wrote.
  [[noreturn]] void fail(std::string_view code, std::string_view expected, std::string_view found) const;
};

}  // namespace regard
