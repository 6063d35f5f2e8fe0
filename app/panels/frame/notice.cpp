// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/notice.h"

#include "app/panels/common/dialog_state.h"
#include "app/panels/common/message.h"
#include "app/panels/common/parts.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>

namespace regard {
namespace {

const ImVec4& ink_of(Message::Kind kind) {
  return kind == Message::Kind::error     ? theme().error
         : kind == Message::Kind::warning ? theme().warning
                                          : theme().accent;
}

/// Two strokes: no font has to have the sign.
bool close_button() {
  const float side = ImGui::GetFrameHeight();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton("close", {side, side});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered())
    list.AddRectFilled(min, {min.x + side, min.y + side}, colour_u32(theme().frame_hovered), em(0.25F));
  const float inset = side * 0.32F;
  const ImU32 ink = colour_u32(theme().text_muted);
  const float thick = stroke(0.1F, 1.5F);
  list.AddLine({min.x + inset, min.y + inset}, {min.x + side - inset, min.y + side - inset}, ink, thick);
  list.AddLine({min.x + side - inset, min.y + inset}, {min.x + inset, min.y + side - inset}, ink, thick);
  probe_last_item("notice.close");
  return clicked;
}

}  // namespace

void draw_notice(PanelContext& context) {
  if (!context.state.of<FilesState>().notice) return;
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  const float width = std::round(std::min(em(38.0F), whole.x - em(2.0F)));
  ImGui::SetNextWindowPos({std::round((whole.x - width) * 0.5F), std::round(whole.y * 0.45F)}, ImGuiCond_Always,
                          {0.0F, 0.5F});
  ImGui::SetNextWindowSizeConstraints({width, 0.0F}, {width, whole.y});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {em(1.0F), em(0.75F)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::round(stroke(0.08F, 1.0F)));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme().raised);
  ImGui::PushStyleColor(ImGuiCol_Border, ink_of(context.state.of<FilesState>().notice->kind));
  ImGui::Begin("notice", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_AlwaysAutoResize);
  const ImVec2 min = ImGui::GetWindowPos();
  const float side = ImGui::GetFrameHeight();
  const float room = width - 2.0F * em(1.0F) - side - em(0.75F);
  ImGui::BeginGroup();
  coloured(theme().text, broken_at_spaces(text_of(*context.state.of<FilesState>().notice), room));
  ImGui::EndGroup();
  ImGui::SameLine();
  ImGui::SetCursorPosX(width - em(0.75F) - side);
  const bool closed = close_button();
  probe("notice", min, {min.x + width, min.y + ImGui::GetWindowHeight()});
  ImGui::End();
  ImGui::PopStyleColor(2);
  ImGui::PopStyleVar(2);
  if (closed) context.state.of<FilesState>().notice.reset();
}

}  // namespace regard
