// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/head_row.h"

#include "app/base/head_place.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/session/action_kinds.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

namespace regard {

HeadRow head_row(PanelContext& context, HeadRef head, std::string_view name, float width) {
  const float height = ImGui::GetTextLineHeight() + em(0.25F);
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + width, min.y + height};
  if (ImGui::InvisibleButton(std::string(name).c_str(), {width, height})) context.act(SelectHead{head});
  const bool hovered = ImGui::IsItemHovered(), shown = shown_head(context.snapshot, context.session) == head;
  if (shown || hovered)
    ImGui::GetWindowDrawList()->AddRectFilled(min, max, colour_u32(shown ? theme().selection : theme().frame_hovered),
                                              em(0.2F));
  if (hovered) context.next_hover.head = head;
  probe(std::string(name) + "." + head_place(head), min, max);
  return {min, max};
}

void paint_row_head(const PanelContext& context, const HeadRow& row, HeadRef head, float left, float right) {
  ImGui::GetWindowDrawList()->AddText({row.min.x + left, row.min.y + em(0.125F)}, colour_u32(theme().text),
                                      fitted(head_name_and_place(context.snapshot, head), right - left).c_str());
}

void paint_row_number(const HeadRow& row, float right, const ImVec4& colour, const std::string& number) {
  const Face digits = number_face();
  const float top = 0.5F * (row.min.y + row.max.y - digits.size);
  paint_text(*ImGui::GetWindowDrawList(), digits, {row.min.x + right - text_width(digits, number), top},
             colour_u32(colour), number);
}

void draw_curve_row(PanelContext& context, HeadRef head, std::string_view name, const ImVec4& curve,
                    const std::string& number) {
  const float width = ImGui::GetContentRegionAvail().x, right = width - em(0.3F);
  const HeadRow row = head_row(context, head, name, width);
  const float middle = 0.5F * (row.min.y + row.max.y);
  ImGui::GetWindowDrawList()->AddLine({row.min.x + em(0.2F), middle}, {row.min.x + em(1.2F), middle}, colour_u32(curve),
                                      stroke(0.2F, 2.0F));
  paint_row_head(context, row, head, em(1.6F), right - text_width(number_face(), number) - em(0.4F));
  paint_row_number(row, right, theme().text, number);
}

}  // namespace regard
