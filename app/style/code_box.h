// SPDX-License-Identifier: Apache-2.0
// What stands for a character that no font has: its number in hexadecimal digits, on a faint ground. Any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace regard {

struct CodeBox {
  int width = 0, height = 0;          ///< pixels
  std::vector<std::uint8_t> alpha{};  ///< [height, width]
};

/// Two rows of digits: two a row up to U+FFFF, three above. As large as fits into a line of `line_height` pixels, a dot
/// being a multiple of half a pixel; 13 pixels high at least.
[[nodiscard]] CodeBox code_box(unsigned character, float line_height);
/// Its width without drawing it.
[[nodiscard]] int code_box_width(unsigned character, float line_height);

}  // namespace regard
