// SPDX-License-Identifier: Apache-2.0
// What arcs over one line and arcs between two have in common: a curve with an arrow head, a number on it, and which of them
// the mouse is on. Private to app/widgets. UI thread only.
#pragma once

#include "app/viewmodel/views.h"
#include "app/widgets/changes.h"
#include "app/widgets/paint.h"

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

/// Does it leave a word and come back to it?
[[nodiscard]] inline bool is_loop(const Arc& arc, const Curve& curve) {
  return arc.query == arc.key && curve.points[0].y == curve.points[3].y;
}

/// Pixels between a word and the one before it; pieces of one word, commas and quotation marks stand close.
[[nodiscard]] float space_before(const Unit& unit, const Face& face);
/// Room a word needs at least for the arrow heads it gets; half of it where it stands close to a neighbour.
[[nodiscard]] float least_width(const Axis& axis, std::size_t unit, float least);

/// A unit's label without the space before it.
[[nodiscard]] std::string_view trimmed(const Unit& unit);

/// A see-through window for lines of words, with a bar below where they are wider; ImGui::EndChild() ends it in any case.
[[nodiscard]] bool begin_lines(const char* id, ImVec2 size, bool scrolls);
/// The wheel moves such a window sideways while the mouse is on it.
void scroll_by_wheel();

/// The arc under the mouse, where the window is hovered.
[[nodiscard]] std::optional<std::size_t> arc_at(const std::vector<Curve>& curves, ImVec2 point);

struct ArcPainting {
  float top = 0.0F;                               ///< no number rises above this y
  std::optional<std::size_t> lit{};               ///< the arc under the mouse, over the others
  std::optional<std::size_t> word{};              ///< the word under the mouse: arcs of other words fade
  const ChangeColours* change_colours = nullptr;  ///< see ArcsSpec
};
/// All arcs, weakest first, then the numbers of the labelled ones where there is room.
void paint_arcs(const std::vector<Arc>& arcs, const std::vector<Curve>& curves, const ArcPainting& how,
                ImDrawList& list);

}  // namespace regard
