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
constexpr std::uint8_t kGround = 56, kInk = 255;

int columns_of(unsigned character) {
  return character > 0xFFFF ? 3 : 2;
}

/// Pixels a dot.
int dot_of(float line_height) {
  return std::max(1, static_cast<int>(line_height) / kMostRowsOfDots);
}

}  // namespace

int code_box_width(unsigned character, float line_height) {
  return dot_of(line_height) * (columns_of(character) * (kDotsWide + 1) + 1);
}

CodeBox code_box(unsigned character, float line_height) {
  const int dot = dot_of(line_height), columns = columns_of(character);
  CodeBox box{.width = code_box_width(character, line_height), .height = dot * kMostRowsOfDots};
  box.alpha.assign(static_cast<std::size_t>(box.width) * static_cast<std::size_t>(box.height), kGround);
  for (int place = 0; place < kRows * columns; ++place) {
    const unsigned digit = (character >> (4 * (kRows * columns - 1 - place))) & 0xFU;
    const int left = 1 + (place % columns) * (kDotsWide + 1), top = 1 + (place / columns) * (kDotsHigh + 1);
    for (int y = 0; y < kDotsHigh * dot; ++y)
      for (int x = 0; x < kDotsWide * dot; ++x) {
        const bool on = ((kDigits[digit][static_cast<std::size_t>(y / dot)] >> (kDotsWide - 1 - x / dot)) & 1U) != 0;
        if (on) box.alpha[static_cast<std::size_t>((top * dot + y) * box.width + left * dot + x)] = kInk;
      }
  }
  return box;
}

}  // namespace regard
