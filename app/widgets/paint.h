// SPDX-License-Identifier: Apache-2.0
// What several widgets paint with: text at any angle, shortened text, hatching. UI thread, inside a frame.
#pragma once

#include "app/gfx/colour_maps.h"

#include <imgui.h>

#include <array>
#include <string>
#include <string_view>

namespace regard {

/// A font at a size; a null font stands for ImGui's current one.
struct Face {
  ImFont* font = nullptr;
  float size = 0.0F;  ///< pixels
};
[[nodiscard]] Face text_face();
[[nodiscard]] Face small_face();   ///< labels of axes
[[nodiscard]] Face large_face();   ///< the sentence
[[nodiscard]] Face number_face();  ///< small digits of one width
[[nodiscard]] Face mono_face();    ///< digits as high as text

[[nodiscard]] float text_width(const Face& face, std::string_view text);
/// The text as it can be drawn, or its beginning and "…" where it is wider than `width`.
[[nodiscard]] std::string shortened(const Face& face, std::string_view text, float width);

/// `at` is the upper left corner.
void paint_text(ImDrawList& list, const Face& face, ImVec2 at, ImU32 colour, std::string_view text);
/// The lean of labels that are longer than what they stand at, radians: up to the right, steep enough to stay near it.
inline constexpr float label_slant = -1.05F;
/// `origin` is the middle of the text's left edge; `angle` in radians, positive turns clockwise on the screen.
void paint_text_turned(ImDrawList& list, const Face& face, ImVec2 origin, float angle, ImU32 colour,
                       std::string_view text);

/// An outline of whole pixels inside the rectangle: sharp, and a third of the pixels that an antialiased one touches.
void paint_outline(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour, float thickness = 1.0F);

/// A square button with four corners that point outwards: everything into the frame. True when clicked.
bool corners_button(const char* id, float side);

/// Diagonal lines in the theme's `masked` colour, cut to the rectangle.
void paint_hatching(ImDrawList& list, ImVec2 min, ImVec2 max);

[[nodiscard]] ImU32 to_u32(gfx::Rgb colour);
[[nodiscard]] std::array<float, 3> to_rgb(const ImVec4& colour);

/// "0.42", "−1.3": a true minus sign; what would round to zero has no sign.
[[nodiscard]] std::string number(float value, int decimals);
/// For a tooltip, which tells a number itself: six decimals; below a ten-thousandth its size, "2.16e-12". Only 0 is "0.000000".
[[nodiscard]] std::string exact_number(float value);

[[nodiscard]] bool overlap(ImVec2 first_min, ImVec2 first_max, ImVec2 second_min, ImVec2 second_max);
[[nodiscard]] inline bool inside(ImVec2 point, ImVec2 min, ImVec2 max) {
  return point.x >= min.x && point.y >= min.y && point.x < max.x && point.y < max.y;
}

}  // namespace regard
