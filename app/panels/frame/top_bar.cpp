// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/top_bar.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/bar_parts.h"
#include "core/model/catalog.h"
#include "core/model/checkpoint_series.h"

#include <imgui.h>
#include <array>
#include <cstddef>
#include <filesystem>

namespace regard {
namespace {

struct BarBox {
  ImVec2 min{};
  ImVec2 max{};
};

/// Where the parts stand; of one that is behind "⋯", where that stands.
using Places = std::array<BarBox, kBarParts>;

bool stands(BarSize size) {
  return size == BarSize::whole || size == BarSize::small;
}

BarBox draw_at(PanelContext& context, ImVec2 at, BarPart part, BarSize size) {
  ImGui::SetCursorScreenPos(at);
  draw_bar_part(context, part, size);
  return {ImGui::GetItemRectMin(), ImGui::GetItemRectMax()};
}

/// Parts at the left from left to right, those at the right end from right to left.
Places draw_parts(PanelContext& context, const BarWidths& widths, const BarSizes& sizes, float left, float right,
                  float top) {
  Places places{};
  constexpr auto kFirstRight = static_cast<std::size_t>(BarPart::view);
  for (std::size_t index = 0; index < kFirstRight; ++index) {
    if (!stands(sizes[index])) continue;
    const auto part = static_cast<BarPart>(index);
    places[index] = draw_at(context, {left, top}, part, sizes[index]);
    left += bar_width(widths, part, sizes[index]) + widths.space;
  }
  for (std::size_t index = kBarParts; index-- > kFirstRight;) {
    if (!stands(sizes[index])) continue;
    const auto part = static_cast<BarPart>(index);
    right -= bar_width(widths, part, sizes[index]);
    places[index] = draw_at(context, {right, top}, part, sizes[index]);
    right -= widths.space;
  }
  return places;
}

void draw_menus(PanelContext& context, const BarSizes& sizes, const Places& places, const BarBox& more) {
  std::string open;
  for (std::size_t index = 0; index < kBarParts; ++index) {
    const BarMenu* menu = menu_of(static_cast<BarPart>(index));
    if (menu == nullptr) continue;
    const BarBox& box = stands(sizes[index]) ? places[index] : more;
    if (draw_bar_menu(context, *menu, box.min, box.max)) open = menu->id;
  }
  if (draw_bar_menu(context, menu_of_the_rest(), more.min, more.max)) open = menu_of_the_rest().id;
  TopBarState& state = top_bar_state(context);
  state.open = open;
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) state.closing.clear();
}

}  // namespace

std::string display_name(std::string_view model) {
  std::filesystem::path path(model);
  if (!path.has_filename()) path = path.parent_path();
  const std::string folder = says_step(path) ? path.parent_path().filename().string() : std::string();
  return folder.empty() ? model_name(path) : folder + "/" + path.filename().string();
}

void draw_top_bar(PanelContext& context) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  float right = start.x + ImGui::GetContentRegionAvail().x;
  const BarWidths widths = bar_widths(context);
  const BarSizes sizes = fit_bar(widths, right - start.x);
  top_bar_state(context).sizes = sizes;
  BarBox more{{right - widths.more, start.y}, {right, start.y + ImGui::GetFrameHeight()}};
  if (needs_more(sizes)) {
    ImGui::SetCursorScreenPos(more.min);
    draw_more(context);
    right -= widths.more + widths.space;
  }
  const Places places = draw_parts(context, widths, sizes, start.x, right, start.y);
  draw_menus(context, sizes, places, more);
}

}  // namespace regard
