// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/bar_menu.h"

#include "app/panels/common/button_parts.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/commands.h"
#include "app/style/locale.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"

#include <imgui_internal.h>

#include <algorithm>
#include <utility>

namespace regard {
namespace {

/// Opened by a key, the first line has the focus: it is to be seen, and Enter takes it.
void show_focus(TopBarState& state) {
  ImGuiContext& now = *ImGui::GetCurrentContext();
  if (!state.shows_focus || !keys_go_from_item_to_item() || now.NavWindow != now.CurrentWindow || now.NavId == 0)
    return;
  state.shows_focus = false;
  now.NavDisableHighlight = false;
}

}  // namespace

TopBarState& top_bar_state(const PanelContext& context) {
  return context.state.of<TopBarState>();
}

float menu_button_width(std::string_view label) {
  return quiet_button_width(label, true);
}

void menu_button(PanelContext& context, const BarMenu& menu, std::string_view label) {
  TopBarState& state = top_bar_state(context);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const bool clicked = quiet_button(std::string("top.") + menu.id, label, true, state.open == menu.id);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && inside(ImGui::GetMousePos(), min, ImGui::GetItemRectMax()))
    state.closing = state.open;
  if (!clicked || state.closing == menu.id) return;
  state.wanted = menu.id;
  state.by_mouse = ImGui::IsMouseReleased(ImGuiMouseButton_Left);
}

bool draw_bar_menu(PanelContext& context, const BarMenu& menu, ImVec2 button_min, ImVec2 button_max) {
  TopBarState& state = top_bar_state(context);
  if (state.wanted == menu.id) {
    state.wanted.clear();
    if (menu.opens != nullptr) menu.opens(context);
    ImGui::OpenPopup(menu.id);
    state.shows_focus = !std::exchange(state.by_mouse, false);
  }
  if (!ImGui::IsPopupOpen(menu.id)) return false;
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float margin = em(0.5F);
  const float width = std::max(em(4.0F), std::min(menu.width(context), screen.x - 2.0F * margin));
  const float left = std::max(margin, std::min(button_min.x, screen.x - margin - width));
  const float top = button_max.y + em(0.125F);
  ImGui::SetNextWindowPos({left, top});
  ImGui::SetNextWindowSizeConstraints({width, 0.0F}, {width, std::max(em(4.0F), screen.y - top - margin)});
  ImGui::SetNextWindowSize({width, 0.0F});
  if (!ImGui::BeginPopup(menu.id)) return false;
  context.state.of<WindowState>().popup_open = true;
  probe(std::string("menu.") + menu.id, ImGui::GetWindowPos(),
        {ImGui::GetWindowPos().x + ImGui::GetWindowWidth(), ImGui::GetWindowPos().y + ImGui::GetWindowHeight()});
  show_focus(state);
  menu.fill(context);
  ImGui::EndPopup();
  return true;
}

void command_line(PanelContext& context, std::string_view id, bool selected) {
  const CommandEntry& entry = command_named(id);
  const std::string key = text_of(entry.chords.front());
  const std::string name = "menu." + std::string(id);
  const MenuLine line{
      .id = name, .text = tr(entry.name), .right = key, .selected = selected, .enabled = is_possible(entry, context)};
  const bool chosen = menu_line(line);
  if (!line.enabled) why_not(tr(entry.obstacle != nullptr ? entry.obstacle : "palette.not_now"));
  if (!chosen) return;
  run_command(entry, context);
  ImGui::CloseCurrentPopup();
}

float command_lines_width(std::span<const std::string_view> ids) {
  float widest = 0.0F;
  for (const std::string_view id : ids) {
    const CommandEntry& entry = command_named(id);
    const std::string key = text_of(entry.chords.front());
    widest = std::max(widest, ImGui::CalcTextSize(tr(entry.name)).x + ImGui::CalcTextSize(key.c_str()).x);
  }
  return widest + em(4.0F);
}

}  // namespace regard
