// SPDX-License-Identifier: Apache-2.0
// What of the last frame's picture cannot be seen whole: text that is cut or lies over other text, contents that are larger than
// a window that does not scroll. Found by measure, whoever drew it. Call it between frames.
#pragma once

#include <imgui.h>

#include <string>
#include <vector>

namespace regard::test {

/// A line each: where, what, and by how many pixels; empty where all is well. Text that is longer than its field is none.
[[nodiscard]] std::vector<std::string> not_seen_whole();

/// Every text of the last frame, a line each.
[[nodiscard]] std::vector<std::string> texts_seen();

/// Fonts, paddings and roundings for text of so many per cent of its usual height.
void set_text_size(int percent);
/// The same in the look of the classroom, in a window of this size.
void set_classroom_text(ImVec2 window);

}  // namespace regard::test
