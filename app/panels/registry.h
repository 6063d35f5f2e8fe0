// SPDX-License-Identifier: Apache-2.0
// Every panel of the window: where it may stand, what it is called, how it is drawn.
#pragma once

#include "app/panels/panel.h"

#include <span>

namespace regard {

/// Where a panel stands; the layout decides the rectangle. Lower ones share one place as tabs when the window is small.
enum class Place { top, sentence, heads, predictions, grids, arcs, question, switches, status };

struct Panel {
  const char* id;  ///< "arcs": also the probe "panel.<id>"
  Place place;
  const char* title;  ///< locale key of its name on a tab; null: it never stands on one
  void (*draw)(PanelContext&);
};

[[nodiscard]] std::span<const Panel> panels();
[[nodiscard]] const Panel& panel_at(Place place);

}  // namespace regard
