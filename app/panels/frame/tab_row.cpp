// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/tab_row.h"

#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/term_labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

constexpr float kPadding = 0.55F;       ///< ems at each side of a name
constexpr float kShut = 0.55F;          ///< how much of their ink names have that cannot be chosen
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
  const bool open = tab.shut.empty();
  const bool clicked = ImGui::InvisibleButton("tab", {width, height}) && open;
  const bool lit = chosen || (open && ImGui::IsItemHovered());
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = std::round(stroke(0.125F, 2.0F));
  if (chosen)
    list.AddRectFilled({min.x + padding, max.y - line}, {max.x - padding, max.y}, colour_u32(theme().accent));
  else if (lit)
    list.AddRectFilled({min.x + padding, max.y - line}, {max.x - padding, max.y}, colour_u32(theme().grid));
  list.AddText({min.x + padding, min.y + std::round((height - line - ImGui::GetFontSize()) * 0.5F)},
               colour_u32(lit    ? theme().text
                          : open ? theme().text_muted
                                 : mix(theme().panel, theme().text_muted, kShut)),
               tab.label.c_str());
  probe(tab.id, min, max);
  label_drawn(tab.label, {min.x + padding, min.y}, {max.x - padding, max.y - 2.0F * line});
  hint_below(open ? tab.hint : tab.shut);
  return clicked;
}

constexpr const char* kMenu = "tab_menu";
bool menu_is_shown = false;

/// The tabs from `first` on.
std::optional<std::size_t> draw_menu(std::span<const Tab> tabs, std::size_t first, std::size_t chosen, ImVec2 corner) {
  ImGui::SetNextWindowPos(corner, ImGuiCond_Always, {1.0F, 0.0F});
  float widest = 0.0F;
  for (const Tab& tab : tabs)
    widest = std::max(widest, text_width(tab.label));
  ImGui::SetNextWindowSize({widest + em(3.0F), 0.0F});
  if (!ImGui::BeginPopup(kMenu)) return std::nullopt;
  menu_is_shown = true;
  std::optional<std::size_t> clicked;
  for (std::size_t index = first; index < tabs.size(); ++index) {
    const Tab& tab = tabs[index];
    const bool taken = menu_line(tab.id, tab.label, tab.hint, index == chosen, tab.shut.empty());
    hint(tab.shut);
    if (!taken) continue;
    clicked = index;
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
  return clicked;
}

}  // namespace

std::size_t tabs_that_fit(std::span<const float> widths, float width, float more) {
  if (std::accumulate(widths.begin(), widths.end(), 0.0F) <= width) return widths.size();
  float room = width - more;
  std::size_t count = 0;
  while (count < widths.size() && widths[count] <= room)
    room -= widths[count++];
  return count;
}

float tab_row_height() {
  return std::round(ImGui::GetFrameHeight() * 1.05F);
}

bool tab_menu_open() {
  return menu_is_shown;
}

std::optional<std::size_t> tab_row(std::string_view id, std::span<const Tab> tabs, std::size_t chosen, float width) {
  const ScopedId scope(id);
  menu_is_shown = false;
  const float height = tab_row_height();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  float padding = em(kPadding);
  std::vector<float> widths = widths_of(tabs, padding);
  const bool small = std::accumulate(widths.begin(), widths.end(), 0.0F) > width;
  const ScopedFont font(small ? fonts().small : fonts().text);
  if (small) padding = em(kSmallPadding), widths = widths_of(tabs, padding);
  // The places never change: the menu's button is as wide as its widest name, and says the chosen one.
  const auto widest = [&](std::size_t first) {
    float room = quiet_button_width("…", true);
    for (std::size_t index = first; index < tabs.size(); ++index)
      room = std::max(room, quiet_button_width(tabs[index].label, true));
    return room;
  };
  const std::size_t shown = tabs_that_fit(widths, width, widest(0));

  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled({start.x, start.y + height - 1.0F}, {start.x + width, start.y + height},
                     colour_u32(theme().panel_border));
  std::optional<std::size_t> clicked;
  float left = start.x - padding;  // the first name stands where the panel's text does
  for (std::size_t index = 0; index < shown; ++index) {
    ImGui::SetCursorScreenPos({left, start.y});
    if (draw_tab(tabs[index], widths[index], height, padding, index == chosen)) clicked = index;
    left += widths[index];
  }
  if (shown == tabs.size()) return clicked;
  const bool behind = chosen >= shown;
  const std::string label =
      behind ? fitted(tabs[chosen].label, std::max(em(2.0F), start.x + width - left - em(2.0F))) : "…";
  ImGui::SetCursorScreenPos({std::max(left, start.x + width - quiet_button_width(label, true)), start.y});
  if (quiet_button(std::string(id) + ".more", label, true, behind)) ImGui::OpenPopup(kMenu);
  if (const auto chosen_there = draw_menu(tabs, shown, chosen, {start.x + width, start.y + height}))
    clicked = chosen_there;
  return clicked;
}

}  // namespace regard
