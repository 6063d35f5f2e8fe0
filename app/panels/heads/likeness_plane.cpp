// SPDX-License-Identifier: Apache-2.0
// The map: a dot for every head, as far from each other as they are unlike, as well as a plane can show it. Lines join heads that are
// alike.
#include "app/panels/common/parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostLines = 2'000;

/// Where the plane lies on the screen: one scale for both axes.
struct Plane {
  ImVec2 min{}, max{};
  ImVec2 middle{};       ///< screen place of `centre`
  float centre[2] = {};  ///< of the points
  float scale = 1.0F;    ///< pixels of a distance of 1

  [[nodiscard]] ImVec2 at(const Matrix& points, std::size_t head) const {
    return {middle.x + (points(head, 0) - centre[0]) * scale, middle.y - (points(head, 1) - centre[1]) * scale};
  }
};

float dot_radius(std::size_t heads) {
  return std::clamp(em(3.2F) / std::sqrt(static_cast<float>(std::max<std::size_t>(heads, 1))), em(0.16F), em(0.36F));
}

Plane plane_of(const Matrix& points, ImVec2 min, ImVec2 max) {
  Plane plane{min, max, {0.5F * (min.x + max.x), 0.5F * (min.y + max.y)}};
  const float margin = em(1.2F);
  const float room[2] = {std::max(1.0F, max.x - min.x - 2.0F * margin), std::max(1.0F, max.y - min.y - 2.0F * margin)};
  plane.scale = std::numeric_limits<float>::max();
  for (std::size_t axis = 0; axis < 2; ++axis) {
    float low = 0.0F, high = 0.0F;
    for (std::size_t point = 0; point < points.rows; ++point) {
      low = std::min(low, points(point, axis));
      high = std::max(high, points(point, axis));
    }
    plane.centre[axis] = 0.5F * (low + high);
    plane.scale = std::min(plane.scale, room[axis] / std::max(high - low, 1e-6F));
  }
  return plane;
}

void paint_lines(const LikenessState& state, const Matrix& points, const Plane& plane, ImDrawList& list) {
  for (std::size_t pair = 0; pair < std::min(state.alike.size(), kMostLines); ++pair)
    list.AddLine(plane.at(points, state.alike[pair].first), plane.at(points, state.alike[pair].second),
                 colour_u32(theme().text_muted, 0.55F), stroke(0.08F, 1.0F));
}

/// The nearest dot, if the mouse is upon it.
std::optional<std::size_t> dot_under_mouse(const Matrix& points, const Plane& plane, float radius) {
  if (!ImGui::IsItemHovered()) return std::nullopt;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  std::optional<std::size_t> nearest;
  float least = std::max(radius, em(0.55F));
  for (std::size_t head = 0; head < points.rows; ++head) {
    const ImVec2 at = plane.at(points, head);
    const float away = std::hypot(mouse.x - at.x, mouse.y - at.y);
    if (away <= least) {
      least = away;
      nearest = head;
    }
  }
  return nearest;
}

/// Names beside the dots, where they cover neither a dot nor another name; those that matter come first.
void paint_dot_names(const PanelContext& context, const LikenessState& state, const LikenessView& view,
                     const Plane& plane, float radius, ImDrawList& list) {
  const Face face = small_face();
  const Matrix& points = view.map.points;
  struct Box {
    ImVec2 min{}, max{};
  };
  std::vector<Box> taken;
  for (std::size_t head = 0; head < points.rows; ++head) {
    const ImVec2 at = plane.at(points, head);
    taken.push_back({{at.x - radius, at.y - radius}, {at.x + radius, at.y + radius}});
  }
  const auto name = [&](std::size_t head, bool important) {
    const std::string text = short_name(view, head);
    const ImVec2 at = plane.at(points, head), size{text_width(face, text), face.size};
    for (const float side : {1.0F, -1.0F}) {
      const float left = side > 0.0F ? at.x + radius + em(0.2F) : at.x - radius - em(0.2F) - size.x;
      const Box box{{left, at.y - 0.5F * size.y}, {left + size.x, at.y + 0.5F * size.y}};
      const bool within = box.min.x >= plane.min.x && box.max.x <= plane.max.x;
      const bool free = std::ranges::none_of(
          taken, [&](const Box& other) { return overlap(box.min, box.max, other.min, other.max); });
      if (!within || !free) continue;
      paint_text(list, face, box.min, colour_u32(important ? theme().text : theme().text_muted), text);
      taken.push_back(box);
      return;
    }
  };
  const auto matters = [&](std::size_t head) {
    return is_selected(context, view, head) || is_pointed_at(context, state, view, head);
  };
  for (const bool important : {true, false})
    for (std::size_t head = 0; head < points.rows; ++head)
      if (matters(head) == important) name(head, important);
}

