// SPDX-License-Identifier: Apache-2.0
// Every panel of the window: where it may stand, what it is called, how it is drawn.
#pragma once

#include "app/panels/common/panel.h"

#include <span>
#include <string_view>
#include <vector>

namespace regard {

/// Where a panel stands; the layout decides the rectangle. Those at the side share the column at the right: each has a tab,
/// in the order of the registry, and Session::side says which is on show. In a small window grids and arcs join them.
enum class Place { top, sentence, heads, predictions, grids, arcs, side, switches, status };

struct Panel {
  const char* id;  ///< "arcs": also the probe "panel.<id>"
  Place place;
  const char* title;  ///< locale key of its name on a tab, a word or two; null: it never stands on one
  void (*draw)(PanelContext&);
  bool live = false;  ///< always about the live text, whatever the views show
};

[[nodiscard]] std::span<const Panel> panels();
/// The one panel of a place other than the side.
[[nodiscard]] const Panel& panel_at(Place place);
/// The panels at the side, in the order of their tabs; never empty.
[[nodiscard]] const std::vector<const Panel*>& side_panels();
/// Which of them an id names; the first where none does.
[[nodiscard]] std::size_t side_index(std::string_view id);

}  // namespace regard
