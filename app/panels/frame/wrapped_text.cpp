// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/wrapped_text.h"

#include <algorithm>

namespace regard {
std::string from_lines(std::string_view lines) {
  std::string text(lines);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::size_t break_lines(std::span<char> buffer, const Face& face, float width) {
  std::replace(buffer.begin(), buffer.end(), '\n', ' ');
  const std::string_view text(buffer.data(), buffer.size());
  const float space = text_width(face, " ");
  std::size_t lines = 1;
  float x = 0.0F;
  for (std::size_t word = 0; word < text.size();) {
    const std::size_t end = std::min(text.find(' ', word), text.size());
    const float wide = text_width(face, text.substr(word, end - word));
    const bool begins_line = word == 0 || buffer[word - 1] == '\n';
    if (!begins_line && x + wide > width) {
      buffer[word - 1] = '\n';
      ++lines;
      x = 0.0F;
    }
    x += wide + space;
    word = end + 1;
  }
  return lines;
}

}  // namespace regard
