// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/menu_line.h"

#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <string>

namespace regard {
namespace {

constexpr float kNames = 10.5F;        ///< ems of the names beside controls
constexpr float kLeastBeside = 24.0F;  ///< ems of a menu that has room for them

}  // namespace

bool menu_line(const MenuLine& line) {
  const ScopedId scope(line.id);
  const float width = ImGui::GetContentRegionAvail().x;
  const float pad = em(0.25F);
  const float height = em(1.2F) + (line.second.empty() ? 0.0F : em(1.1F)) + 2.0F * pad;
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + width, min.y + height};
  const bool chosen = ImGui::InvisibleButton("line", {width, height}) && line.enabled;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool lit = ImGui::IsItemHovered() || (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible);
  if (line.enabled && lit)
    list.AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.25F));
  else if (line.selected)
    list.AddRectFilled(min, max, colour_u32(theme().selection), em(0.25F));
  const float left = min.x + em(0.5F);
  float room = width - em(1.0F);
  if (!line.right.empty()) {
    const ScopedFont font(fonts().small);
    const std::string right = fitted(line.right, room * 0.6F);
    const float taken = ImGui::CalcTextSize(right.c_str()).x;
    list.AddText({max.x - em(0.5F) - taken, min.y + pad + ImGui::GetFontSize() * 0.1F}, colour_u32(theme().text_muted),
                 right.c_str());
    room -= taken + em(1.0F);
  }
  const std::string first_line = fitted(line.text, room);
  list.AddText({left, min.y + pad}, colour_u32(line.enabled ? theme().text : theme().text_muted), first_line.c_str());
  if (!line.second.empty()) {
    const ScopedFont font(fonts().small);
    const std::string second_line = fitted(line.second, width - em(1.0F));
    list.AddText({left, max.y - pad - ImGui::GetFontSize() * 1.1F}, colour_u32(theme().text_muted),
                 second_line.c_str());
  }
  probe(line.id, min, max);
  return chosen;
}

bool menu_line(std::string_view id, std::string_view text, std::string_view second, bool selected, bool enabled) {
  return menu_line(MenuLine{.id = id, .text = text, .second = second, .selected = selected, .enabled = enabled});
}

void menu_section(std::string_view text) {
  gap(0.5F);
  caption(text);
}

void menu_row(std::string_view name) {
  const bool beside = ImGui::GetContentRegionAvail().x >= em(kLeastBeside);
  if (beside) align_to_frame();
  const float left = ImGui::GetCursorPosX();
  coloured(theme().text_muted, name);
  if (!beside) return;
  ImGui::SameLine();
  ImGui::SetCursorPosX(left + em(kNames));
}

}  // namespace regard
