// SPDX-License-Identifier: Apache-2.0
// What a grid shows as text for the clipboard, declared in views.h and difference_views.h.
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/views.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace regard {
namespace {

void append_label(std::string& text, std::string label) {
  std::replace_if(
      label.begin(), label.end(), [](char letter) { return letter == '\t' || letter == '\n'; }, ' ');
  text += label;
}

/// `masked`: [rows · cols] the cells that have no number; `word` stands there.
std::string as_text(const GridView& grid, const Matrix& numbers, const std::vector<bool>& masked,
                    std::string_view word) {
  std::string text;
  for (const Unit& key : grid.cols.units)
    append_label(text += '\t', key.label);
  text += '\n';
  for (std::size_t row = 0; row < numbers.rows; ++row) {
    append_label(text, grid.rows.units[row].label);
    for (std::size_t col = 0; col < numbers.cols; ++col) {
      text += '\t';
      if (masked[row * numbers.cols + col]) {
        text += word;
        continue;
      }
      const float number = numbers(row, col) == 0.0F ? 0.0F : numbers(row, col);  // no "-0"
      char digits[32];
      text.append(digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string grid_as_text(const GridView& grid, bool weights, std::string_view masked) {
  return as_text(grid, weights ? grid.weights : shown_scores(grid), grid.masked, masked);
}

std::string grid_as_text(const GridView& live, const GridDifference& difference, bool weights,
                         std::string_view masked) {
  return as_text(live, weights ? difference.weights : difference.scores, difference.masked, masked);
}

}  // namespace regard
