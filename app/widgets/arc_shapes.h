// SPDX-License-Identifier: Apache-2.0
// What arcs over one line and arcs between two have in common: a curve with an arrow head, a number on it, and which of them
// the mouse is on. Private to app/widgets. UI thread only.
#pragma once

#include "app/viewmodel/views.h"
#include "app/widgets/changes.h"

#include <imgui.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace regard {

/// A cubic in screen pixels, from the query to the key.
struct Curve {
  std::array<ImVec2, 4> points{};
  [[nodiscard]] ImVec2 at(float t) const;
};

/// A unit's label without the space before it.
[[nodiscard]] std::string_view trimmed(const Unit& unit);

/// A see-through window for lines of words, with a bar below where they are wider; ImGui::EndChild() ends it in any case.
[[nodiscard]] bool begin_lines(const char* id, ImVec2 size, bool scrolls);
/// The wheel moves such a window sideways while the mouse is on it.
void scroll_by_wheel();

/// The arc under the mouse, where the window is hovered.
[[nodiscard]] std::optional<std::size_t> arc_at(const std::vector<Curve>& curves, ImVec2 point);

/// All arcs, weakest first, the lit one over them, then the numbers of the labelled ones where there is room below `top`.
/// `change_colours`: see ArcsSpec.
void paint_arcs(const std::vector<Arc>& arcs, const std::vector<Curve>& curves, float top,
                const std::optional<std::size_t>& lit, const ChangeColours* change_colours, ImDrawList& list);

}  // namespace regard
