// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"
#include "app/gfx/screen.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kFoundTile = 6.0F;  // ems

/// Where the tiles stand: as many in a row as there is room for, names and numbers below each.
struct FoundLayout {
  ImVec2 origin{};
  std::size_t cols = 1, rows = 1;
  float tile = 1.0F, step_x = 1.0F, step_y = 1.0F;
  [[nodiscard]] ImVec2 corner(std::size_t place) const {
    return {origin.x + static_cast<float>(place % cols) * step_x, origin.y + static_cast<float>(place / cols) * step_y};
  }
};

FoundLayout found_layout(std::size_t count, float width) {
  FoundLayout layout;
  layout.origin = ImGui::GetCursorScreenPos();
  layout.origin = {std::floor(layout.origin.x), std::floor(layout.origin.y)};
  const float space = std::round(em(0.6F));
  layout.cols = std::max<std::size_t>(1, static_cast<std::size_t>((width + space) / (em(kFoundTile) + space)));
  layout.step_x = std::floor((width + space) / static_cast<float>(layout.cols));
  layout.tile = layout.step_x - space;
  layout.step_y = std::ceil(layout.tile + 2.0F * small_face().size + em(0.9F));
  layout.rows = (count + layout.cols - 1) / layout.cols;
  return layout;
}

void paint_found_pictures(PanelContext& context, const HeadSearchView& view, const FoundLayout& layout,
                          ImDrawList& list) {
  if (context.images == nullptr) return;
  std::vector<gfx::ThumbnailPixels> tiles(layout.rows * layout.cols);
  for (std::size_t place = 0; place < view.found.size(); ++place) {
    const Thumbnail& thumbnail = view.found[place].thumbnail;
    tiles[place] = {thumbnail.rows, thumbnail.cols, thumbnail.pixels};
  }
  gfx::ThumbnailAtlas& atlas = context.images->found;
  atlas.upload(tiles, layout.rows, layout.cols, view.revision * 64 + std::min<std::size_t>(layout.cols, 63));
  const ImVec2 size{layout.step_x * static_cast<float>(layout.cols), layout.step_y * static_cast<float>(layout.rows)};
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  atlas.render({.width = static_cast<int>(std::lround(size.x * scale.x)),
                .height = static_cast<int>(std::lround(size.y * scale.y)),
                .step_x = layout.step_x * scale.x,
                .step_y = layout.step_y * scale.y,
                .tile = layout.tile * scale.x,
                .layer = layout.rows,  // none is selected
                .head = layout.cols,
                .map = &gfx::colour_map(context.look().weight_map, context.preferences.theme),
                .background = to_rgb(theme().panel),
                .band = to_rgb(theme().panel)});
  atlas.paint(list, layout.origin, {layout.origin.x + size.x, layout.origin.y + size.y});
  if (view.found.size() % layout.cols == 0) return;
  const ImVec2 rest = layout.corner(view.found.size());  // places in the last row that nobody has
  list.AddRectFilled(rest, {layout.origin.x + size.x, rest.y + layout.step_y}, colour_u32(theme().panel));
}

std::string number_of(const HeadSearchView& view, const FoundHead& found) {
  const bool share = view.by == SearchBy::relation;
  return share ? percent(found.value) : number(found.value, 3);
}

std::string sentence_of_found(const HeadSearchView& view, const FoundHead& found) {
  if (view.by == SearchBy::measure)
    return tr("head_search.tip_measure",
              {{"value", exact_number(found.value)}, {"baseline", exact_number(found.baseline)}});
  if (view.by == SearchBy::relation)
    return tr("head_search.tip_relation", {{"value", percent(found.value)}, {"baseline", percent(found.baseline)}});
  return tr("head_search.tip_distance", {{"value", exact_number(found.value)}});
}

void draw_found(PanelContext& context, const HeadSearchView& view, const std::vector<std::string>& models,
                const FoundLayout& layout, std::size_t place, ImDrawList& list) {
  const FoundHead& found = view.found[place];
  const ScopedId scope(place);
  const ImVec2 min = layout.corner(place), max{min.x + layout.tile, min.y + layout.tile};
  ImGui::SetCursorScreenPos(min);
  const bool clicked = ImGui::InvisibleButton("found", {layout.tile, layout.step_y - em(0.3F)});
  const bool hovered = ImGui::IsItemHovered();
  const bool live = found.head.model == 0;
  const HeadRef head = found.head.head;
  const bool selected = live && head == shown_head(context.snapshot, context.session);
  const bool lit = hovered || (live && context.hover.head == head);
  const float thick = selected || lit ? std::round(stroke(0.125F, 2.0F)) : 1.0F;
  paint_outline(list, min, max, colour_u32(selected ? head_colour(0) : lit ? theme().text : theme().grid), thick);
  const ComparedNames names = compared_names(context.session);
  const std::string own = live ? head_name_and_place(context.snapshot, head) : head_place(head);
  const std::string label = models.size() < 2 ? own : (live ? names.live : names.baseline) + " · " + own;
  const Face face = small_face();
  const std::string number = number_of(view, found);
  paint_text(list, face, {min.x, max.y + em(0.15F)}, colour_u32(theme().text), shortened(face, label, layout.tile));
  const std::string rank = std::to_string(place + 1) + ".";
  paint_text(list, face, {min.x, max.y + em(0.2F) + face.size}, colour_u32(theme().text_muted), rank);
  paint_text(list, number_face(), {max.x - text_width(number_face(), number), max.y + em(0.2F) + face.size},
             colour_u32(theme().text), number);
  if (hovered) {
    context.next_hover.head = head;
    const ScopedTooltip tooltip;
    coloured(theme().text, label);
    const ScopedFont font(fonts().small);
    if (models.size() > 1) coloured(theme().text_muted, models[found.head.model]);
    coloured(theme().text, sentence_of_found(view, found));
  }
  if (clicked) context.act(SelectHead{head});
  if (probe_enabled()) probe("head_search.found." + std::to_string(place), min, max);
}

}  // namespace

void draw_found_heads(PanelContext& context, const HeadSearchView& view, const std::vector<std::string>& models) {
  const FoundLayout layout = found_layout(view.found.size(), ImGui::GetContentRegionAvail().x);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_found_pictures(context, view, layout, list);
  for (std::size_t place = 0; place < view.found.size(); ++place)
    draw_found(context, view, models, layout, place, list);
  ImGui::SetCursorScreenPos({layout.origin.x, layout.origin.y + layout.step_y * static_cast<float>(layout.rows)});
  ImGui::Dummy({1.0F, 1.0F});
}

}  // namespace regard
