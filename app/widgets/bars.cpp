// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/bars.h"

#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace regard {
namespace {

constexpr float kWidest = 4.5F;  // ems of a bar with its gap
constexpr float kNarrowest = 1.15F;
constexpr float kLongestLabel = 5.5F;

struct BarsLayout {
  ImVec2 min{}, max{};  ///< bars, pixels; max.x beyond the window where they scroll
  float slot = 1.0F;    ///< a bar with its gap
  float bar = 1.0F;
  float zero = 0.0F;  ///< y of value 0
  bool slanted = false;
  float label_limit = 0.0F;
  std::size_t label_every = 1;
  bool all_numbers = true;
};

std::string_view trimmed(std::string_view label) {
  return label.size() > 1 && label.front() == ' ' ? label.substr(1) : label;
}

bool has_value(const Bar& bar) {
  return !bar.masked && !bar.gone;
}

std::string text_of(const BarsSpec& spec, const Bar& bar) {
  if (spec.pairs && bar.before && !bar.before_masked)
    return number(*bar.before, spec.decimals) + "→" + number(bar.value, spec.decimals);
  return spec.change_colours != nullptr ? signed_number(bar.value, spec.decimals) : number(bar.value, spec.decimals);
}

float widest_label(const BarsSpec& spec, const Face& face) {
  float width = 0.0F;
  for (const Bar& bar : spec.bars)
    width = std::max(width, text_width(face, trimmed(bar.label)));
  return width;
}

float widest_number(const BarsSpec& spec, const Face& face) {
  float width = 0.0F;
  for (const Bar& bar : spec.bars)
    if (has_value(bar)) width = std::max(width, text_width(face, text_of(spec, bar)));
  return width;
}

/// Round steps for dimension numbers, so that labels stand apart.
std::size_t index_step(float slot, float label) {
  for (const std::size_t step : {1U, 2U, 4U, 8U, 16U, 32U, 64U})
    if (slot * static_cast<float>(step) > label + em(0.6F)) return step;
  return 128;
}

float y_of(const BarsSpec& spec, const BarsLayout& layout, float value) {
  const float span = spec.high - spec.low;
  const float share = span > 0.0F ? (std::clamp(value, spec.low, spec.high) - spec.low) / span : 0.0F;
  return layout.max.y - share * (layout.max.y - layout.min.y);
}

bool is_wider_than_window(const BarsSpec& spec) {
  return !spec.fit && spec.size.x / static_cast<float>(spec.bars.size()) < em(kNarrowest);
}

/// The content's size is decided here: wider than the window where there are too many bars.
BarsLayout measure(const BarsSpec& spec, ImVec2 at, float height) {
  const Face labels = small_face(), numbers = number_face();
  const auto count = static_cast<float>(spec.bars.size());
  const float least = is_wider_than_window(spec) ? em(kNarrowest) : 0.0F;
  BarsLayout layout;
  layout.slot = std::clamp(spec.size.x / count, least, em(kWidest));
  const float widest = widest_label(spec, labels);
  layout.slanted = !spec.index_labels && widest > layout.slot - em(0.25F);
  layout.label_limit =
      layout.slanted ? std::min({widest, em(kLongestLabel), 0.45F * height / -std::sin(label_slant)}) : layout.slot;
  if (spec.index_labels) {
    layout.label_limit = widest;
    layout.label_every = index_step(layout.slot, widest);
  }
  float below = layout.slanted ? -layout.label_limit * std::sin(label_slant) + em(0.2F) + 0.75F * labels.size
                               : labels.size + em(0.3F);
  if (widest == 0.0F || !spec.labels) below = 0.0F;  // a row that leaves its labels to the row under it
  const float number_room = numbers.size + em(0.15F);

  // The first slanted label leans out to the left: by its length, not by its room, so that rows of any height are aligned.
  const float longest = std::min(widest, em(kLongestLabel));
  const float lean = layout.slanted ? std::max(0.0F, longest * std::cos(label_slant) - 0.5F * layout.slot) : 0.0F;
  if (!spec.fit) layout.slot = std::clamp((spec.size.x - lean) / count, least, em(kWidest));
  layout.min = {at.x + lean, at.y + number_room};
  layout.max = {layout.min.x + layout.slot * count, std::max(layout.min.y + 2.0F, at.y + height - below)};
  if (spec.low < 0.0F) layout.max.y = std::max(layout.min.y + 2.0F, layout.max.y - number_room);
  layout.zero = std::floor(y_of(spec, layout, 0.0F));
  layout.bar = std::min(layout.slot >= 4.0F ? std::max(2.0F, std::round(0.64F * layout.slot)) : layout.slot, em(2.2F));
  layout.all_numbers = spec.numbers && widest_number(spec, numbers) < layout.slot - em(0.1F);
  return layout;
}

ImVec4 tint(const BarsSpec& spec, const Bar& bar) {
  const Theme& now = theme();
  if (spec.change_colours != nullptr)
    return bar.value == 0.0F ? now.text_muted : (*spec.change_colours)[bar.value < 0.0F ? 0 : 1];
  switch (spec.tint) {
    case BarTint::query:
      return now.query;
    case BarTint::key:
      return now.key;
    case BarTint::value:
      return now.value;
    case BarTint::sign:
      return bar.value < 0.0F ? now.negative : now.positive;
    case BarTint::neutral:
      break;
  }
  return now.accent;
}

/// A rectangle from the zero line to its value; hatching where a mask forbids it.
struct Column {
  float left = 0.0F, width = 0.0F;
  float value = 0.0F;
  bool masked = false;
};

void paint_column(const BarsSpec& spec, const BarsLayout& layout, const Column& column, ImU32 colour,
                  ImDrawList& list) {
  const auto snap = [&](float x) { return column.width >= 3.0F ? std::floor(x) : x; };
  const float left = snap(column.left), right = snap(column.left + column.width);
  if (column.masked) {
    const float top = std::min(layout.min.y, layout.zero - 1.0F);
    paint_hatching(list, {left, top}, {right, std::max(layout.zero, top + 1.0F)});
    return;
  }
  const float end = y_of(spec, layout, column.value);
  ImVec2 min(left, std::min(end, layout.zero)), max(right, std::max(end, layout.zero));
  if (max.y - min.y < 1.0F) min.y = max.y - 1.0F;  // zero is a line, not nothing
  const float round = std::min({em(0.15F), 0.3F * column.width, 0.5F * (max.y - min.y)});
  const ImDrawFlags corners = column.value < 0.0F ? ImDrawFlags_RoundCornersBottom : ImDrawFlags_RoundCornersTop;
  list.AddRectFilled(min, max, colour, round, corners);
}

void paint_bar(const BarsSpec& spec, const BarsLayout& layout, std::size_t index, bool hovered, ImDrawList& list) {
  const Bar& bar = spec.bars[index];
  const float left = layout.min.x + static_cast<float>(index) * layout.slot + 0.5F * (layout.slot - layout.bar);
  const float width = spec.pairs ? 0.5F * layout.bar : layout.bar;
  const bool selected = index == spec.selected && spec.change_colours == nullptr;
  const float opacity = selected || hovered ? 1.0F : bar.muted ? 0.45F : 0.8F;
  if (spec.pairs && (bar.before || bar.before_masked))
    paint_column(spec, layout, {left, width, bar.before.value_or(0.0F), bar.before_masked},
                 colour_u32(theme().text_muted, 0.75F * opacity), list);
  if (bar.gone && !bar.masked) return;
  const ImVec4 colour = selected ? theme().key : tint(spec, bar);
  paint_column(spec, layout, {spec.pairs ? left + width : left, width, bar.value, bar.masked},
               colour_u32(colour, opacity), list);
}

void paint_number(const BarsSpec& spec, const BarsLayout& layout, std::size_t index, bool marked, ImDrawList& list) {
  const Bar& bar = spec.bars[index];
  if (!has_value(bar) || (!layout.all_numbers && !marked)) return;
  const Face face = number_face();
  const std::string text = text_of(spec, bar);
  if (!marked && text.find_first_of("123456789") == std::string::npos) return;  // a row of zeros tells nothing
  const float wide = text_width(face, text), middle = layout.min.x + (static_cast<float>(index) + 0.5F) * layout.slot;
  float end = y_of(spec, layout, bar.value);
  if (spec.pairs && bar.before && bar.value >= 0.0F) end = std::min(end, y_of(spec, layout, *bar.before));
  const float y = bar.value < 0.0F ? end + em(0.1F) : end - face.size - em(0.05F);
  const float x = std::clamp(middle - 0.5F * wide, layout.min.x, std::max(layout.min.x, layout.max.x - wide));
  if (!layout.all_numbers)
    list.AddRectFilled({x - em(0.15F), y}, {x + wide + em(0.15F), y + face.size}, colour_u32(theme().panel, 0.85F),
                       em(0.15F));
  paint_text(list, face, {x, y}, colour_u32(marked ? theme().text : theme().text_muted), text);
}

void paint_label(const BarsSpec& spec, const BarsLayout& layout, std::size_t index, bool marked, ImDrawList& list) {
  const Bar& bar = spec.bars[index];
  if (!spec.labels || index % layout.label_every != 0) return;
  const Face face = small_face();
  const float middle = layout.min.x + (static_cast<float>(index) + 0.5F) * layout.slot;
  const float top = layout.max.y + em(0.2F) + (spec.low < 0.0F ? number_face().size + em(0.1F) : 0.0F);
  const ImVec4& colour = index == spec.selected && !spec.index_labels ? theme().key
                         : marked                                     ? theme().text
                                                                      : theme().text_muted;
  const std::string text = shortened(face, trimmed(bar.label), layout.label_limit);
  const float wide = text_width(face, text);
  if (layout.slanted) {
    // The text ends under its bar.
    const ImVec2 end(middle, top + 0.35F * face.size);
    paint_text_turned(list, face, {end.x - wide * std::cos(label_slant), end.y - wide * std::sin(label_slant)},
                      label_slant, colour_u32(colour), text);
  } else {
    paint_text(list, face, {middle - 0.5F * wide, top}, colour_u32(colour), text);
  }
}

void paint(const BarsSpec& spec, const BarsLayout& layout, std::size_t hovered, ImDrawList& list) {
  const float from = ImGui::GetWindowPos().x - layout.slot,
              to = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() + layout.slot;
  const auto is_marked = [&](std::size_t index) {
    return index == hovered || index == spec.linked || index == spec.selected;
  };
  const auto is_visible = [&](std::size_t index) {
    const float x = layout.min.x + static_cast<float>(index) * layout.slot;
    return x >= from - em(kLongestLabel) && x <= to + em(kLongestLabel);
  };
  const auto each = [&](const auto& draw) {
    for (std::size_t index = 0; index < spec.bars.size(); ++index)
      if (is_visible(index)) draw(index);
  };
  each([&](std::size_t index) { paint_bar(spec, layout, index, index == hovered || index == spec.linked, list); });
  list.AddLine({layout.min.x, layout.zero + 0.5F}, {layout.max.x, layout.zero + 0.5F}, colour_u32(theme().grid),
               theme().stroke);
  each([&](std::size_t index) { paint_label(spec, layout, index, is_marked(index), list); });
  each([&](std::size_t index) {
    if (!is_marked(index)) paint_number(spec, layout, index, false, list);
  });
  // The marked numbers last: they stand on top of their neighbours. While one is hovered, it alone is told.
  const bool one = !layout.all_numbers && hovered != kNone;
  each([&](std::size_t index) {
    if (is_marked(index) && (!one || index == hovered)) paint_number(spec, layout, index, true, list);
  });
}

/// Rows that share `position` follow the one that the hand has moved.
void scroll_together(float& position) {
  float& applied = *ImGui::GetStateStorage()->GetFloatRef(ImGui::GetID("applied scroll"), 0.0F);
  const float now = ImGui::GetScrollX();
  if (now != applied)
    position = now;
  else if (position != now)
    ImGui::SetScrollX(std::clamp(position, 0.0F, ImGui::GetScrollMaxX()));
  applied = std::clamp(position, 0.0F, ImGui::GetScrollMaxX());
}

/// A row that is too long moves to the bar that was just selected, then is left to the hand.
void show_selected(const BarsSpec& spec, float slot) {
  int& shown = *ImGui::GetStateStorage()->GetIntRef(ImGui::GetID("shown selection"), -1);
  if (spec.selected >= spec.bars.size()) return;
  const int selected = static_cast<int>(spec.selected);
  if (std::exchange(shown, selected) == selected) return;
  const float wanted = std::max(0.0F, (static_cast<float>(selected) + 0.5F) * slot - 0.5F * spec.size.x);
  if (spec.scroll != nullptr)
    *spec.scroll = wanted;
  else
    ImGui::SetScrollX(wanted);
}

}  // namespace

