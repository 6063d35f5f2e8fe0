// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/screen.h"
#include "app/gfx/thumbnail_atlas.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/overview_parts.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

/// A head on its line: a small thumbnail and its name, or its number.
struct Entry {
  HeadRef head{};
  ImVec2 min{};  ///< pixels from the first line's start
  float width = 0.0F;
  std::string text{};
};

struct NameLines {
  std::vector<Entry> entries{};
  std::vector<float> layers{};  ///< y of each layer's first line
  float label = 0.0F;           ///< width of the layer labels
  float line = 0.0F;            ///< height
  float tile = 0.0F;
  float height = 0.0F;  ///< of all
};

/// Entries stand on a grid of columns, so that they line up: a number takes one, a name two.
NameLines flow(const OverviewSpec& spec) {
  const Face face = small_face();
  const HeadRef size = overview_size(spec);
  NameLines lines;
  lines.tile = std::round(em(1.1F));
  lines.line = std::round(em(1.4F));
  lines.label = std::ceil(text_width(face, std::to_string(size.layer - 1)) + em(0.5F));
  const float before_text = lines.tile + em(0.3F), after = em(0.5F);
  float widest = 0.0F;
  for (std::size_t layer = 0; layer < size.layer; ++layer)
    for (std::size_t head = 0; head < heads_in_layer(spec, layer); ++head) {
      const std::string name = badge_of(spec, {layer, head});
      widest = std::max(widest, text_width(face, name));
      lines.entries.push_back({{layer, head}, {}, 0.0F, name});
    }
  const float room = std::max(em(2.0F), spec.size.x - lines.label - ImGui::GetStyle().ScrollbarSize);
  const float number = before_text + text_width(face, std::to_string(size.head - 1)) + after;
  const float least = std::max(0.5F * (before_text + widest + after), number);
  const float columns = std::max(2.0F, std::floor(room / least));
  const float column = std::floor(room / columns);
  float x = 0.0F, y = 0.0F;
  const auto next_layer = [&] {
    if (!lines.layers.empty()) y += lines.line + em(0.3F);
    x = 0.0F;
    lines.layers.push_back(y);
  };
  for (Entry& entry : lines.entries) {
    while (lines.layers.size() < entry.head.layer)  // those without heads
      next_layer();
    const float taken = (entry.text.empty() ? 1.0F : 2.0F) * column;
    const bool first = entry.head.head == 0;
    if (first)
      next_layer();
    else if (x + taken > room + 0.5F) {
      x = 0.0F;
      y += lines.line;
    }
    if (entry.text.empty()) entry.text = std::to_string(entry.head.head);
    entry.min = {x, y};
    entry.width = taken;
    x += taken;
  }
  while (lines.layers.size() < size.layer)
    next_layer();
  lines.height = y + lines.line;
  return lines;
}

/// The pictures of all heads, side by side, each `side` pixels large: entries are cut out of it.
void render_thumbnails(const OverviewSpec& spec, float side) {
  const HeadRef size = overview_size(spec);
  upload_thumbnails(spec);
  const float pixels = std::round(side * ImGui::GetIO().DisplayFramebufferScale.x);
  spec.atlas->render({.width = static_cast<int>(pixels * static_cast<float>(size.head)),
                      .height = static_cast<int>(pixels * static_cast<float>(size.layer)),
                      .step_x = pixels,
                      .step_y = pixels,
                      .tile = pixels,
                      .layer = size.layer,  // no bands
                      .head = size.head,
                      .map = spec.map,
                      .background = to_rgb(theme().panel)});
}

void paint_entry(const OverviewSpec& spec, const NameLines& lines, const Entry& entry, ImVec2 min, bool hovered,
                 ImDrawList& list) {
  const Face face = small_face();
  const float y = std::floor(min.y + 0.5F * (lines.line - lines.tile));
  const bool selected = entry.head == spec.selected;
  if (selected || hovered)
    gfx::fill(list, {min.x - em(0.15F), min.y}, {min.x + entry.width - em(0.3F), min.y + lines.line},
              colour_u32(mix(theme().panel, theme().selection, selected ? 0.7F : 0.35F)), em(0.2F));
  const ImVec2 tile(min.x, y);
  if (spec.moved)
    paint_movement(spec, entry.head, tile, lines.tile, list);
  else if (spec.atlas != nullptr && spec.map != nullptr)
    spec.atlas->paint_head(list, entry.head.layer, entry.head.head, tile, {tile.x + lines.tile, tile.y + lines.tile});
  paint_head_frame(spec, entry.head, tile, lines.tile, hovered, list);
  const float left = min.x + lines.tile + em(0.3F);
  const std::string text = shortened(face, entry.text, min.x + entry.width - em(0.3F) - left);
  paint_text(list, face, {left, min.y + 0.5F * (lines.line - face.size)},
             colour_u32(selected ? theme().text : theme().text_muted), text);
}

void follow(const OverviewSpec& spec, const NameLines& lines, OverviewView& view) {
  if (view.followed == spec.selected) return;
  view.followed = spec.selected;
  const auto found = std::find_if(lines.entries.begin(), lines.entries.end(),
                                  [&](const Entry& entry) { return entry.head == spec.selected; });
  if (found == lines.entries.end()) return;
  const float top = found->min.y, bottom = top + lines.line, scroll = ImGui::GetScrollY();
  if (top < scroll) ImGui::SetScrollY(top);
  if (bottom > scroll + spec.size.y) ImGui::SetScrollY(bottom - spec.size.y);
}

}  // namespace

float names_height(const OverviewSpec& spec) {
  return flow(spec).height;
}

void draw_names(const OverviewSpec& spec, OverviewView& view, OverviewResult& result) {
  const NameLines lines = flow(spec);
  const Face face = small_face();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  follow(spec, lines, view);
  if (!spec.moved && spec.atlas != nullptr && spec.map != nullptr) render_thumbnails(spec, lines.tile);
  for (std::size_t layer = 0; layer < lines.layers.size(); ++layer)
    paint_text(list, face, {at.x, at.y + lines.layers[layer] + 0.5F * (lines.line - face.size)},
               colour_u32(layer == spec.selected.layer ? theme().text : theme().text_muted), std::to_string(layer));
  for (std::size_t layer = 0; layer < lines.layers.size(); ++layer)
    if (heads_in_layer(spec, layer) == 0)
      paint_text(list, face, {at.x + lines.label, at.y + lines.layers[layer] + 0.5F * (lines.line - face.size)},
                 colour_u32(theme().text_muted), tr("widgets.overview.no_heads"));
  for (const Entry& entry : lines.entries) {
    const ImVec2 min(std::floor(at.x + lines.label + entry.min.x), std::floor(at.y + entry.min.y));
    const ImVec2 max(min.x + entry.width, min.y + lines.line);
    if (!ImGui::IsRectVisible(min, max)) continue;
    const ScopedId layer_id(entry.head.layer);
    const ScopedId head_id(entry.head.head);
    ImGui::SetCursorScreenPos(min);
    ImGui::InvisibleButton("head", {max.x - min.x, max.y - min.y});
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) {
      result.hovered = entry.head;
      take_click(result);
    }
    paint_entry(spec, lines, entry, min, hovered, list);
    if (probe_enabled())
      probe("overview.head." + std::to_string(entry.head.layer) + "." + std::to_string(entry.head.head), min, max);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({1.0F, lines.height});
}

}  // namespace regard
