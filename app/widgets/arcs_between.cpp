// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/arcs_between.h"

#include "app/style/theme.h"
#include "app/viewmodel/views.h"
#include "app/widgets/arc_shapes.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

/// A sentence on its line; pixels on the screen.
struct Row {
  const Axis& axis;
  const char* probe;
  const ImVec4& colour;  ///< of the selected word
  std::size_t selected = kNone;
  std::size_t linked = kNone;
  std::vector<float> left{}, width{};
  float end = 0.0F;  ///< of the last word, counted from the row's start
  ImVec2 origin{};   ///< of the words' tops
  [[nodiscard]] float middle(std::size_t unit) const { return origin.x + left[unit] + 0.5F * width[unit]; }
};

void flow(Row& row, const Face& face) {
  float x = em(0.5F);
  row.left.clear();
  row.width.clear();
  for (std::size_t unit = 0; unit < row.axis.size(); ++unit) {
    if (unit > 0) x += space_before(row.axis.units[unit], face);
    row.left.push_back(x);
    row.width.push_back(
        std::max(text_width(face, trimmed(row.axis.units[unit])), least_width(row.axis, unit, em(0.6F))));
    x += row.width.back();
  }
  row.end = x + em(0.5F);
}

/// Up from the query, leaning towards the key; the arrow arrives from below.
Curve curve_between(const Row& keys, const Row& queries, const Face& face, const Arc& arc) {
  const ImVec2 from(queries.middle(arc.query), queries.origin.y - em(0.15F));
  const ImVec2 to(keys.middle(arc.key), keys.origin.y + face.size + em(0.45F));
  const float rise = 0.5F * (from.y - to.y);
  return {{from, {from.x, from.y - rise}, {to.x, to.y + rise}, to}};
}

void paint_row(const Row& row, const Face& face, std::size_t hovered, ImDrawList& list) {
  const float line = std::round(stroke(0.125F, 2.0F));
  for (std::size_t unit = 0; unit < row.axis.size(); ++unit) {
    const std::string_view text = trimmed(row.axis.units[unit]);
    const float wide = text_width(face, text);
    const ImVec2 at(row.middle(unit) - 0.5F * wide, row.origin.y);
    const bool selected = unit == row.selected, lit = unit == hovered || unit == row.linked;
    const bool special = row.axis.units[unit].special;
    const ImVec4& ink = selected ? row.colour : special && !lit ? theme().text_muted : theme().text;
    paint_text(list, face, at, colour_u32(ink), text);
    const float y = at.y + face.size * 1.08F;
    if (selected) list.AddRectFilled({at.x, y}, {at.x + wide, y + line}, colour_u32(row.colour), 0.5F * line);
    if (lit && !selected) list.AddRectFilled({at.x, y}, {at.x + wide, y + 1.0F}, colour_u32(theme().text_muted));
  }
}

/// The word under the mouse.
std::size_t interact(const Row& row, const Face& face) {
  std::size_t hovered = kNone;
  const ScopedId id(row.probe);
  for (std::size_t unit = 0; unit < row.axis.size(); ++unit) {
    const ImVec2 min(row.origin.x + row.left[unit], row.origin.y - em(0.1F));
    const ImVec2 size(row.width[unit], face.size + em(0.35F));
    const ImVec2 max(min.x + size.x, min.y + size.y);
    if (!ImGui::IsRectVisible(min, max)) continue;
    const ScopedId unit_id(unit);
    ImGui::SetCursorScreenPos(min);
    ImGui::InvisibleButton("word", size);
    probe(std::string(row.probe) + "." + std::to_string(unit), min, max);
    if (ImGui::IsItemHovered()) hovered = unit;
  }
  return hovered;
}

struct Picture {
  Face face{};
  Row keys, queries;
  float width = 0.0F;
};

/// Both lines in the large face, or in the text face where one does not fit.
Picture measure_between(const ArcsSpec& spec) {
  Picture picture{large_face(),
                  {spec.view->cols, "arcs.key", theme().key, spec.key, spec.linked, {}, {}, 0.0F, {}},
                  {spec.view->rows, "arcs.query", theme().query, spec.query, kNone, {}, {}, 0.0F, {}},
                  0.0F};
  for (const Face face : {large_face(), text_face()}) {
    picture.face = face;
    flow(picture.keys, face);
    flow(picture.queries, face);
    picture.width = std::max(picture.keys.end, picture.queries.end);
    if (picture.width <= spec.size.x) break;
  }
  return picture;
}

/// A line that fits stays in the middle of what can be seen; a longer one scrolls past it. `seen`: left edge of the view.
void place(Picture& picture, ImVec2 at, float seen, float width, float bottom) {
  const auto start = [&](const Row& row) {
    return std::floor(row.end > width ? at.x : seen + 0.5F * (width - row.end));
  };
  picture.keys.origin = {start(picture.keys), std::floor(at.y + em(0.2F))};
  picture.queries.origin = {start(picture.queries), std::floor(bottom - picture.face.size - em(0.5F))};
}

/// A long line moves to the word that was just selected, then is left to the hand.
void show_selection(const Picture& picture, float width) {
  const Row& longer = picture.queries.end > picture.keys.end ? picture.queries : picture.keys;
  int& shown = *ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("shown selection"), -1);
  if (longer.selected >= longer.axis.size()) return;
  if (std::exchange(shown, static_cast<int>(longer.selected)) == static_cast<int>(longer.selected)) return;
  const float middle = longer.left[longer.selected] + 0.5F * longer.width[longer.selected];
  ImGui::SetScrollX(std::clamp(middle - 0.5F * width, 0.0F, std::max(0.0F, longer.end - width)));
}

void choose(const ArcsSpec& spec, std::size_t query, std::size_t key, ArcsResult& result) {
  if (key != kNone) result.hovered = key;
  if (!ImGui::IsMouseClicked(ImGuiMouseButton_Left)) return;
  if (query != kNone) result.query = query;
  if (key != kNone) result.key = key;
  if (!result.hovered_arc) return;
  result.query = spec.view->arcs[*result.hovered_arc].query;
  result.key = spec.view->arcs[*result.hovered_arc].key;
}

void draw(const ArcsSpec& spec, Picture& picture, bool scrolls, ArcsResult& result) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float bottom = at.y + spec.size.y - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0.0F);
  if (scrolls) show_selection(picture, spec.size.x);
  place(picture, at, ImGui::GetWindowPos().x, spec.size.x, bottom);
  std::vector<Curve> curves;
  curves.reserve(spec.view->arcs.size());
  for (const Arc& arc : spec.view->arcs)
    curves.push_back(curve_between(picture.keys, picture.queries, picture.face, arc));

  const std::size_t key = interact(picture.keys, picture.face);
  const std::size_t query = interact(picture.queries, picture.face);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (key == kNone && query == kNone && mouse.y < picture.queries.origin.y) result.hovered_arc = arc_at(curves, mouse);
  choose(spec, query, key, result);
  if (scrolls) scroll_by_wheel();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_arcs(spec.view->arcs, curves, {at.y, result.hovered_arc, {}, spec.change_colours}, list);
  paint_row(picture.keys, picture.face, key, list);
  paint_row(picture.queries, picture.face, query, list);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({picture.width, 1.0F});
}

}  // namespace

ArcsResult arcs_between(const ArcsSpec& spec) {
  ArcsResult result;
  Picture picture = measure_between(spec);
  const bool scrolls = picture.width > spec.size.x;
  if (begin_lines("two lines", spec.size, scrolls)) draw(spec, picture, scrolls, result);
  ImGui::EndChild();
  return result;
}

}  // namespace regard
