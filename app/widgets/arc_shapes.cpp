// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/arc_shapes.h"

#include "app/style/theme.h"
#include "app/widgets/mouse.h"
#include "app/widgets/nav.h"
#include "app/widgets/paint.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kHoverReach = 0.35F;  // ems around an arc

float thickness(float weight) {
  return stroke(0.08F, 0.0F) + stroke(0.36F, 0.0F) * std::clamp(std::abs(weight), 0.0F, 1.0F);
}

/// Of few arcs the weak ones are seen as well; of many the strong ones stand out.
float opacity(float weight, std::size_t arcs) {
  constexpr std::size_t kMany = 40;
  const float weakest = arcs > kMany ? 0.12F : 0.30F;
  return weakest + (1.0F - weakest) * std::sqrt(std::clamp(std::abs(weight), 0.0F, 1.0F));
}

const ImVec4& colour_of(const Arc& arc, const ChangeColours* change) {
  return change != nullptr ? (*change)[arc.weight < 0.0F ? 0 : 1] : head_colour(arc.colour);
}

std::string text_of(const Arc& arc, const ChangeColours* change) {
  return change != nullptr ? signed_number(arc.weight, 2) : number(arc.weight, 2);
}

float distance_to(const Curve& curve, ImVec2 point) {
  float nearest = 1e9F;
  constexpr int kSteps = 48;
  for (int step = 0; step <= kSteps; ++step) {
    const ImVec2 at = curve.at(static_cast<float>(step) / kSteps);
    nearest = std::min(nearest, std::hypot(at.x - point.x, at.y - point.y));
  }
  return nearest;
}

/// `strength`: 1 is the arc's full colour.
void paint_arc(const Arc& arc, const Curve& curve, bool lit, float strength, const ChangeColours* change,
               ImDrawList& list) {
  // Opaque mixing with the ground: crossing arcs do not add up to a brighter spot than the strongest of them.
  const ImU32 colour = colour_u32(mix(theme().panel, colour_of(arc, change), strength));
  const float wide = thickness(arc.weight) + (lit ? em(0.06F) : 0.0F);
  const float head = em(0.34F) + 1.5F * wide;  // length of the arrow's head
  const ImVec2 tip = curve.points[3];
  const ImVec2 neck_control(curve.points[2].x, curve.points[2].y);
  // The line ends inside the head, the head points the way the curve arrives.
  const float length = std::max(1.0F, std::hypot(tip.x - neck_control.x, tip.y - neck_control.y));
  const ImVec2 way((tip.x - neck_control.x) / length, (tip.y - neck_control.y) / length);
  const ImVec2 neck(tip.x - way.x * head * 0.8F, tip.y - way.y * head * 0.8F);
  const float across = std::abs(tip.x - curve.points[0].x) + std::abs(tip.y - curve.points[1].y);
  const int segments = std::clamp(static_cast<int>(across / em(0.5F)), 24, 96);
  list.AddBezierCubic(curve.points[0], curve.points[1], curve.points[2], neck, colour, wide, segments);
  const float half = em(0.14F) + 0.85F * wide;
  const ImVec2 back(tip.x - way.x * head, tip.y - way.y * head);
  list.AddTriangleFilled(tip, {back.x - way.y * half, back.y + way.x * half},
                         {back.x + way.y * half, back.y - way.x * half}, colour);
}

struct Box {
  ImVec2 min, max;
};

/// Where the middle of an arc's number may stand, the best place first: on the top of the arc, then to both sides; a loop is
/// too small to carry its number, it stands over it or beside it.
std::vector<ImVec2> label_places(const Curve& curve, bool loop, ImVec2 size) {
  std::vector<ImVec2> places;
  if (loop) {
    const ImVec2 peak = curve.at(0.5F), bow = curve.at(0.75F);
    const float aside = bow.x - peak.x + 0.5F * size.x + em(0.3F);
    return {{peak.x, peak.y - 0.5F * size.y - em(0.15F)}, {peak.x + aside, bow.y}, {peak.x - aside, bow.y}};
  }
  for (const float t : {0.5F, 0.42F, 0.58F, 0.34F, 0.66F, 0.26F, 0.74F, 0.2F, 0.8F, 0.14F, 0.86F, 0.1F, 0.9F})
    places.push_back(curve.at(t));
  return places;
}

