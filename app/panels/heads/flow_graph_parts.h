// SPDX-License-Identifier: Apache-2.0
// Where the graph of the Flow view stands on screen, and what is written around it. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/heads/flow_parts.h"
#include "app/widgets/scope.h"

#include <imgui.h>

#include <cstddef>
#include <optional>

namespace regard {

/// Where tokens and layers stand, pixels.
struct GraphLayout {
  ImVec2 origin{};  ///< of the upper left corner of the content
  float left = 0.0F, top = 0.0F, slot = 1.0F, row = 1.0F, labels = 0.0F, bars = 0.0F;
  std::size_t tokens = 0, layers = 0;
  bool slanted = false;

  [[nodiscard]] ImVec2 node(std::size_t place, std::size_t token) const {
    return {origin.x + left + slot * (static_cast<float>(token) + 0.5F),
            origin.y + top + row * static_cast<float>(layers - place)};
  }
  [[nodiscard]] float bottom() const { return origin.y + top + row * static_cast<float>(layers); }
  [[nodiscard]] ImVec2 size() const {
    return {left + slot * static_cast<float>(tokens) + em(0.5F),
            top + row * static_cast<float>(layers) + em(0.8F) + labels + bars};
  }
};

struct NodePlace {
  std::size_t place = 0, token = 0;
  friend bool operator==(const NodePlace&, const NodePlace&) = default;
};

/// What passes through a node; 0 above the followed place.
[[nodiscard]] inline float share_at(const FlowView& view, std::size_t place, std::size_t token) {
  return place < view.nodes.size() ? view.nodes[place][token] : 0.0F;
}

void paint_level_names(ImDrawList& list, const GraphLayout& layout);
void paint_token_names(ImDrawList& list, const GraphLayout& layout, const FlowLabels& labels, const FlowView& view,
                       const PanelContext& context);
/// The input's shares, and a line where they would be if all were alike.
void paint_source_bars(ImDrawList& list, const GraphLayout& layout, const FlowLabels& labels, const FlowView& view,
                       std::optional<NodePlace> hovered);
/// The tooltip.
void tell_node(const FlowView& view, const FlowLabels& labels, NodePlace at);

}  // namespace regard
