// SPDX-License-Identifier: Apache-2.0
// A line of text on several lines of a field. ImGui's fields do not wrap: a space at the end of a visual line gives way to a line
// break and comes back as a space, so that every byte keeps its place. A line break of the text itself is a stand-in that is shown
// as "↵" (bmp_text.h). Pure but for the measuring of letters (UI thread).
#pragma once

#include "app/widgets/paint.h"

#include <span>
#include <string>
#include <string_view>

namespace regard {

/// A text as from bmp_text's to_field(), however it was broken.
[[nodiscard]] std::string from_lines(std::string_view lines);

/// Breaks a buffer into lines of `width` pixels, in place; a word that is longer has a line of its own. The number of lines.
std::size_t break_lines(std::span<char> buffer, const Face& face, float width);

}  // namespace regard
