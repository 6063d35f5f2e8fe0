// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/arcs.h"

#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kHoverReach = 0.35F;  // ems around an arc

struct Word {
  float left = 0.0F, width = 0.0F;  ///< pixels from the sentence's start
  [[nodiscard]] float middle() const { return left + 0.5F * width; }
};

struct Layout {
  Face face{};
  std::vector<Word> words{};
  float width = 0.0F;      ///< of the sentence
  ImVec2 origin{};         ///< screen position of the sentence's start, top of the words
  float top = 0.0F;        ///< no arc rises above this y
  float heads_gap = 0.0F;  ///< distance between arcs of different heads at a word
  std::size_t heads = 1;
};

std::string_view trimmed(const Unit& unit) {
  const std::string_view label = unit.label;
  return label.size() > 1 && label.front() == ' ' ? label.substr(1) : label;
}

bool is_closing(std::string_view text) {
  return text == "." || text == "," || text == "!" || text == "?" || text == ":" || text == ";" || text == "»" ||
         text == ")" || text == "…";
}

/// Words from left to right in the large face, in the text face where they do not fit; words keep `least` apart so that arrow heads find room.
Layout measure(const ArcsSpec& spec) {
  Layout layout;
  layout.face = large_face();
  for (const Arc& arc : spec.view->arcs)
    layout.heads = std::max(layout.heads, arc.colour + 1);
  layout.heads_gap = em(0.3F);
  const auto flow = [&] {
    const float gap = 0.42F * layout.face.size,
                least = em(0.6F) + layout.heads_gap * static_cast<float>(layout.heads - 1);
    layout.words.clear();
    float x = em(0.5F);
    for (const Unit& unit : spec.view->cols.units) {
      const bool closing = is_closing(trimmed(unit));
      const float width = std::max(text_width(layout.face, trimmed(unit)), closing ? 0.5F * least : least);
      if (!layout.words.empty()) x += closing ? 0.15F * gap : gap;
      layout.words.push_back({x, width});
      x += width;
    }
    layout.width = x + em(0.5F);
  };
  flow();
  if (layout.width > spec.size.x) {
    layout.face = text_face();
    flow();
  }
  return layout;
}

