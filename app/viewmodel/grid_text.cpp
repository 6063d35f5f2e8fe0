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

void append_number(std::string& text, float number) {
  char digits[32];
  text.append(digits,
              std::to_chars(std::begin(digits), std::end(digits), number == 0.0F ? 0.0F : number).ptr);  // no "-0"
}

/// `masked`: [rows · cols] the cells that have no number; `word` stands there. `sinks`: the last number of each row; empty: none.
std::string as_text(const GridView& grid, const Matrix& numbers, const std::vector<bool>& masked, std::string_view word,
                    const std::vector<float>& sinks = {}) {
  std::string text;
  for (const Unit& key : grid.cols.units)
    append_label(text += '\t', key.label);
  text += sinks.empty() ? "\n" : "\tsink\n";
  for (std::size_t row = 0; row < numbers.rows; ++row) {
    append_label(text, grid.rows.units[row].label);
    for (std::size_t col = 0; col < numbers.cols; ++col) {
      text += '\t';
      if (masked[row * numbers.cols + col]) {
        text += word;
        continue;
      }
      append_number(text, numbers(row, col));
    }
    if (!sinks.empty()) append_number(text += '\t', sinks[row]);
    text += '\n';
  }
  return text;
}

}  // namespace

std::string grid_as_text(const GridView& grid, bool weights, std::string_view masked) {
  const Matrix& shown = weights ? grid.weights : shown_scores(grid);
  if (grid.sinks.empty() || (!weights && grid.score_part)) return as_text(grid, shown, grid.masked, masked);
  const std::vector<float> scores(grid.rows.size(), grid.sink_score);
  return as_text(grid, shown, grid.masked, masked, weights ? grid.sinks : scores);
}

std::string grid_as_text(const GridView& live, const GridDifference& difference, bool weights,
                         std::string_view masked) {
  return as_text(live, weights ? difference.weights : difference.scores, difference.masked, masked);
}

}  // namespace regard
