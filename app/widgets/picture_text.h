// SPDX-License-Identifier: Apache-2.0
// The text that stands in a picture, read back from its triangles: whichever part of the program drew it, by whichever call.
// For tests, and for what --probe-file tells with --string-test. UI thread only, between ImGui::Render() and the next frame.
#pragma once

#include <imgui.h>

#include <string>
#include <vector>

namespace regard {

/// One piece of text on one line, as one call drew it. Pixels of the window.
struct PictureText {
  std::string text{};   ///< UTF-8, with its spaces
  ImVec2 min{}, max{};  ///< around its letters, as large as they would be uncut
  ImVec2 before{},
      after{};  ///< how far letters are cut off at the left and top, at the right and bottom; 0: not at all
  ImVec2 clip_min{}, clip_max{};  ///< where it was allowed to draw
  bool turned = false;            ///< not level
  int list = 0;                   ///< of the picture's draw lists
};

/// In the order they were drawn. Letters that lie wholly outside of where they may be drawn are not in the picture.
[[nodiscard]] std::vector<PictureText> text_of_picture(const ImDrawData& picture, const ImFontAtlas& atlas);

}  // namespace regard
