// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/keyboard.h"

#include "app/panels/common/dialog_state.h"
#include "app/panels/common/window_state.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "app/widgets/scope.h"

#include <GLFW/glfw3.h>
#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace regard {
namespace {

constexpr const char* kMenuPanel = "top";

bool clicked_anywhere() {
  const ImGuiIO& io = ImGui::GetIO();
  return std::any_of(std::begin(io.MouseClicked), std::end(io.MouseClicked), [](bool clicked) { return clicked; });
}

/// ImGui's Tab stops at fields only: here at everything that can be pressed.
void widen_tab() {
  ImGuiContext& now = *ImGui::GetCurrentContext();
  if (!now.NavMoveScoringItems || (now.NavMoveFlags & ImGuiNavMoveFlags_Tabbing) == 0) return;
  now.NavMoveFlags |= ImGuiNavMoveFlags_FocusApi;
  if (now.NavTabbingDir == 0 && now.NavId != 0) now.NavTabbingDir = 1;
}

/// ImGui's Enter opens a number to be typed: here it presses buttons, too.
void press_by_enter() {
  ImGuiContext& now = *ImGui::GetCurrentContext();
  if (now.NavActivateInputId == 0 || now.ActiveId != 0) return;
  now.NavActivateId = now.NavActivateDownId = now.NavActivatePressedId = now.NavActivateInputId;
}

/// Ctrl-Tab is the next workspace: no list of windows.
void forget_windowing() {
  ImGuiContext& now = *ImGui::GetCurrentContext();
  now.NavWindowingTarget = now.NavWindowingTargetAnim = nullptr;
}

/// In a question for a path the arrows choose in its list, whatever has the focus.
void leave_arrows_to_list() {
  const ImGuiContext& now = *ImGui::GetCurrentContext();
  if (now.NavMoveSubmitted && now.NavMoveDir != ImGuiDir_None) ImGui::NavMoveRequestCancel();
}

/// Where something lies over the panels that keys move in. The help and the palette take them for their lists.
bool has_items_over_panels(const PanelState& state) {
  return menu_is_open(state) || state.of<PathDialog>().kind != PathDialog::Kind::closed ||
         state.of<WindowState>().overlay == Overlay::exporting || state.of<WindowState>().overlay == Overlay::log ||
         state.of<WindowState>().overlay == Overlay::model_card;
}

int open_menus() {
  return ImGui::GetCurrentContext()->OpenPopupStack.Size;
}

void walk_to(PanelState& state, std::string panel) {
  KeyboardState& keys = keyboard(state);
  keys.walking = true;
  keys.wanted = std::move(panel);
}

}  // namespace

KeyboardState& keyboard(PanelState& state) {
  return state.of<KeyboardState>();
}

bool is_walking(const PanelState& state) {
  return state.of<KeyboardState>().walking;
}

void begin_keyboard(PanelState& state) {
  KeyboardState& keys = keyboard(state);
  keys.panels = std::exchange(keys.drawn, {});
  if (clicked_anywhere()) keys.walking = false;
  if (keys_go_from_item_to_item()) {
    widen_tab();
    press_by_enter();
    forget_windowing();
    if (state.of<PathDialog>().kind != PathDialog::Kind::closed) leave_arrows_to_list();
  }
}

void end_keyboard(PanelState& state) {
  KeyboardState& keys = keyboard(state);
  keys.menus = open_menus();
  ImGuiIO& io = ImGui::GetIO();
  if (keys.walking || has_items_over_panels(state))
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  else
    io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
}

std::optional<FocusBox> focus_box() {
  const ImGuiContext& now = *ImGui::GetCurrentContext();
  if (!ImGui::GetIO().NavVisible || now.NavId == 0 || !now.NavIdIsAlive || now.NavWindow == nullptr)
    return std::nullopt;
  const ImVec2 at = now.NavWindow->Pos;
  const ImRect& item = now.NavWindow->NavRectRel[now.NavLayer];
  return FocusBox{{at.x + item.Min.x, at.y + item.Min.y}, {at.x + item.Max.x, at.y + item.Max.y}};
}

void draw_focus() {
  const std::optional<FocusBox> box = focus_box();
  if (!box) return;
  const float away = std::round(em(0.1F));
  const ImRect& seen = ImGui::GetCurrentContext()->NavWindow->OuterRectClipped;
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  list.PushClipRect({seen.Min.x - away, seen.Min.y - away}, {seen.Max.x + away, seen.Max.y + away});
  list.AddRect({box->min.x - away, box->min.y - away}, {box->max.x + away, box->max.y + away},
               colour_u32(theme().accent), em(0.25F), 0, std::round(stroke(0.125F, 2.0F)));
  list.PopClipRect();
}

bool menu_is_open(const PanelState& state) {
  return state.of<WindowState>().popup_open || open_menus() > 0;
}

void close_menus() {
  if (open_menus() > 0) ImGui::ClosePopupToLevel(0, true);
}

void close_topmost_menu(PanelState& state) {
  // Where its navigation is on, ImGui has closed it already.
  if (const int open = open_menus(); open > 0 && open >= keyboard(state).menus)
    ImGui::ClosePopupToLevel(open - 1, true);
}

bool moves_in_menus(int key) {
  static constexpr std::array kKeys{GLFW_KEY_UP, GLFW_KEY_DOWN, GLFW_KEY_LEFT, GLFW_KEY_RIGHT, GLFW_KEY_TAB};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

void enter_panel(PanelState& state, std::string_view id) {
  KeyboardState& keys = keyboard(state);
  keys.drawn.emplace_back(id);
  if (ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows)) keys.at = id;
  if (keys.wanted != id) return;
  keys.wanted.clear();
  keys.at = id;
  ImGui::SetKeyboardFocusHere();
}

void walk_to_panel(PanelState& state, std::string_view panel) {
  walk_to(state, std::string(panel));
}

void walk_to_menu(PanelContext& context, int) {
  KeyboardState& keys = keyboard(context.state);
  if (keys.walking && keys.at == kMenuPanel)
    keys.walking = false;
  else
    walk_to(context.state, kMenuPanel);
}

void walk_to_next_panel(PanelContext& context, int by) {
  const KeyboardState& keys = keyboard(context.state);
  const auto count = static_cast<std::ptrdiff_t>(keys.panels.size());
  if (count == 0) return;
  const std::ptrdiff_t now = std::find(keys.panels.begin(), keys.panels.end(), keys.at) - keys.panels.begin();
  const std::ptrdiff_t next = now < count ? (now + by + count) % count : 0;
  walk_to(context.state, keys.panels[static_cast<std::size_t>(next)]);
}

}  // namespace regard
