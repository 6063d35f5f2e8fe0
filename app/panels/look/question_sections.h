// SPDX-License-Identifier: Apache-2.0
// How "one question" is laid out: sections with a sign and a caption, in one column or in two. Private to app/panels.
#pragma once

#include "app/panels/common/panel.h"
#include "app/viewmodel/views.h"
#include "app/widgets/bars.h"

#include <imgui.h>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Kept between frames.
struct QuestionState {
  float scroll = 0.0F;  ///< pixels, of the rows of keys
};

/// A sign in a colour and what it stands for, on one line.
void section_caption(const ImVec4& colour, std::string_view sign, const std::string& text);

/// Bars that fill a section below its caption.
[[nodiscard]] BarsSpec section_bars(const char* id, ImVec2 size, BarTint tint = BarTint::neutral);

/// What the scores are made of: "q·k ÷ √d", "q·k", or "s" where a cap or a bias comes after.
[[nodiscard]] std::string score_sign(const QuestionView& view);
/// Likewise of one dimension.
[[nodiscard]] std::string product_sign(const QuestionView& view);

/// A section and its part of the height.
struct SectionShare {
  void (*draw)(PanelContext&, ImVec2 size);
  float share;
};
/// Over each other; where the room is wide and low, `right` beside `left`.
void draw_sections(PanelContext& context, const std::vector<SectionShare>& left,
                   const std::vector<SectionShare>& right);

}  // namespace regard