void tell_dot(const PanelContext& context, const LikenessState& state, const LikenessView& view, std::size_t head) {
  std::optional<std::size_t> nearest;
  for (std::size_t other = 0; other < view.likeness.heads.size(); ++other)
    if (other != head && (!nearest || view.likeness.distances(head, other) < view.likeness.distances(head, *nearest)))
      nearest = other;
  const ScopedTooltip tooltip;
  coloured(theme().text, likeness_name(context, view, head));
  const ScopedFont font(fonts().small);
  if (nearest)
    coloured(theme().text_muted,
             tr("likeness.nearest", {{"head", likeness_name(context, view, *nearest)},
                                     {"value", exact_number(view.likeness.distances(head, *nearest))}}));
  if (state.cluster_of[head] != kNone)
    coloured(theme().text_muted, tr_plural("likeness.in_cluster", state.clusters[state.cluster_of[head]].size()));
}

void paint_head_dots(const PanelContext& context, const LikenessState& state, const LikenessView& view,
                     const DotColours& colours, const Plane& plane, float radius, ImDrawList& list) {
  for (std::size_t head = 0; head < view.map.points.rows; ++head) {
    const ImVec2 at = plane.at(view.map.points, head);
    list.AddCircleFilled(at, radius + stroke(0.06F, 1.0F), colour_u32(theme().panel));
    list.AddCircleFilled(at, radius, colour_u32(colours.of_heads[head]));
    if (is_selected(context, view, head) || is_pointed_at(context, state, view, head))
      list.AddCircle(at, radius + stroke(0.2F, 2.0F),
                     colour_u32(is_selected(context, view, head) ? head_colour(0) : theme().text), 0,
                     stroke(0.12F, 1.5F));
    if (probe_enabled())
      probe("likeness.dot." + std::to_string(head), {at.x - radius, at.y - radius}, {at.x + radius, at.y + radius});
  }
}

}  // namespace

void draw_likeness_plane(PanelContext& context, LikenessState& state, const LikenessView& view,
                         const DotColours& colours, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos(),
               min{std::floor(at.x), std::floor(at.y)};  // or the clipping takes the frame
  const ImVec2 max{min.x + std::floor(std::max(em(4.0F), ImGui::GetContentRegionAvail().x)),
                   min.y + std::floor(std::max(em(8.0F), height))};
  ImGui::InvisibleButton("likeness.plane", {max.x - min.x, max.y - min.y});
  const Plane plane = plane_of(view.map.points, min, max);
  const float radius = dot_radius(view.map.points.rows);
  const std::optional<std::size_t> under = dot_under_mouse(view.map.points, plane, radius);
  if (under) point_at(context, state, view.likeness.heads[*under], ImGui::IsMouseClicked(ImGuiMouseButton_Left));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ScopedClip clip(min, max);
  paint_outline(list, min, max, colour_u32(theme().grid));
  paint_lines(state, view.map.points, plane, list);
  paint_head_dots(context, state, view, colours, plane, radius, list);
  paint_dot_names(context, state, view, plane, radius, list);
  if (under && !ImGui::IsMouseDown(ImGuiMouseButton_Left)) tell_dot(context, state, view, *under);
}

}  // namespace regard
