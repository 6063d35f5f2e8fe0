// SPDX-License-Identifier: Apache-2.0
#include "app/style/code_box.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

// Digits of 3 × 5 dots: five rows, three bits each, the left dot highest.
constexpr int kDotsWide = 3, kDotsHigh = 5;
constexpr std::array<std::array<std::uint8_t, kDotsHigh>, 16> kDigits{{{7, 5, 5, 5, 7},
                                                                       {2, 6, 2, 2, 7},
                                                                       {7, 1, 7, 4, 7},
                                                                       {7, 1, 3, 1, 7},
                                                                       {5, 5, 7, 1, 1},
                                                                       {7, 4, 7, 1, 7},
                                                                       {7, 4, 7, 5, 7},
                                                                       {7, 1, 2, 2, 2},
                                                                       {7, 5, 7, 5, 7},
                                                                       {7, 5, 7, 1, 7},
                                                                       {2, 5, 7, 5, 5},
                                                                       {6, 5, 6, 5, 6},
                                                                       {3, 4, 4, 4, 3},
                                                                       {6, 5, 5, 5, 6},
                                                                       {7, 4, 6, 4, 7},
                                                                       {7, 4, 6, 4, 4}}};
constexpr int kRows = 2;
constexpr int kMostRowsOfDots = kRows * (kDotsHigh + 1) + 1;  // a dot of space around each digit
constexpr int kGround = 48, kInk = 255;                       // of 255

int columns_of(unsigned character) {
  return character > 0xFFFF ? 3 : 2;
}

/// Half pixels a dot: two at least.
int dot_of(float line_height) {
  return std::max(2, static_cast<int>(2.0F * line_height) / kMostRowsOfDots);
}

int pixels_of(int half_pixels) {
  return (half_pixels + 1) / 2;
}

int columns_of_dots(unsigned character) {
  return columns_of(character) * (kDotsWide + 1) + 1;
}

/// Is there ink at this dot of the box?
bool is_inked(unsigned character, int column, int row) {
  const int place = (row / (kDotsHigh + 1)) * columns_of(character) + column / (kDotsWide + 1);
  const int x = column % (kDotsWide + 1) - 1, y = row % (kDotsHigh + 1) - 1;
  const int places = kRows * columns_of(character);
  if (x < 0 || y < 0 || place >= places) return false;
  const unsigned digit = (character >> (4 * (places - 1 - place))) & 0xFU;
  return ((kDigits[digit][static_cast<std::size_t>(y)] >> (kDotsWide - 1 - x)) & 1U) != 0;
}

}  // namespace

int code_box_width(unsigned character, float line_height) {
  return pixels_of(dot_of(line_height) * columns_of_dots(character));
}

CodeBox code_box(unsigned character, float line_height) {
  const int dot = dot_of(line_height), columns = columns_of_dots(character);
  CodeBox box{.width = code_box_width(character, line_height), .height = pixels_of(dot * kMostRowsOfDots)};
  for (int y = 0; y < box.height; ++y)
    for (int x = 0; x < box.width; ++x) {
      int sum = 0;
      for (const int part : {0, 1, 2, 3}) {  // the four quarters of a pixel
        const int column = (2 * x + part % 2) / dot, row = (2 * y + part / 2) / dot;
        if (column < columns && row < kMostRowsOfDots) sum += is_inked(character, column, row) ? kInk : kGround;
      }
      box.alpha.push_back(static_cast<std::uint8_t>(sum / 4));
    }
  return box;
}

}  // namespace regard
