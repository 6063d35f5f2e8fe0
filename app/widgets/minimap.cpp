// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/minimap.h"

#include "app/gfx/heat_map_image.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr float kSide = 7.0F;      // ems, of the longer side
constexpr float kShare = 0.35F;    // of the cells, at most
constexpr float kMargin = 0.5F;    // ems to the cells' corner
constexpr float kSmallest = 3.0F;  // pixels of the rectangle

}  // namespace

MinimapPlace minimap_place(ImVec2 cells_min, ImVec2 cells_max, float cols, float rows) {
  const float room = std::min(cells_max.x - cells_min.x, cells_max.y - cells_min.y);
  const float longer = std::floor(std::min(em(kSide), kShare * room));
  const float scale = longer / std::max(cols, rows);
  const ImVec2 size(std::max(kSmallest, std::round(cols * scale)), std::max(kSmallest, std::round(rows * scale)));
  const ImVec2 corner(cells_max.x - em(kMargin), cells_min.y + em(kMargin));
  return {{corner.x - size.x, corner.y}, {corner.x, corner.y + size.y}};
}

std::optional<ImVec2> minimap_pressed(const MinimapSpec& spec) {
  const ScopedId id(spec.id);
  const ImVec2 before = ImGui::GetCursorScreenPos();
  const ImVec2 size(spec.max.x - spec.min.x, spec.max.y - spec.min.y);
  ImGui::SetCursorScreenPos(spec.min);
  ImGui::InvisibleButton("map", size);
  const bool pressed = ImGui::IsItemActive();
  probe(spec.id, spec.min, spec.max);
  ImGui::SetCursorScreenPos(before);
  if (!pressed) return std::nullopt;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  return ImVec2{std::clamp((mouse.x - spec.min.x) / size.x, 0.0F, 1.0F) * spec.cols,
                std::clamp((mouse.y - spec.min.y) / size.y, 0.0F, 1.0F) * spec.rows};
}

void paint_minimap(const MinimapSpec& spec) {
  const Theme& now = theme();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 size(spec.max.x - spec.min.x, spec.max.y - spec.min.y);
  if (spec.image != nullptr && spec.values != nullptr && spec.map != nullptr && !spec.values->empty()) {
    const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
    spec.image->upload(*spec.values, nullptr, spec.revision);
    spec.image->render({.cols = static_cast<float>(spec.values->cols),
                        .rows = static_cast<float>(spec.values->rows),
                        .width = static_cast<int>(std::lround(size.x * scale.x)),
                        .height = static_cast<int>(std::lround(size.y * scale.y)),
                        .map = spec.map,
                        .low = spec.low,
                        .high = spec.high,
                        .background = to_rgb(now.panel),
                        .hatch = to_rgb(now.panel)});
    spec.image->paint(list, spec.min, spec.max);
  }
  paint_outline(list, {spec.min.x - 1.0F, spec.min.y - 1.0F}, {spec.max.x + 1.0F, spec.max.y + 1.0F},
                colour_u32(now.text_muted));
  const float x = spec.min.x + spec.left / spec.cols * size.x, y = spec.min.y + spec.top / spec.rows * size.y;
  const ImVec2 min(std::floor(x), std::floor(y));
  const ImVec2 max(std::ceil(std::max(x + spec.width / spec.cols * size.x, min.x + kSmallest)),
                   std::ceil(std::max(y + spec.height / spec.rows * size.y, min.y + kSmallest)));
  paint_outline(list, {min.x - 1.0F, min.y - 1.0F}, {max.x + 1.0F, max.y + 1.0F}, colour_u32(now.panel));
  paint_outline(list, min, max, colour_u32(now.text), 1.0F);
}

}  // namespace regard
