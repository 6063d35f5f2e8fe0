// SPDX-License-Identifier: Apache-2.0
// Rows of a list of heads: the shown head's is lit, a click shows the row's head, the mouse over it points at the head everywhere.
#pragma once

#include "app/panels/common/panel.h"

#include <imgui.h>

#include <string>
#include <string_view>

namespace regard {

/// Where a row stands in the window.
struct HeadRow {
  ImVec2 min, max;
};

/// The row's ground, of the current item; what it says is painted on it. `name` tells the lists of a window apart.
HeadRow head_row(PanelContext& context, HeadRef head, std::string_view name, float width);
/// The head's name from `left` to `right`, distances from the row's left edge, cut where it is longer.
void paint_row_head(const PanelContext& context, const HeadRow& row, HeadRef head, float left, float right);
/// A number that ends `right` from the row's left edge.
void paint_row_number(const HeadRow& row, float right, const ImVec4& colour, const std::string& number);
/// A whole row: a piece of the head's curve in its colour, its name, a number.
void draw_curve_row(PanelContext& context, HeadRef head, std::string_view name, const ImVec4& curve,
                    const std::string& number);

}  // namespace regard
