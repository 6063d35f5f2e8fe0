// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/head_tiles.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kWidestTile = 4.0F, kHighestTile = 2.0F;  // ems

struct TileRoom {
  ImVec2 origin{}, step{}, size{};
  [[nodiscard]] ImVec2 corner(HeadRef head) const {
    return {origin.x + static_cast<float>(head.head) * step.x, origin.y + static_cast<float>(head.layer) * step.y};
  }
};

TileRoom begin_head_tiles(const HeadTilesSpec& spec) {
  const ScopedFont font(fonts().small);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float label = ImGui::CalcTextSize(std::to_string(spec.layers - 1).c_str()).x + em(0.6F);
  const float space = std::max(1.0F, std::round(em(0.12F)));
  const float width = (ImGui::GetContentRegionAvail().x - label) / static_cast<float>(spec.heads) - space;
  const float top = ImGui::GetFontSize() + em(0.2F);
  const float height =
      spec.height > 0.0F ? (spec.height - top) / static_cast<float>(spec.layers) - space : em(kHighestTile);
  TileRoom room;
  room.size = {std::floor(std::clamp(width, 3.0F, em(kWidestTile))),
               std::floor(std::clamp(height, 3.0F, em(kHighestTile)))};
  room.step = {room.size.x + space, room.size.y + space};
  room.origin = {std::floor(at.x + label), std::floor(at.y + top)};
  ImGui::InvisibleButton("tiles", {label + room.step.x * static_cast<float>(spec.heads),
                                   top + room.step.y * static_cast<float>(spec.layers)});
  return room;
}

std::optional<HeadRef> tile_under_mouse(const TileRoom& room, const HeadTilesSpec& spec) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!ImGui::IsItemHovered() || mouse.x < room.origin.x || mouse.y < room.origin.y) return std::nullopt;
  const HeadRef head{static_cast<std::size_t>((mouse.y - room.origin.y) / room.step.y),
                     static_cast<std::size_t>((mouse.x - room.origin.x) / room.step.x)};
  if (head.layer >= spec.layers || head.head >= spec.heads || !has_head(*spec.config, head)) return std::nullopt;
  return head;
}

void paint_tile_numbers(const TileRoom& room, const HeadTilesSpec& spec, HeadRef selected) {
  const ScopedFont font(fonts().small);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float size = ImGui::GetFontSize();
  const auto every = [&](float step) {
    return static_cast<std::size_t>(std::max(1.0F, std::ceil(size * 1.25F / step)));
  };
  const auto ink = [](bool chosen) { return colour_u32(chosen ? theme().text : theme().text_muted); };
  for (std::size_t layer = 0; layer < spec.layers; layer += every(room.step.y)) {
    const std::string text = std::to_string(layer);
    const float y = room.corner({layer, 0}).y + std::round((room.size.y - size) * 0.5F);
    list.AddText({room.origin.x - em(0.45F) - ImGui::CalcTextSize(text.c_str()).x, y}, ink(layer == selected.layer),
                 text.c_str());
  }
  for (std::size_t head = 0; head < spec.heads; head += every(room.step.x)) {
    const std::string text = std::to_string(head);
    const float x = room.corner({0, head}).x + std::round((room.size.x - ImGui::CalcTextSize(text.c_str()).x) * 0.5F);
    list.AddText({x, room.origin.y - size - em(0.15F)}, ink(head == selected.head), text.c_str());
  }
}

/// The number, without the nought before its point where only so it fits; empty where it does not.
std::string tile_text(float value, int decimals, ImVec2 room) {
  std::string text = number(value, decimals);
  const auto fits = [&] {
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    return size.x + em(0.2F) <= room.x && size.y <= room.y;
  };
  if (fits()) return text;
  if (const std::size_t nought = text.find("0."); nought != std::string::npos && std::abs(value) < 1.0F)
    text.erase(nought, 1);
  return fits() ? text : std::string();
}

void paint_head_tile(const TileRoom& room, const HeadTilesSpec& spec, HeadRef head) {
  const ImVec2 min = room.corner(head), max{min.x + room.size.x, min.y + room.size.y};
  if (!ImGui::IsRectVisible(min, max)) return;
  const std::size_t index = head.layer * spec.heads + head.head;
  const float value = spec.values[index];
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float share = std::isnan(value) || spec.largest <= 0.0F ? 0.0F : std::min(1.0F, std::abs(value) / spec.largest);
  const ImVec4 ground = mix(theme().frame, value < 0.0F ? theme().negative : theme().positive, share);
  list.AddRectFilled(min, max, colour_u32(ground));
  if (probe_enabled())
    probe(std::string(spec.id) + "." + std::to_string(head.layer) + "." + std::to_string(head.head), min, max);
  if (std::isnan(value)) return;
  const ScopedFont font(fonts().mono_small);
  const std::string text = tile_text(value, spec.decimals == nullptr ? 2 : spec.decimals(value), room.size);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  list.AddText({std::round(0.5F * (min.x + max.x - size.x)), std::round(0.5F * (min.y + max.y - size.y))},
               colour_u32(!spec.pale.empty() && spec.pale[index] != 0 ? muted_on(ground) : readable_on(ground)),
               text.c_str());
}

/// Around the tile, or just inside of it where another frame is around.
enum class Ring { around, inside };

void ring_tile(const TileRoom& room, HeadRef head, const ImVec4& colour, Ring ring, const std::string& id = {}) {
  const float thick = std::round(stroke(0.125F, 2.0F)), away = ring == Ring::around ? thick : 0.0F;
  const ImVec2 corner = room.corner(head), min{corner.x - away, corner.y - away},
               max{corner.x + room.size.x + away, corner.y + room.size.y + away};
  paint_outline(*ImGui::GetWindowDrawList(), min, max, colour_u32(colour), thick);
  if (!id.empty()) probe(id, min, max);
}

}  // namespace

std::optional<HeadRef> draw_head_tiles(PanelContext& context, const HeadTilesSpec& spec) {
  if (spec.layers == 0 || spec.heads == 0) return std::nullopt;
  const ScopedId scope(spec.id);
  const HeadRef selected = shown_head(context.snapshot, context.session);
  const TileRoom room = begin_head_tiles(spec);
  const std::optional<HeadRef> hovered = tile_under_mouse(room, spec);
  if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) choose_head(context, *hovered);
  if (hovered) context.next_hover.head = hovered;
  paint_tile_numbers(room, spec, selected);
  for (std::size_t layer = 0; layer < spec.layers; ++layer)
    for (std::size_t head = 0; head < spec.heads; ++head)
      if (has_head(*spec.config, {layer, head})) paint_head_tile(room, spec, {layer, head});
  const std::optional<HeadRef>& linked = context.hover.head;
  const std::string id(spec.id);
  for (const HeadRef head : spec.outlined)
    ring_tile(room, head, theme().warning, head == selected || head == linked ? Ring::inside : Ring::around,
              id + ".outlined." + std::to_string(head.layer) + "." + std::to_string(head.head));
  if (linked && *linked != selected && linked->layer < spec.layers && linked->head < spec.heads)
    ring_tile(room, *linked, theme().text_muted, Ring::around);
  ring_tile(room, selected, head_colour(0), Ring::around, id + ".shown");
  return hovered;
}

}  // namespace regard
