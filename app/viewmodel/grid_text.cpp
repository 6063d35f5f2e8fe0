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

/// `empty`: [rows · cols] the cells that have no number; none where it is empty itself.
std::string as_text(const GridView& grid, const Matrix& numbers, const std::vector<bool>& empty) {
  std::string text;
  for (const Unit& key : grid.cols.units)
    append_label(text += '\t', key.label);
  text += '\n';
  for (std::size_t row = 0; row < numbers.rows; ++row) {
    append_label(text, grid.rows.units[row].label);
    for (std::size_t col = 0; col < numbers.cols; ++col) {
      text += '\t';
      if (!empty.empty() && empty[row * numbers.cols + col]) continue;
      char digits[32];
      text.append(digits, std::to_chars(std::begin(digits), std::end(digits), numbers(row, col)).ptr);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string grid_as_text(const GridView& grid, bool weights) {
  return as_text(grid, weights ? grid.weights : grid.scores, {});
}

std::string grid_as_text(const GridView& live, const GridDifference& difference, bool weights) {
  return as_text(live, weights ? difference.weights : difference.scores, difference.masked);
}

}  // namespace regard
