// SPDX-License-Identifier: Apache-2.0
// The lines of a text, as editors of every system write them. Pure; any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace regard {

/// Calls visit(line) for every line, without its \n or \r\n; a leading byte order mark is skipped, and a newline at the end starts no
/// further line.
template <class Visit>
void for_each_line(std::string_view bytes, const Visit& visit) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  while (!bytes.empty()) {
    const std::size_t length = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, length);
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(line);
    bytes.remove_prefix(std::min(length + 1, bytes.size()));
  }
}

}  // namespace regard