/// A place on the visible part of the picture where the number covers no other.
bool place_label(const Curve& curve, bool loop, ImVec2 size, float top, std::vector<Box>& taken, Box& box) {
  const float from = ImGui::GetWindowPos().x, to = from + ImGui::GetWindowWidth();
  for (const ImVec2 at : label_places(curve, loop, size)) {
    if (loop && at.y - 0.5F * size.y < top) continue;
    box.min = {std::floor(at.x - 0.5F * size.x), std::floor(std::max(top, at.y - 0.5F * size.y))};
    box.max = {box.min.x + size.x, box.min.y + size.y};
    if (box.min.x < from || box.max.x > to) continue;
    const bool free = std::none_of(taken.begin(), taken.end(),
                                   [&](const Box& other) { return overlap(box.min, box.max, other.min, other.max); });
    if (!free) continue;
    taken.push_back(box);
    return true;
  }
  return false;
}

void paint_label(const Arc& arc, const Box& box, const Face& face, const ChangeColours* change, ImDrawList& list) {
  const ImVec4& colour = colour_of(arc, change);
  list.AddRectFilled(box.min, box.max, colour_u32(theme().panel), em(0.25F));
  const ImVec2 at(box.min.x + em(0.2F), box.min.y + 0.5F * (box.max.y - box.min.y - face.size));
  paint_text(list, face, at, colour_u32(mix(colour, theme().text, 0.35F)), text_of(arc, change));
}

}  // namespace

ImVec2 Curve::at(float t) const {
  const float u = 1.0F - t;
  const std::array<float, 4> part{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
  ImVec2 sum(0.0F, 0.0F);
  for (std::size_t point = 0; point < 4; ++point) {
    sum.x += part[point] * points[point].x;
    sum.y += part[point] * points[point].y;
  }
  return sum;
}

float space_before(const Unit& unit, const Face& face) {
  return (unit.glued ? 0.08F : 0.42F) * face.size;
}

float least_width(const Axis& axis, std::size_t unit, float least) {
  const bool close = axis.units[unit].glued || (unit + 1 < axis.size() && axis.units[unit + 1].glued);
  return close ? 0.5F * least : least;
}

std::string_view trimmed(const Unit& unit) {
  const std::string_view label = unit.label;
  return label.size() > 1 && label.front() == ' ' ? label.substr(1) : label;
}

bool begin_lines(const char* id, ImVec2 size, bool scrolls) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const ImGuiWindowFlags flags = scrolls ? ImGuiWindowFlags_HorizontalScrollbar : ImGuiWindowFlags_NoScrollbar;
  const bool open = ImGui::BeginChild(id, size, false, flags | child_nav_flags() | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  return open;
}

void scroll_by_wheel() {
  if (const float wheel = wheel_over_window(); wheel != 0.0F) ImGui::SetScrollX(ImGui::GetScrollX() - wheel * em(4.0F));
}

std::optional<std::size_t> arc_at(const std::vector<Curve>& curves, ImVec2 point) {
  if (!ImGui::IsWindowHovered()) return std::nullopt;
  std::optional<std::size_t> nearest;
  float reach = em(kHoverReach);
  for (std::size_t index = 0; index < curves.size(); ++index) {
    const auto [left, right] = std::minmax({curves[index].points[0].x, curves[index].points[3].x});
    if (point.x < left - em(2.0F) || point.x > right + em(2.0F)) continue;
    const float away = distance_to(curves[index], point);
    if (away > reach) continue;
    reach = away;
    nearest = index;
  }
  return nearest;
}

void paint_arcs(const std::vector<Arc>& arcs, const std::vector<Curve>& curves, const ArcPainting& how,
                ImDrawList& list) {
  constexpr float kFaded = 0.1F;
  const auto is_of_word = [&](const Arc& arc) { return !how.word || arc.query == *how.word || arc.key == *how.word; };
  const auto paint_those = [&](bool of_word) {
    for (std::size_t index = 0; index < arcs.size(); ++index) {
      if (how.lit == index || is_of_word(arcs[index]) != of_word) continue;
      const float strength = of_word ? opacity(arcs[index].weight, arcs.size()) : kFaded;
      paint_arc(arcs[index], curves[index], false, strength, how.change_colours, list);
    }
  };
  paint_those(false);
  paint_those(true);
  if (how.lit) paint_arc(arcs[*how.lit], curves[*how.lit], true, 1.0F, how.change_colours, list);

  const Face face = mono_face();
  std::vector<Box> taken;
  const auto label = [&](std::size_t index) {
    const ImVec2 size(text_width(face, text_of(arcs[index], how.change_colours)) + em(0.4F), face.size + em(0.15F));
    if (Box box{}; place_label(curves[index], is_loop(arcs[index], curves[index]), size, how.top, taken, box))
      paint_label(arcs[index], box, face, how.change_colours, list);
  };
  if (how.lit) label(*how.lit);
  for (std::size_t index = arcs.size(); index-- > 0;)  // strongest first: they get the best places
    if (arcs[index].labelled && how.lit != index && is_of_word(arcs[index])) label(index);
}

}  // namespace regard
