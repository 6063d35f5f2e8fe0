// SPDX-License-Identifier: Apache-2.0
// The sentence on a line with arcs above it, from the query to each key, arrow head at the key; thickness and opacity by
// weight, the number on labelled arcs. A sentence that is too long is set smaller, then scrolls sideways.
// Click: query. Shift-click: key. A click on an arc: both. Probes "arcs.unit.<index>".
#pragma once

#include "app/viewmodel/views.h"
#include "app/widgets/changes.h"
#include "app/widgets/heat_map.h"

#include <imgui.h>

#include <optional>
#include <string_view>

namespace regard {

struct ArcsSpec {
  std::string_view id = "arcs";
  const ArcsView* view = nullptr;
  ImVec2 size{};
  std::size_t query = kNone;  ///< selected units: drawn in query blue and key orange-red
  std::size_t key = kNone;
  std::size_t linked = kNone;  ///< unit hovered in another view
  /// Arcs are changes: thickness by their size, the first colour for what became less, the second for more, signed numbers.
  const ChangeColours* change_colours = nullptr;
};

struct ArcsResult {
  std::optional<std::size_t> hovered{};      ///< unit under the mouse
  std::optional<std::size_t> hovered_arc{};  ///< index into view->arcs: the panel may show its numbers
  std::optional<std::size_t> query{};        ///< clicked unit
  std::optional<std::size_t> key{};          ///< Shift-clicked unit
};

ArcsResult arcs(const ArcsSpec& spec);

}  // namespace regard
