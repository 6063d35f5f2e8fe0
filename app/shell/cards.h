// SPDX-License-Identifier: Apache-2.0
// Cards: grounds that hold one panel, two beside each other, or several as tabs. Parts of the layout. UI thread only.
#pragma once

#include "app/gfx/screen.h"
#include "app/panels/registry.h"

#include <imgui.h>

#include <vector>

namespace regard::shell {

using Cards = std::vector<gfx::Box>;  ///< where panels lie on a ground of their own

struct Rect {
  ImVec2 min{};
  ImVec2 size{};
};

/// Panels seen at once, beside each other, under one name.
struct CardView {
  std::vector<const Panel*> panels{};
  const char* title = "";  ///< locale key
};

struct CardSpec {
  const char* id = "";  ///< of the row of tabs
  Rect rect{};
  std::vector<CardView> views{};  ///< several: tabs
  bool low = false;               ///< less padding above and below
  float most_width = 0.0F;  ///< pixels of each of several panels seen at once, or of a matrix alone; 0: what there is
};

/// Is it one of the two matrices, which stand side by side?
[[nodiscard]] bool is_matrix(const Panel& panel);

[[nodiscard]] float gap_size();
/// Low windows have less above and below.
[[nodiscard]] ImVec2 card_padding(bool low = false);

/// A panel of the window's rows, on a ground of its own (`card`) or on the window's.
void place_panel(PanelContext& context, Cards& cards, const Panel& panel, Rect rect, bool card, ImGuiWindowFlags flags,
                 bool low = false);

/// A card of the workspace on show; the view chosen last is drawn.
void place_card(PanelContext& context, Cards& cards, const CardSpec& spec);

}  // namespace regard::shell