BarsResult bars(const BarsSpec& spec) {
  BarsResult result;
  const ScopedId id(spec.id);
  if (spec.bars.empty() || spec.size.x < em() || spec.size.y < em()) {
    ImGui::Dummy(spec.size);
    return result;
  }
  const bool scrolls = is_wider_than_window(spec);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool has_scrollbar = scrolls && spec.labels;
  const ImGuiWindowFlags flags = has_scrollbar ? ImGuiWindowFlags_HorizontalScrollbar : ImGuiWindowFlags_NoScrollbar;
  const bool open =
      ImGui::BeginChild("bars", spec.size, false, flags | child_nav_flags() | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = spec.size.y - (has_scrollbar ? ImGui::GetStyle().ScrollbarSize : 0.0F);
    const BarsLayout layout = measure(spec, at, height);
    if (scrolls) show_selected(spec, layout.slot);
    if (scrolls && spec.scroll != nullptr) scroll_together(*spec.scroll);
    ImGui::SetCursorScreenPos({layout.min.x, at.y});
    ImGui::InvisibleButton("row", {std::max(1.0F, layout.max.x - layout.min.x), std::max(1.0F, height)});
    std::size_t hovered = kNone;
    if (ImGui::IsItemHovered()) {
      const float place = (ImGui::GetIO().MousePos.x - layout.min.x) / layout.slot;
      hovered = std::min(static_cast<std::size_t>(std::max(0.0F, place)), spec.bars.size() - 1);
      result.hovered = hovered;
      if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) result.clicked = hovered;
      if (scrolls) ImGui::SetScrollX(ImGui::GetScrollX() - ImGui::GetIO().MouseWheel * em(4.0F));
    }
    paint(spec, layout, hovered, *ImGui::GetWindowDrawList());
    if (probe_enabled())
      for (std::size_t index = 0; index < spec.bars.size(); ++index) {
        const float x = layout.min.x + static_cast<float>(index) * layout.slot;
        probe(std::string(spec.id) + ".bar." + std::to_string(index), {x, layout.min.y},
              {x + layout.slot, layout.max.y});
      }
  }
  ImGui::EndChild();
  return result;
}

}  // namespace regard
