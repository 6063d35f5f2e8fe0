// SPDX-License-Identifier: Apache-2.0
// The brush's controls: names, choices, the line above the grids and the legend of the frames.
#include "app/panels/change/intervene_brush.h"
#include "app/panels/change/intervene_words.h"
#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

namespace regard {
namespace {

constexpr float kSwatch = 0.8F, kSwatchSpace = 0.35F;  ///< ems of the small font

float legend_entry_width(const std::string& name) {
  return em(kSwatch + kSwatchSpace) + ImGui::CalcTextSize(name.c_str()).x;
}

/// A frame in a colour and what it means, as one item in the middle of a line of this height.
void legend_entry(const ImVec4& colour, const std::string& name, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = em(kSwatch), text = ImGui::GetFontSize();
  ImGui::Dummy({legend_entry_width(name), height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float top = at.y + std::round((height - side) * 0.5F);
  paint_outline(list, {at.x, top}, {at.x + side, top + side}, colour_u32(colour), std::round(stroke(0.15F, 2.0F)));
  list.AddText({at.x + em(kSwatch + kSwatchSpace), at.y + std::round((height - text) * 0.5F)},
               colour_u32(theme().text_muted), name.c_str());
}

}  // namespace

std::string tool_name(BrushTool tool) {
  static constexpr std::array<const char*, brush_tools> keys{"intervene.tool.look", "intervene.tool.mask",
                                                             "intervene.tool.add",  "intervene.tool.set_weight",
                                                             "intervene.tool.copy", "intervene.tool.erase"};
  return tr(keys[static_cast<std::size_t>(tool)]);
}

ImVec4 tool_colour(BrushTool tool) {
  switch (tool) {
    case BrushTool::mask:
      return colour_of(InterventionKind::mask);
    case BrushTool::add:
      return colour_of(InterventionKind::add);
    case BrushTool::set_weight:
      return colour_of(InterventionKind::set_weight);
    case BrushTool::copy:
      return colour_of(InterventionKind::copy_pattern);
    case BrushTool::look:
    case BrushTool::erase:
      break;
  }
  return theme().text;
}

void draw_shape_choice(PanelContext& context, const char* id) {
  InterveneState& state = intervene_state(context);
  if (state.tool == BrushTool::copy) {
    align_to_frame();
    return coloured(theme().text_muted, tr("intervene.shape.rows_only"));
  }
  state.shape = static_cast<BrushShape>(
      choose(id, {tr("intervene.shape.cell"), tr("intervene.shape.row"), tr("intervene.shape.column")},
             static_cast<std::size_t>(state.shape)));
}

void draw_reach_choice(PanelContext& context, const char* id) {
  InterveneState& state = intervene_state(context);
  const HeadRef head = shown_head(context.snapshot, context.session);
  state.reach = static_cast<Reach>(
      choose(id,
             {tr("intervene.at.head", {{"layer", head.layer}, {"head", head.head}}),
              tr("intervene.reach.layer", {{"layer", head.layer}}), tr("intervene.reach.everywhere")},
             static_cast<std::size_t>(state.reach)));
}

bool draw_tool_amount(PanelContext& context, const char* id, float width) {
  InterveneState& state = intervene_state(context);
  SliderSpec spec;
  spec.id = id;
  spec.width = width;
  if (state.tool == BrushTool::add) {
    spec.format = "δ = %+.1f";
    slider(spec, state.added, -most_added, most_added);
    return true;
  }
  if (state.tool != BrushTool::set_weight) return false;
  spec.format = "A = %.2f";
  slider(spec, state.weight, 0.0F, 1.0F);
  return true;
}

namespace {

/// Name, a way to put it away, and what it does; or why it rests.
void draw_tool_in_hand(PanelContext& context) {
  const InterveneState& state = intervene_state(context);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float right = start.x + ImGui::GetContentRegionAvail().x;
  align_to_frame();
  coloured(tool_colour(state.tool), tool_name(state.tool));
  probe("brush.tool", start, ImGui::GetItemRectMax());
  const std::string why = brush_obstacle(context);
  ImGui::SameLine(0.0F, em(0.25F));
  if (quiet_button("brush.away", "×")) choose_tool(context, BrushTool::look);
  hint(tr("intervene.away"));
  ImGui::SameLine(0.0F, em(0.5F));
  if (!why.empty()) {
    align_to_frame();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    coloured(theme().warning, fitted(why, right - at.x));
    probe("brush.obstacle", at, ImGui::GetItemRectMax());
    return hint(why);
  }
  draw_shape_choice(context, "brush.shape");
  ImGui::SameLine(0.0F, em(0.75F));
  draw_reach_choice(context, "brush.reach");
  const bool has_amount = state.tool == BrushTool::add || state.tool == BrushTool::set_weight;
  if (!has_amount) return;
  constexpr float kAmount = 8.0F;  // ems
  ImGui::SameLine(0.0F, em(0.75F));
  if (ImGui::GetCursorScreenPos().x + em(kAmount) > right) ImGui::NewLine();
  draw_tool_amount(context, "brush.amount", em(kAmount));
}

}  // namespace

bool has_tool_in_hand(const PanelContext& context) {
  return intervene_state(context).tool != BrushTool::look;
}

bool has_brush_marks(const PanelContext& context) {
  return !(intervene_state(context).stroke ? intervene_state(context).stroke->legend
                                           : intervene_state(context).marked_kinds)
              .empty();
}

void draw_brush_marks(PanelContext& context) {
  const InterveneState& state = intervene_state(context);
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const float height = ImGui::GetFrameHeight();
  const ScopedFont font(fonts().small);
  bool same_line = false;
  for (const InterventionKind kind : state.stroke ? state.stroke->legend : state.marked_kinds) {
    const std::string name = kind_name(kind);
    if (same_line) ImGui::SameLine(0.0F, em(1.0F));
    if (same_line && ImGui::GetCursorScreenPos().x + legend_entry_width(name) > right) return;
    same_line = true;
    legend_entry(colour_of(kind), name, height);
  }
}

void draw_brush_line(PanelContext& context) {
  draw_tool_in_hand(context);
  if (!has_brush_marks(context)) return;
  ImGui::SameLine(0.0F, em(1.0F));
  draw_brush_marks(context);
}

}  // namespace regard
