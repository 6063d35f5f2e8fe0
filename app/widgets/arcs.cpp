// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/arcs.h"

#include "app/style/theme.h"
#include "app/widgets/arc_shapes.h"
#include "app/widgets/arcs_between.h"
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

struct Word {
  float left = 0.0F, width = 0.0F;  ///< pixels from the sentence's start
  [[nodiscard]] float middle() const { return left + 0.5F * width; }
};

struct ArcsLayout {
  Face face{};
  std::vector<Word> words{};
  float width = 0.0F;      ///< of the sentence
  ImVec2 origin{};         ///< screen position of the sentence's start, top of the words
  float top = 0.0F;        ///< no arc rises above this y
  float heads_gap = 0.0F;  ///< distance between arcs of different heads at a word
  std::size_t heads = 1;
};

/// Words from left to right in the large face, in the text face where they do not fit; words keep `least` apart so that arrow heads find room.
ArcsLayout measure(const ArcsSpec& spec) {
  ArcsLayout layout;
  layout.face = large_face();
  for (const Arc& arc : spec.view->arcs)
    layout.heads = std::max(layout.heads, arc.colour + 1);
  layout.heads_gap = em(0.3F);
  const auto flow = [&] {
    const float least = em(0.6F) + layout.heads_gap * static_cast<float>(layout.heads - 1);
    const Axis& axis = spec.view->cols;
    layout.words.clear();
    float x = em(0.5F);
    for (std::size_t unit = 0; unit < axis.size(); ++unit) {
      const float width = std::max(text_width(layout.face, trimmed(axis.units[unit])), least_width(axis, unit, least));
      if (unit > 0) x += space_before(axis.units[unit], layout.face);
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

/// A word that looks at itself: up on its left side, round and down on its right, like an ear.
Curve loop_over(float middle, float base, float height) {
  const float foot = em(0.3F), bow = em(1.5F);
  return {{ImVec2(middle - foot, base),
           {middle - bow, base - height},
           {middle + bow, base - height},
           {middle + foot, base}}};
}

/// A cubic that leaves the query upwards and comes down on the key; the farther, the higher. Heads stand side by side at a
/// word and over each other between words.
Curve curve_of(const ArcsLayout& layout, const Arc& arc, float farthest) {
  const float room = std::max(em(), layout.origin.y - layout.top - em(0.3F));
  const float rank = static_cast<float>(arc.colour) - 0.5F * static_cast<float>(layout.heads - 1);
  const float shift = rank * layout.heads_gap;
  const float base = layout.origin.y - em(0.15F);
  const float from = layout.origin.x + layout.words[arc.query].middle() + shift;
  float to = layout.origin.x + layout.words[arc.key].middle() + shift;
  if (arc.query == arc.key) return loop_over(from, base, std::min(room, em(1.9F) + std::abs(rank) * em(0.35F)) / 0.75F);
  // Arrows arrive beside the middle, on the side they come from: those of both directions stay apart.
  const float side = std::min(em(0.28F), 0.25F * layout.words[arc.key].width);
  to += from < to ? -side : side;
  const float share = std::pow(std::abs(from - to) / std::max(1.0F, farthest), 0.65F);
  // Neighbours get a bow about as high as it is wide, not a hairpin.
  const float most = std::min(room, std::max(em(1.3F), 1.2F * std::abs(from - to)));
  const float bow = std::clamp(room * share, std::min(room, em(1.3F)), most);
  const float apart = rank * std::min(em(0.4F), 0.06F * bow + em(0.1F));
  const float height = std::clamp(bow + apart, std::min(room, em()), room) / 0.75F;
  const float lean = std::clamp(0.12F * (to - from), -em(4.0F), em(4.0F));  // long arcs rise steeply too
  return {{ImVec2(from, base), {from + lean, base - height}, {to - lean, base - height}, {to, base}}};
}

void paint_words(const ArcsSpec& spec, const ArcsLayout& layout, std::size_t hovered, ImDrawList& list) {
  const Theme& now = theme();
  const float line = std::round(stroke(0.125F, 2.0F));
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
void interact_words(const ArcsLayout& layout, float bottom, ArcsResult& result) {
  for (std::size_t unit = 0; unit < layout.words.size(); ++unit) {
    const ScopedId id(unit);
    const ImVec2 min(layout.origin.x + layout.words[unit].left, layout.origin.y);
    const ImVec2 size(layout.words[unit].width, std::max(1.0F, bottom - min.y));
    if (!ImGui::IsRectVisible(min, {min.x + size.x, min.y + size.y})) continue;
    ImGui::SetCursorScreenPos(min);
    const bool pressed = ImGui::InvisibleButton("word", size);
    probe("arcs.unit." + std::to_string(unit), min, {min.x + size.x, min.y + size.y});
    const bool by_key = pressed && ImGui::GetIO().NavVisible;
    if (!by_key && !ImGui::IsItemHovered()) continue;
    result.hovered = unit;
    if (by_key || ImGui::IsMouseClicked(ImGuiMouseButton_Left))
      (ImGui::GetIO().KeyShift ? result.key : result.query) = unit;
  }
}

float farthest_arc(const ArcsSpec& spec, const ArcsLayout& layout) {
  float farthest = em(6.0F);
  for (const Arc& arc : spec.view->arcs)
    farthest = std::max(farthest, std::abs(layout.words[arc.query].middle() - layout.words[arc.key].middle()));
  return farthest;
}

/// A long sentence moves to the words that were just selected, then is left to the hand.
void show_selection(const ArcsSpec& spec, const ArcsLayout& layout) {
  int& shown = *ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("shown selection"), -1);
  const std::size_t units = layout.words.size();
  if (spec.query >= units) return;
  const std::size_t key = spec.key < units ? spec.key : spec.query;
  const int selection = static_cast<int>(spec.query * units + key);
  if (std::exchange(shown, selection) == selection) return;
  const float query_at = layout.words[spec.query].middle(), key_at = layout.words[key].middle();
  // Both of them where there is room for both, else the one that asks.
  const float middle = std::abs(query_at - key_at) < 0.9F * spec.size.x ? 0.5F * (query_at + key_at) : query_at;
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
  if (spec.view->two_lines) return arcs_between(spec);
  ArcsLayout layout = measure(spec);
  const bool scrolls = layout.width > spec.size.x;
  if (begin_lines("sentence", spec.size, scrolls)) {
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
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (!result.hovered && mouse.y <= layout.origin.y) result.hovered_arc = arc_at(curves, mouse);
    if (result.hovered_arc && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
      result.query = spec.view->arcs[*result.hovered_arc].query;
      result.key = spec.view->arcs[*result.hovered_arc].key;
    }
    if (scrolls) scroll_by_wheel();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    paint_arcs(spec.view->arcs, curves, {layout.top, result.hovered_arc, result.hovered, spec.change_colours}, list);
    paint_words(spec, layout, result.hovered.value_or(kNone), list);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({layout.width, 1.0F});
  }
  ImGui::EndChild();
  return result;
}

}  // namespace regard
