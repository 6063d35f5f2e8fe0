// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/go_to.h"

#include "app/panels/common/grids_state.h"
#include "app/panels/common/parts.h"
#include "app/session/action_kinds.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <GLFW/glfw3.h>
#include <imgui_stdlib.h>

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

/// The axis of the tokens that ask: the whole one of a long text.
const Axis& asking_axis(const PanelContext& context) {
  return context.views.all_rows ? *context.views.all_rows : context.views.grid.rows;
}

void go_to(PanelContext& context, const std::vector<std::size_t>& found, int step) {
  if (found.empty()) return;
  const Axis& axis = asking_axis(context);
  const std::size_t now = axis.unit_of(context.views.query);
  const std::size_t from = now < axis.size() ? now : 0;
  const std::size_t unit = next_of(found, from, step);
  context.act(SelectQuery{axis.units[unit].tokens.front()});
  context.state.of<GridsState>().map.centre_on_selection = true;
}

/// "3 of 17", or that there is none.
std::string places(const PanelContext& context, const std::vector<std::size_t>& found) {
  if (context.state.of<GridsState>().map.go_to.text.empty()) return {};
  if (found.empty()) return tr("go_to.none");
  const std::size_t now = asking_axis(context).unit_of(context.views.query);
  const auto here = std::find(found.begin(), found.end(), now);
  if (here == found.end()) return tr_plural("go_to.places", found.size());
  return tr("go_to.place", {{"at", here - found.begin() + 1}, {"all", found.size()}});
}

}  // namespace

void open_go_to(PanelContext& context) {
  context.state.of<GridsState>().map.go_to.open = true;
  context.state.of<GridsState>().map.go_to.wants_focus = true;
}

void draw_go_to(PanelContext& context) {
  GoToState& state = context.state.of<GridsState>().map.go_to;
  if (!state.open) return;
  const ScopedId id("go_to");
  align_to_frame();
  coloured(theme().text_muted, tr("go_to.title"));
  ImGui::SameLine(0.0F, em(0.5F));
  if (std::exchange(state.wants_focus, false)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(em(12.0F));
  const bool entered =
      ImGui::InputTextWithHint("##text", tr("go_to.hint"), &state.text,
                               ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  probe_last_item("go_to.field");
  const bool active = ImGui::IsItemActive();
  const std::vector<std::size_t> found = find_units(asking_axis(context), state.text);
  if (entered) {
    go_to(context, found, ImGui::GetIO().KeyShift ? -1 : 1);
    state.wants_focus = true;
  }
  if (active && ImGui::IsKeyPressed(GLFW_KEY_DOWN)) go_to(context, found, 1);
  if (active && ImGui::IsKeyPressed(GLFW_KEY_UP)) go_to(context, found, -1);
  ImGui::SameLine(0.0F, em(0.3F));
  if (quiet_button("go_to.previous", "↑")) go_to(context, found, -1);
  ImGui::SameLine(0.0F, 0.0F);
  if (quiet_button("go_to.next", "↓")) go_to(context, found, 1);
  ImGui::SameLine(0.0F, em(0.3F));
  if (quiet_button("go_to.close", "×")) state.open = false;
  ImGui::SameLine(0.0F, em(0.5F));
  align_to_frame();
  coloured(found.empty() ? theme().warning : theme().text_muted, places(context, found));
}

}  // namespace regard
