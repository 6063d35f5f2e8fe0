// SPDX-License-Identifier: Apache-2.0
// Lines of a paragraph: words of several fonts, broken where they would leave the width. Part of rich_text.h. UI thread only.
#pragma once

#include "app/widgets/rich_text.h"

namespace regard {

/// How a whole paragraph looks.
struct RichLook {
  bool heading = false, bold = false, small = false, mono = false, muted = false;
};

struct RichLinesSpec {
  std::string_view id;
  ImVec2 at{};         ///< of the upper left corner
  float width = 0.0F;  ///< pixels
  float line = 1.45F;  ///< ems from line to line
  RichLook look{};
  const RichText& text;  ///< whose links the runs name
  bool draws = true;     ///< else they are only measured
};

/// Pixels of height. What the mouse and keyboard are on goes into `result`.
float rich_lines(const RichLinesSpec& spec, const RichLine& runs, RichTextResult& result);
/// Pixels of the runs on one line.
[[nodiscard]] float rich_width(const RichLine& runs, RichLook look);

}  // namespace regard