struct Curve {
  std::array<ImVec2, 4> points{};
  [[nodiscard]] ImVec2 at(float t) const {
    const float u = 1.0F - t;
    const std::array<float, 4> part{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
    ImVec2 sum(0.0F, 0.0F);
    for (std::size_t point = 0; point < 4; ++point) {
      sum.x += part[point] * points[point].x;
      sum.y += part[point] * points[point].y;
    }
    return sum;
  }
};

/// A cubic that leaves the query upwards and comes down on the key; the farther, the higher. A word that looks at itself
/// gets a small loop.
Curve curve_of(const Layout& layout, const Arc& arc, float farthest) {
  const float room = std::max(em(), layout.origin.y - layout.top - em(0.3F));
  const float shift = (static_cast<float>(arc.colour) - 0.5F * static_cast<float>(layout.heads - 1)) * layout.heads_gap;
  const float base = layout.origin.y - em(0.15F);
  float from = layout.origin.x + layout.words[arc.query].middle() + shift;
  float to = layout.origin.x + layout.words[arc.key].middle() + shift;
  if (arc.query == arc.key) {
    const float half = std::min(em(0.7F), 0.35F * layout.words[arc.query].width + em(0.2F));
    from -= half;
    to += half;
    const float height = std::min(room, em(1.4F)) / 0.75F;
    return {{ImVec2(from, base), {from - half * 0.4F, base - height}, {to + half * 0.4F, base - height}, {to, base}}};
  }
  // Arrows arrive beside the middle, on the side they come from: those of both directions stay apart.
  const float side = std::min(em(0.28F), 0.25F * layout.words[arc.key].width);
  to += from < to ? -side : side;
  const float share = std::pow(std::abs(from - to) / std::max(1.0F, farthest), 0.65F);
  // Neighbours get a bow about as high as it is wide, not a hairpin.
  const float most = std::min(room, std::max(em(1.3F), 1.2F * std::abs(from - to)));
  const float height = std::clamp(room * share, std::min(room, em(1.3F)), most) / 0.75F;
  const float lean = std::clamp(0.12F * (to - from), -em(4.0F), em(4.0F));  // long arcs rise steeply too
  return {{ImVec2(from, base), {from + lean, base - height}, {to - lean, base - height}, {to, base}}};
}

float thickness(float weight) {
  return em(0.08F) + em(0.36F) * std::clamp(weight, 0.0F, 1.0F);
}

float opacity(float weight) {
  return 0.30F + 0.70F * std::sqrt(std::clamp(weight, 0.0F, 1.0F));
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

void paint_arc(const Arc& arc, const Curve& curve, bool lit, ImDrawList& list) {
  const float strength = lit ? 1.0F : opacity(arc.weight);
  // Opaque mixing with the ground: crossing arcs do not add up to a brighter spot than the strongest of them.
  const ImU32 colour = colour_u32(mix(theme().panel, head_colour(arc.colour), strength));
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

/// A place on the visible part of the curve where the number covers no other: the top of the arc first, then to both sides.
bool place_label(const Curve& curve, ImVec2 size, float top, std::vector<Box>& taken, Box& box) {
  const float from = ImGui::GetWindowPos().x, to = from + ImGui::GetWindowWidth();
  for (const float t : {0.5F, 0.42F, 0.58F, 0.34F, 0.66F, 0.26F, 0.74F, 0.2F, 0.8F, 0.14F, 0.86F, 0.1F, 0.9F}) {
    const ImVec2 at = curve.at(t);
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

void paint_label(const Arc& arc, const Box& box, const Face& face, ImDrawList& list) {
  const ImVec4& colour = head_colour(arc.colour);
  list.AddRectFilled(box.min, box.max, colour_u32(theme().panel), em(0.25F));
  const ImVec2 at(box.min.x + em(0.2F), box.min.y + 0.5F * (box.max.y - box.min.y - face.size));
  paint_text(list, face, at, colour_u32(mix(colour, theme().text, 0.35F)), number(arc.weight, 2));
}

void paint_words(const ArcsSpec& spec, const Layout& layout, std::size_t hovered, ImDrawList& list) {
  const Theme& now = theme();
  const float line = std::max(2.0F, std::round(em(0.125F)));
  for (std::size_t unit = 0; unit < layout.words.size(); ++unit) {
    const Word& word = layout.words[unit];
    const std::string_view text = trimmed(spec.view->cols.units[unit]);
    const float wide = text_width(layout.face, text);
    const ImVec2 at(layout.origin.x + word.middle() - 0.5F * wide, layout.origin.y + em(0.2F));
    const bool lit = unit == hovered || unit == spec.linked;
    const bool is_query = unit == spec.query, is_key = unit == spec.key;
    const ImVec4& colour = is_query                              ? now.query
                           : is_key                              ? now.key
                           : lit                                 ? now.text
                           : spec.view->cols.units[unit].special ? now.text_muted
                                                                 : now.text;
    const float faint = spec.view->cols.units[unit].special && !lit && !is_query && !is_key ? 0.75F : 1.0F;
    paint_text(list, layout.face, at, colour_u32(colour, faint), text);
    const float y = at.y + layout.face.size * 1.08F;
    if (is_query) list.AddRectFilled({at.x, y}, {at.x + wide, y + line}, colour_u32(now.query), 0.5F * line);
    if (is_key) {
      const float below = is_query ? y + line + 1.0F : y;
      list.AddRectFilled({at.x, below}, {at.x + wide, below + line}, colour_u32(now.key), 0.5F * line);
    }
    if (lit && !is_query && !is_key) list.AddRectFilled({at.x, y}, {at.x + wide, y + 1.0F}, colour_u32(now.text_muted));
  }
}

/// Invisible buttons over the words: click and Shift-click.
void interact_words(const Layout& layout, float bottom, ArcsResult& result) {
  for (std::size_t unit = 0; unit < layout.words.size(); ++unit) {
    const ScopedId id(unit);
    const ImVec2 min(layout.origin.x + layout.words[unit].left, layout.origin.y);
    const ImVec2 size(layout.words[unit].width, std::max(1.0F, bottom - min.y));
    if (!ImGui::IsRectVisible(min, {min.x + size.x, min.y + size.y})) continue;
    ImGui::SetCursorScreenPos(min);
    ImGui::InvisibleButton("word", size);
    probe("arcs.unit." + std::to_string(unit), min, {min.x + size.x, min.y + size.y});
    if (!ImGui::IsItemHovered()) continue;
    result.hovered = unit;
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) (ImGui::GetIO().KeyShift ? result.key : result.query) = unit;
  }
}

std::optional<std::size_t> arc_at(const std::vector<Curve>& curves, const Layout& layout, ImVec2 point) {
  if (point.y > layout.origin.y || !ImGui::IsWindowHovered()) return std::nullopt;
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

void paint_arcs(const ArcsSpec& spec, const Layout& layout, const std::vector<Curve>& curves,
                const std::optional<std::size_t>& lit, ImDrawList& list) {
  const std::vector<Arc>& all = spec.view->arcs;
  for (std::size_t index = 0; index < all.size(); ++index)
    if (lit != index) paint_arc(all[index], curves[index], false, list);
  if (lit) paint_arc(all[*lit], curves[*lit], true, list);

  const Face face = mono_face();
  std::vector<Box> taken;
  const auto label = [&](std::size_t index) {
    const ImVec2 size(text_width(face, number(all[index].weight, 2)) + em(0.4F), face.size + em(0.15F));
    if (Box box{}; place_label(curves[index], size, layout.top, taken, box)) paint_label(all[index], box, face, list);
  };
  if (lit) label(*lit);
  for (std::size_t index = all.size(); index-- > 0;)  // strongest first: they get the best places
    if (all[index].labelled && lit != index) label(index);
}

float farthest_arc(const ArcsSpec& spec, const Layout& layout) {
  float farthest = em(6.0F);
  for (const Arc& arc : spec.view->arcs)
    farthest = std::max(farthest, std::abs(layout.words[arc.query].middle() - layout.words[arc.key].middle()));
  return farthest;
}

/// A long sentence moves to the words that were just selected, then is left to the hand.
void show_selection(const ArcsSpec& spec, const Layout& layout) {
  int& shown = *ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("shown selection"), -1);
  const std::size_t units = layout.words.size();
  if (spec.query >= units) return;
  const std::size_t key = spec.key < units ? spec.key : spec.query;
  const int selection = static_cast<int>(spec.query * units + key);
  if (std::exchange(shown, selection) == selection) return;
  const float middle = 0.5F * (layout.words[spec.query].middle() + layout.words[key].middle());
  ImGui::SetScrollX(std::clamp(middle - 0.5F * spec.size.x, 0.0F, std::max(0.0F, layout.width - spec.size.x)));
}

}  // namespace

ArcsResult arcs(const ArcsSpec& spec) {
  ArcsResult result;
  const ScopedId id(spec.id);
  if (spec.view == nullptr || spec.view->cols.units.empty() || spec.size.x < em() || spec.size.y < em()) {
    ImGui::Dummy(spec.size);
    return result;
  }
  Layout layout = measure(spec);
  const bool scrolls = layout.width > spec.size.x;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const ImGuiWindowFlags flags = scrolls ? ImGuiWindowFlags_HorizontalScrollbar : ImGuiWindowFlags_NoScrollbar;
  const bool open = ImGui::BeginChild("sentence", spec.size, false,
                                      flags | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float bottom = at.y + spec.size.y - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0.0F);
    const float spare = std::max(0.0F, 0.5F * (spec.size.x - layout.width));
    layout.origin = {std::floor(at.x + spare), std::floor(bottom - layout.face.size - em(0.75F))};
    layout.top = at.y + em(0.3F);
    if (scrolls) show_selection(spec, layout);
    std::vector<Curve> curves;
    curves.reserve(spec.view->arcs.size());
    const float farthest = farthest_arc(spec, layout);
    for (const Arc& arc : spec.view->arcs)
      curves.push_back(curve_of(layout, arc, farthest));

    interact_words(layout, bottom, result);
    if (!result.hovered) result.hovered_arc = arc_at(curves, layout, ImGui::GetIO().MousePos);
    if (result.hovered_arc && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
      result.query = spec.view->arcs[*result.hovered_arc].query;
      result.key = spec.view->arcs[*result.hovered_arc].key;
    }
    if (scrolls && ImGui::IsWindowHovered())
      ImGui::SetScrollX(ImGui::GetScrollX() - ImGui::GetIO().MouseWheel * em(4.0F));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    paint_arcs(spec, layout, curves, result.hovered_arc, list);
    paint_words(spec, layout, result.hovered.value_or(kNone), list);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({layout.width, 1.0F});
  }
  ImGui::EndChild();
  return result;
}

}  // namespace regard
