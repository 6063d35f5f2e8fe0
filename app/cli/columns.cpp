// SPDX-License-Identifier: Apache-2.0
#include "app/cli/columns.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <ostream>

namespace regard::cli {

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, length);
    std::string& line = lines.back();
    if (line.empty())
      line = word;
    else if (count_characters(line) + 1 + count_characters(word) <= width)
      (line += ' ') += word;
    else
      lines.emplace_back(word);
    if (length < text.size() && text[length] == '\n') lines.emplace_back();
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return lines;
}

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], count_characters(row[column]));
  }
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      out << row[column];
      if (column + 1 < row.size()) out << std::string(widths[column] - count_characters(row[column]) + 2, ' ');
    }
    out << '\n';
  }
}

}  // namespace regard::cli
