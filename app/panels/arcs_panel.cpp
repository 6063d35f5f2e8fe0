// SPDX-License-Identifier: Apache-2.0
#include "app/panels/arcs_panel.h"

#include "app/panels/heads.h"
#include "app/panels/parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/arcs.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <algorithm>

namespace regard {
namespace {

/// On the heading's line, at the right: threshold and "from every token".
void draw_tools(PanelContext& context) {
  const char* from_all = tr("arcs.from_all");
  const float label = ImGui::CalcTextSize(tr("arcs.threshold")).x + em(0.5F);
  const float slider_width = label + em(8.0F);
  align_right(slider_width + em(1.0F) + check_width(from_all));
  float threshold = context.session.arc_threshold;
  SliderSpec spec;
  spec.id = "slider.threshold";
  spec.label = tr("arcs.threshold");
  spec.width = slider_width;
  if (slider(spec, threshold, 0.0F, 0.5F)) context.act(SetArcThreshold{threshold});
  ImGui::SameLine(0.0F, em(1.0F));
  bool all = context.session.arcs_from_all;
  if (check("switch.from_all", from_all, all)) context.act(SetArcsFromAll{all});
}

/// One head's colour and name; a click takes a compared head away.
void draw_head(PanelContext& context, HeadRef head, std::size_t colour) {
  const ScopedFont font(fonts().small);
  const std::string name = head_name(context.snapshot, head);
  const float dot = em(0.35F);
  const float width = em(1.2F) + ImGui::CalcTextSize(name.c_str()).x;
  if (colour > 0 && ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ScopedId scope(colour);
  const bool clicked = ImGui::InvisibleButton("head", {width, ImGui::GetTextLineHeight()});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddCircleFilled({min.x + em(0.5F), min.y + ImGui::GetTextLineHeight() * 0.5F}, dot,
                       colour_u32(head_colour(colour)));
  list.AddText({min.x + em(1.2F), min.y}, colour_u32(ImGui::IsItemHovered() ? theme().text : theme().text_muted),
               name.c_str());
  if (colour > 0) {
    hint(tr("arcs.remove"));
    if (clicked) context.act(ToggleComparedHead{head});
  }
}

void draw_legend(PanelContext& context) {
  const ArcsView& view = context.views.arcs;
  draw_head(context, shown_head(context.snapshot, context.session), 0);
  for (std::size_t index = 0; index < context.session.compared_heads.size(); ++index) {
    ImGui::SameLine(0.0F, em(1.0F));
    draw_head(context, context.session.compared_heads[index], index + 1);
  }
  std::string note;
  if (view.hidden > 0 && !view.hidden_weight.empty())
    note = tr_plural("arcs.hidden", view.hidden, {{"weight", number(view.hidden_weight.front(), 3)}});
  if (view.renormalised) note += (note.empty() ? "" : " · ") + std::string(tr("arcs.renormalised"));
  if (note.empty()) return;
  const ScopedFont font(fonts().small);
  const float width = ImGui::CalcTextSize(note.c_str()).x;
  align_right(width);
  caption(note);
}

}  // namespace

void draw_arcs(PanelContext& context) {
  if (!context.tabbed) heading(tr("arcs.title"));
  draw_tools(context);
  draw_legend(context);
  const ArcsView& view = context.views.arcs;
  if (view.rows.units.empty() || view.cols.units.empty()) return wrapped_caption(tr("grids.empty"));
  const auto unit = [](const Axis& axis, std::size_t token) {
    const std::size_t found = axis.unit_of(token);
    return found < axis.size() ? found : kNone;
  };
  ArcsSpec spec;
  spec.view = &view;
  spec.size = ImGui::GetContentRegionAvail();
  spec.size.y = std::max(spec.size.y, em(4.0F));
  spec.query = unit(view.rows, context.views.query);
  spec.key = unit(view.cols, context.views.key);
  if (context.hover.key) spec.linked = unit(view.cols, *context.hover.key);
  const ArcsResult result = arcs(spec);
  const auto token = [](const Axis& axis, std::size_t index) { return axis.units[index].tokens.front(); };
  if (result.hovered) context.next_hover.key = token(view.cols, *result.hovered);
  if (result.query) context.act(SelectQuery{token(view.rows, *result.query)});
  if (result.key) context.act(SelectKey{token(view.cols, *result.key)});
  if (!result.hovered_arc) return;
  const Arc& arc = view.arcs[*result.hovered_arc];
  context.next_hover.query = token(view.rows, arc.query);
  context.next_hover.key = token(view.cols, arc.key);
  const ScopedTooltip tooltip;
  coloured(theme().query, view.rows.units[arc.query].label);
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, view.cols.units[arc.key].label);
  const ScopedFont font(fonts().mono);
  coloured(theme().text, number(arc.weight, 6));
}

}  // namespace regard
