// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/heads/flow_graph_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {

void paint_level_names(ImDrawList& list, const GraphLayout& layout) {
  const Face face = small_face();
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(face.size * 1.1F / layout.row)));
  for (std::size_t place = 0; place <= layout.layers; ++place) {
    if (place > 0 && (place - 1) % every != 0) continue;
    const std::string text = place == 0 ? tr("flow.input") : std::to_string(place - 1);
    const float y = layout.node(place, 0).y - 0.5F * face.size;
    paint_text(list, face, {layout.origin.x + layout.left - em(0.6F) - text_width(face, text), y},
               colour_u32(theme().text_muted), text);
  }
}

void paint_token_names(ImDrawList& list, const GraphLayout& layout, const FlowLabels& labels, const FlowView& view,
                       const PanelContext& context) {
  const Face face = small_face();
  for (std::size_t token = 0; token < layout.tokens; ++token) {
    const bool lit = context.hover.query == token || context.hover.key == token;
    const ImVec4& ink = token == view.of.token                                     ? theme().query
                        : view.of.mode == FlowMode::flow && token == view.of.input ? theme().key
                        : lit                                                      ? theme().text
                                                                                   : theme().text_muted;
    const float middle = layout.node(0, token).x, top = layout.bottom() + em(0.7F);
    const std::string text = shortened(face, labels.tokens[token], layout.slanted ? em(5.5F) : layout.slot);
    const float wide = text_width(face, text);
    if (layout.slanted)
      paint_text_turned(list, face,
                        {middle - wide * std::cos(label_slant), top + 0.35F * face.size - wide * std::sin(label_slant)},
                        label_slant, colour_u32(ink), text);
    else
      paint_text(list, face, {middle - 0.5F * wide, top}, colour_u32(ink), text);
  }
}

namespace {

/// A share above its bar.
struct SourceNumber {
  std::string text{};
  ImVec2 min{}, max{};
  bool marked = false;
};

/// Dashes at the height of the even share, but none where a number stands.
void paint_even_line(ImDrawList& list, float first, float last, float y, const std::vector<SourceNumber>& numbers) {
  for (float x = first; x < last; x += em(0.6F)) {
    const float end = std::min(x + em(0.3F), last);
    const bool free = std::none_of(numbers.begin(), numbers.end(), [&](const SourceNumber& one) {
      return end > one.min.x - em(0.1F) && x < one.max.x + em(0.1F) && y > one.min.y - em(0.1F) && y < one.max.y;
    });
    if (free) list.AddLine({x, y}, {end, y}, colour_u32(theme().text_muted), theme().stroke);
  }
}

}  // namespace

void paint_source_bars(ImDrawList& list, const GraphLayout& layout, const FlowLabels& labels, const FlowView& view,
                       std::optional<NodePlace> hovered) {
  const Face face = number_face();
  const float bottom = layout.origin.y + layout.size().y - em(0.2F);
  const float room = layout.bars - face.size - em(0.5F);
  const float largest = std::max({view.largest_source, view.of.mode == FlowMode::flow ? 0.0F : labels.even, 1e-6F});
  const float width = std::min(0.62F * layout.slot, em(2.2F));
  const float first = layout.node(0, 0).x - 0.5F * layout.slot;
  const float last = layout.node(0, layout.tokens - 1).x + 0.5F * layout.slot;
  list.AddLine({first, bottom}, {last, bottom}, colour_u32(theme().grid), theme().stroke);
  std::vector<SourceNumber> numbers;
  for (std::size_t token = 0; token < layout.tokens; ++token) {
    const float middle = layout.node(0, token).x, height = room * view.sources[token] / largest;
    const bool marked = hovered && hovered->token == token;
    list.AddRectFilled(
        {middle - 0.5F * width, bottom - std::max(height, 1.0F)}, {middle + 0.5F * width, bottom},
        colour_u32(token == view.of.input && view.of.mode == FlowMode::flow ? theme().key : theme().accent,
                   marked ? 1.0F : 0.8F));
    const std::string text = number(view.sources[token], 2);
    const float wide = text_width(face, text), top = bottom - height - face.size - em(0.1F);
    if (view.sources[token] < 0.005F || (!marked && wide > layout.slot - em(0.15F))) continue;
    numbers.push_back({text, {middle - 0.5F * wide, top}, {middle + 0.5F * wide, top + face.size}, marked});
  }
  if (view.of.mode != FlowMode::flow)
    paint_even_line(list, first, last, std::round(bottom - room * labels.even / largest), numbers);
  for (const SourceNumber& one : numbers)
    paint_text(list, face, one.min, colour_u32(one.marked ? theme().text : theme().text_muted), one.text);
}

void tell_node(const FlowView& view, const FlowLabels& labels, NodePlace at) {
  const ScopedTooltip tooltip;
  const float width = em(24.0F);
  const auto line = [width](const ImVec4& ink, const std::string& text) {
    coloured(ink, broken_at_spaces(text, width));
  };
  const std::string& token = labels.tokens[at.token];
  if (at.place == 0)
    line(theme().text, tr("flow.node_input", {{"token", token}, {"value", exact_number(view.sources[at.token])}}));
  else
    line(theme().text,
         tr("flow.node",
            {{"token", token}, {"layer", at.place - 1}, {"value", exact_number(share_at(view, at.place, at.token))}}));
  const ScopedFont font(fonts().small);
  if (at.place > 0 && at.place <= view.passed.size()) {
    const Matrix &passed = view.passed[at.place - 1], &weights = view.of.graph->layers[at.place - 1];
    std::vector<std::size_t> keys;
    for (std::size_t key = 0; key < passed.cols; ++key)
      if (passed(at.token, key) > 0.0F) keys.push_back(key);
    std::stable_sort(keys.begin(), keys.end(),
                     [&](std::size_t a, std::size_t b) { return passed(at.token, a) > passed(at.token, b); });
    for (std::size_t place = 0; place < std::min<std::size_t>(keys.size(), 4); ++place)
      line(theme().text_muted, tr("flow.edge", {{"query", token},
                                                {"layer", at.place - 1},
                                                {"key", labels.tokens[keys[place]]},
                                                {"value", number(passed(at.token, keys[place]), 4)},
                                                {"weight", number(weights(at.token, keys[place]), 4)}}));
  }
  line(theme().text_muted, tr(at.place == 0 ? "flow.click_input" : "flow.click"));
}

}  // namespace regard
