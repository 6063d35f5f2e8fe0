// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/heads/flow_graph_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostEdges = 4000;  // that are drawn at once, the strongest

GraphLayout graph_layout(const FlowLabels& labels, ImVec2 room) {
  GraphLayout layout;
  layout.tokens = labels.tokens.size();
  layout.layers = labels.layers;
  layout.left = em(3.2F);
  layout.top = em(0.8F);
  const Face face = small_face();
  float widest = 0.0F;
  for (const std::string& label : labels.tokens)
    widest = std::max(widest, text_width(face, label));
  layout.slot = std::clamp((room.x - layout.left - em()) / static_cast<float>(layout.tokens), em(1.5F), em(9.0F));
  layout.slanted = widest > layout.slot - em(0.3F);
  layout.labels = layout.slanted ? std::min(widest, em(5.5F)) * -std::sin(label_slant) + em() : face.size + em(0.5F);
  layout.bars = em(4.2F);
  const float rest = room.y - layout.top - layout.labels - layout.bars - em(1.6F);
  layout.row = std::clamp(rest / static_cast<float>(layout.layers), em(1.6F), em(6.0F));
  return layout;
}

/// The node the mouse is at: the nearest one within its slot, or a token's label and bar.
std::optional<NodePlace> node_at_mouse(const GraphLayout& layout, std::size_t places) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const float column = (mouse.x - layout.origin.x - layout.left) / layout.slot;
  if (!ImGui::IsItemHovered() || column < 0.0F || column >= static_cast<float>(layout.tokens)) return std::nullopt;
  const auto token = static_cast<std::size_t>(column);
  const float level = (layout.bottom() - mouse.y) / layout.row;
  if (level < 0.5F) return NodePlace{0, token};
  const auto place = static_cast<std::size_t>(std::lround(level));
  if (place > places || place > layout.layers) return std::nullopt;
  return NodePlace{place, token};
}

/// Those from the threshold on.
std::vector<DrawnEdge> edges_from(const FlowView& view, float threshold) {
  std::vector<DrawnEdge> edges;
  for (std::size_t layer = 0; layer < view.passed.size(); ++layer)
    for (std::size_t query = 0; query < view.passed[layer].rows; ++query)
      for (std::size_t key = 0; key < view.passed[layer].cols; ++key)
        if (const float passed = view.passed[layer](query, key); passed >= threshold)
          edges.push_back({layer, query, key, passed});
  std::stable_sort(edges.begin(), edges.end(),
                   [](const DrawnEdge& a, const DrawnEdge& b) { return a.passed < b.passed; });
  if (edges.size() > kMostEdges) edges.erase(edges.begin(), edges.end() - static_cast<std::ptrdiff_t>(kMostEdges));
  return edges;
}

const std::vector<DrawnEdge>& keep_edges(DrawnEdges& drawn, const std::shared_ptr<const FlowView>& view,
                                         float threshold) {
  if (drawn.of.lock() == view && drawn.threshold == threshold) return drawn.edges;
  drawn = {view, threshold, edges_from(*view, threshold), drawn.revision + 1};
  return drawn.edges;
}

void paint_flow_edge(ImDrawList& list, const GraphLayout& layout, const DrawnEdge& edge,
                     std::optional<NodePlace> hovered) {
  const ImVec2 from = layout.node(edge.layer + 1, edge.query), to = layout.node(edge.layer, edge.key);
  if (!ImGui::IsRectVisible({std::min(from.x, to.x), from.y}, {std::max(from.x, to.x) + 1.0F, to.y})) return;
  const bool touches =
      !hovered || *hovered == NodePlace{edge.layer + 1, edge.query} || *hovered == NodePlace{edge.layer, edge.key};
  const float strength = std::sqrt(edge.passed);
  const float bend = 0.4F * layout.row;
  list.AddBezierCubic(from, {from.x, from.y + bend}, {to.x, to.y - bend}, to,
                      colour_u32(theme().accent, (touches ? 0.25F + 0.75F * strength : 0.15F)),
                      stroke(0.05F + 0.3F * strength, 1.0F), 16);
}

void paint_graph_nodes(ImDrawList& list, const GraphLayout& layout, const FlowView& view,
                       std::optional<NodePlace> hovered) {
  for (std::size_t place = 0; place <= layout.layers; ++place)
    for (std::size_t token = 0; token < layout.tokens; ++token) {
      const ImVec2 at = layout.node(place, token);
      const float share = std::min(1.0F, share_at(view, place, token));
      const float radius = em(0.12F) + em(0.38F) * std::sqrt(share);
      const bool followed = place == view.of.place && token == view.of.token;
      const bool target = place == 0 && view.of.mode == FlowMode::flow && token == view.of.input;
      const ImVec4& ink = followed       ? theme().query
                          : target       ? theme().key
                          : share > 0.0F ? theme().accent
                                         : theme().grid;
      if (ImGui::IsRectVisible({at.x - radius, at.y - radius}, {at.x + radius, at.y + radius}))
        list.AddCircleFilled(at, radius, colour_u32(ink));
      if (hovered == NodePlace{place, token})
        list.AddCircle(at, radius + em(0.15F), colour_u32(theme().text), 0, stroke(0.1F, 1.0F));
      if (probe_enabled())
        probe("flow.node." + std::to_string(place) + "." + std::to_string(token), {at.x - em(0.4F), at.y - em(0.4F)},
              {at.x + em(0.4F), at.y + em(0.4F)});
    }
}

void follow_click(PanelContext& context, FlowState& state, const FlowLabels& labels, NodePlace at) {
  if (at.place == 0) return context.act(SelectKey{at.token});
  state.place = at.place == labels.layers ? 0 : at.place;
  context.act(SelectQuery{at.token});
}

}  // namespace

void draw_flow_graph(PanelContext& context, FlowState& state, const std::shared_ptr<const FlowView>& shown,
                     const FlowLabels& labels) {
  const FlowView& view = *shown;
  const std::vector<DrawnEdge>& edges = keep_edges(state.drawn, shown, state.threshold);
  caption(tr_plural(edges.size() == kMostEdges ? "flow.strongest" : "flow.counted", edges.size()));
  const ImVec2 room{ImGui::GetContentRegionAvail().x, std::max(ImGui::GetContentRegionAvail().y, em(12.0F))};
  GraphLayout layout = graph_layout(labels, room);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool open = ImGui::BeginChild("graph", room, false, ImGuiWindowFlags_HorizontalScrollbar | child_nav_flags());
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) {
    layout.origin = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("nodes", layout.size());
    const std::optional<NodePlace> hovered = node_at_mouse(layout, layout.layers);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const DrawnEdge& edge : edges)
      paint_flow_edge(list, layout, edge, hovered);
    paint_graph_nodes(list, layout, view, hovered);
    paint_level_names(list, layout);
    paint_token_names(list, layout, labels, view, context);
    paint_source_bars(list, layout, labels, view, hovered);
    if (hovered) {
      (hovered->place == 0 ? context.next_hover.key : context.next_hover.query) = hovered->token;
      if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) follow_click(context, state, labels, *hovered);
      if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) tell_node(view, labels, *hovered);
    }
  }
  ImGui::EndChild();
}

}  // namespace regard
