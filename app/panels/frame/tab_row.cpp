// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/tab_row.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/model_menu.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

constexpr float kPadding = 0.55F;       ///< ems at each side of a name
constexpr float kSmallPadding = 0.35F;  ///< likewise where they would not fit otherwise

float text_width(std::string_view text) {
  return ImGui::CalcTextSize(text.data(), text.data() + text.size()).x;
}

std::vector<float> widths_of(std::span<const Tab> tabs, float padding) {
  std::vector<float> widths;
  widths.reserve(tabs.size());
  for (const Tab& tab : tabs)
    widths.push_back(std::ceil(text_width(tab.label) + 2.0F * padding));
  return widths;
}

bool draw_tab(const Tab& tab, float width, float height, float padding, bool chosen) {
  const ScopedId scope(tab.id);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + width, min.y + height};
  const bool clicked = ImGui::InvisibleButton("tab", {width, height});
  const bool lit = chosen || ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = std::max(2.0F, std::round(em(0.125F)));
  if (chosen)
    list.AddRectFilled({min.x + padding, max.y - line}, {max.x - padding, max.y}, colour_u32(theme().accent));
  else if (ImGui::IsItemHovered())
    list.AddRectFilled({min.x + padding, max.y - line}, {max.x - padding, max.y}, colour_u32(theme().grid));
  list.AddText({min.x + padding, min.y + std::round((height - line - ImGui::GetFontSize()) * 0.5F)},
               colour_u32(lit ? theme().text : theme().text_muted), tab.label.c_str());
  if (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible)
    list.AddRect(min, max, colour_u32(theme().accent), em(0.25F), 0, em(0.1F));
  probe(tab.id, min, max);
  hint(tab.hint);
  return clicked;
}

constexpr const char* kMenu = "tab_menu";
bool menu_is_open = false;

std::optional<std::size_t> draw_menu(std::span<const Tab> tabs, const std::vector<std::size_t>& shown, ImVec2 corner) {
  ImGui::SetNextWindowPos(corner, ImGuiCond_Always, {1.0F, 0.0F});
  float widest = 0.0F;
  for (const Tab& tab : tabs)
    widest = std::max(widest, text_width(tab.label));
  ImGui::SetNextWindowSize({widest + em(3.0F), 0.0F});
  if (!ImGui::BeginPopup(kMenu)) return std::nullopt;
  menu_is_open = true;
  std::optional<std::size_t> clicked;
  for (std::size_t index = 0; index < tabs.size(); ++index) {
    if (std::find(shown.begin(), shown.end(), index) != shown.end()) continue;
    if (!menu_line(tabs[index].id, tabs[index].label, {}, false)) continue;
    clicked = index;
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
  return clicked;
}

}  // namespace

std::vector<std::size_t> tabs_that_fit(std::span<const float> widths, std::size_t chosen, float width, float more) {
  std::vector<std::size_t> shown(widths.size());
  std::iota(shown.begin(), shown.end(), std::size_t{0});
  if (std::accumulate(widths.begin(), widths.end(), 0.0F) <= width) return shown;
  shown.clear();
  float room = width - more - (chosen < widths.size() ? widths[chosen] : 0.0F);
  bool full = false;
  for (std::size_t index = 0; index < widths.size(); ++index) {
    if (index == chosen) {
      shown.push_back(index);
    } else if (!full && widths[index] <= room) {
      room -= widths[index];
      shown.push_back(index);
    } else {
      full = true;
    }
  }
  return shown;
}

float tab_row_height() {
  return std::round(ImGui::GetFrameHeight() * 1.05F);
}

bool tab_menu_open() {
  return menu_is_open;
}

std::optional<std::size_t> tab_row(std::string_view id, std::span<const Tab> tabs, std::size_t chosen, float width) {
  const ScopedId scope(id);
  menu_is_open = false;
  const float height = tab_row_height();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  float padding = em(kPadding);
  std::vector<float> widths = widths_of(tabs, padding);
  const bool small = std::accumulate(widths.begin(), widths.end(), 0.0F) > width;
  const ScopedFont font(small ? fonts().small : fonts().text);
  if (small) padding = em(kSmallPadding), widths = widths_of(tabs, padding);
  const float more = quiet_button_width("…", true);
  const std::vector<std::size_t> shown = tabs_that_fit(widths, chosen, width, more);

  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({start.x, start.y + height - 1.0F}, {start.x + width, start.y + height},
                     colour_u32(theme().panel_border));
  std::optional<std::size_t> clicked;
  float left = start.x - padding;  // the first name stands where the panel's text does
  for (const std::size_t index : shown) {
    ImGui::SetCursorScreenPos({left, start.y});
    if (draw_tab(tabs[index], widths[index], height, padding, index == chosen)) clicked = index;
    left += widths[index];
  }
  if (shown.size() == tabs.size()) return clicked;
  ImGui::SetCursorScreenPos({start.x + width - more, start.y});
  if (quiet_button(std::string(id) + ".more", "…", true)) ImGui::OpenPopup(kMenu);
  if (const auto chosen_there = draw_menu(tabs, shown, {start.x + width, start.y + height})) clicked = chosen_there;
  return clicked;
}

}  // namespace regard
