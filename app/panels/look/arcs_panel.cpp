// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/arcs_panel.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/change_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/difference_views.h"
#include "app/widgets/arcs.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

namespace regard {
namespace {

/// On the heading's line, at the right: threshold and "from every token".
void draw_tools(PanelContext& context) {
  const char* from_all = tr("arcs.from_all");
  const char* threshold_label = tr(shown_difference(context) != nullptr ? "difference.threshold" : "arcs.threshold");
  const float label = ImGui::CalcTextSize(threshold_label).x + em(0.5F);
  const float slider_width = label + em(8.0F);
  align_right(slider_width + em(1.0F) + check_width(from_all));
  float threshold = context.look().arc_threshold;
  SliderSpec spec;
  spec.id = "slider.threshold";
  spec.label = threshold_label;
  spec.width = slider_width;
  if (slider(spec, threshold, 0.0F, 0.5F)) context.act(SetArcThreshold{threshold});
  ImGui::SameLine(0.0F, em(1.0F));
  bool all = context.look().arcs_from_all;
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

/// What the lines leave out, at the right.
void draw_note(const std::string& note) {
  if (note.empty()) return;
  const ScopedFont font(fonts().small);
  align_right(ImGui::CalcTextSize(note.c_str()).x);
  caption(note);
}

void add(std::string& note, const std::string& text) {
  note += (note.empty() ? "" : " · ") + text;
}

void draw_legend(PanelContext& context) {
  const ArcsView& view = context.views.arcs;
  draw_head(context, shown_head(context.snapshot, context.session), 0);
  for (std::size_t index = 0; index < context.selection().compared_heads.size(); ++index) {
    ImGui::SameLine(0.0F, em(1.0F));
    draw_head(context, context.selection().compared_heads[index], index + 1);
  }
  std::string note;
  if (view.hidden > 0 && !view.hidden_weight.empty())
    note = tr_plural("arcs.hidden", view.hidden, {{"weight", number(view.hidden_weight.front(), 3)}});
  if (!view.sink_shares.empty() && view.sink_shares.front() > 0.0F)
    add(note, tr("arcs.sink", {{"share", number(view.sink_shares.front(), 3)}}));
  if (view.renormalised) add(note, tr("arcs.renormalised"));
  draw_note(note);
}

/// A short line of a colour and what it means.
void draw_key(const ImVec4& colour, const char* text) {
  const ScopedFont font(fonts().small);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float line = ImGui::GetTextLineHeight(), middle = min.y + 0.5F * line;
  const float long_as = em(1.2F), thick = std::round(stroke(0.2F, 2.0F));
  ImGui::GetWindowDrawList()->AddLine({min.x, middle}, {min.x + long_as, middle}, colour_u32(colour), thick);
  ImGui::SetCursorScreenPos({min.x + long_as + em(0.4F), min.y});
  coloured(theme().text_muted, text);
}

/// The token or word that asks.
std::string query_label(const PanelContext& context) {
  const GridView& grid = context.views.grid;
  return grid.query < grid.rows.size() ? grid.rows.units[grid.query].label : context.views.question.query_label;
}

/// Of which head, what the colours mean, and what is not drawn.
void draw_difference_legend(PanelContext& context, const ArcsDifference& arcs) {
  const ChangeColours colours = change_colours(context);
  {
    const ScopedFont font(fonts().small);
    coloured(theme().text_muted, head_name(context.snapshot, shown_head(context.snapshot, context.session)) + "  " +
                                     difference_sign(context));
  }
  ImGui::SameLine(0.0F, em(1.0F));
  draw_key(colours[1], tr("difference.grew"));
  ImGui::SameLine(0.0F, em(1.0F));
  draw_key(colours[0], tr("difference.shrank"));
  const ComparedNames names = compared_names(context.session);
  std::string note;
  if (!arcs.query_has_partner)
    note = tr("difference.query_alone", {{"token", query_label(context)}, {"name", names.baseline}});
  else if (arcs.view.arcs.empty())
    note = small_change_note(arcs.largest, std::numeric_limits<float>::infinity());
  else if (arcs.view.hidden > 0)
    note = tr_plural("difference.arcs_hidden", arcs.view.hidden, {{"change", number(arcs.not_drawn, 3)}});
  if (arcs.gained > 0.0F)
    add(note, tr("difference.weight_alone", {{"name", names.live}, {"weight", number(arcs.gained, 3)}}));
  if (arcs.lost > 0.0F)
    add(note, tr("difference.weight_alone", {{"name", names.baseline}, {"weight", number(arcs.lost, 3)}}));
  if (arcs.view.renormalised) add(note, tr("arcs.renormalised"));
  if (!context.selection().compared_heads.empty()) add(note, tr("difference.one_head"));
  draw_note(note);
}

void arc_tooltip(const PanelContext& context, const ArcsView& view, const Arc& arc, const GridDifference* difference) {
  const ScopedTooltip tooltip;
  coloured(theme().query, view.rows.units[arc.query].label);
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, view.cols.units[arc.key].label);
  const ScopedFont font(fonts().mono);
  if (difference == nullptr) return coloured(theme().text, exact_number(arc.weight));
  const ComparedNames names = compared_names(context.session);
  const auto line = [](const std::string& name, const std::string& value) {
    coloured(theme().text_muted, name);
    ImGui::SameLine(em(7.0F));
    coloured(theme().text, value);
  };
  line(names.baseline, exact_number(difference->baseline_weights(arc.query, arc.key)));
  line(names.live, exact_number(context.views.grid.weights(arc.query, arc.key)));
  line("Δ", exact_change(arc.weight));
}

/// Over the words, where no arc is: that is a finding, not a fault.
void tell_empty(const PanelContext& context, const DifferenceViews* difference, ImVec2 min, ImVec2 size) {
  const std::string text = difference != nullptr
                               ? small_change_note(difference->arcs.largest, std::numeric_limits<float>::infinity())
                               : tr("arcs.none", {{"threshold", number(context.look().arc_threshold, 2)}});
  const Face face = text_face();
  const std::string shown = shortened(face, text, size.x);
  paint_text(*ImGui::GetWindowDrawList(), face,
             {min.x + 0.5F * (size.x - text_width(face, shown)), min.y + 0.35F * size.y},
             colour_u32(theme().text_muted), shown);
}

}  // namespace

void draw_arcs(PanelContext& context) {
  if (!context.tabbed) heading(tr("arcs.title"));
  if (tell_no_difference(context)) return;
  draw_tools(context);
  const DifferenceViews* difference = shown_difference(context);
  if (difference != nullptr)
    draw_difference_legend(context, difference->arcs);
  else
    draw_legend(context);
  const ArcsView& view = difference != nullptr ? difference->arcs.view : context.views.arcs;
  if (view.rows.units.empty() || view.cols.units.empty()) return wrapped_caption(tr("grids.empty"));
  const auto unit = [](const Axis& axis, std::size_t token) {
    const std::size_t found = axis.unit_of(token);
    return found < axis.size() ? found : kNone;
  };
  const ChangeColours colours = change_colours(context);
  ArcsSpec spec;
  spec.view = &view;
  spec.size = ImGui::GetContentRegionAvail();
  spec.size.y = std::max(spec.size.y, em(4.0F));
  spec.query = unit(view.rows, context.views.query);
  spec.key = unit(view.cols, context.views.key);
  if (context.hover.key) spec.linked = unit(view.cols, *context.hover.key);
  const bool is_signed = !context.views.grid.has_softmax && context.selection().compared_heads.empty();
  if (difference != nullptr || is_signed) spec.change_colours = &colours;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ArcsResult result = arcs(spec);
  if (view.arcs.empty() && view.hidden > 0) tell_empty(context, difference, at, spec.size);
  const auto token = [](const Axis& axis, std::size_t index) { return axis.units[index].tokens.front(); };
  if (result.hovered) context.next_hover.key = token(view.cols, *result.hovered);
  if (result.query) context.act(SelectQuery{token(view.rows, *result.query)});
  if (result.key) context.act(SelectKey{token(view.cols, *result.key)});
  if (!result.hovered_arc) return;
  const Arc& arc = view.arcs[*result.hovered_arc];
  context.next_hover.query = token(view.rows, arc.query);
  context.next_hover.key = token(view.cols, arc.key);
  arc_tooltip(context, view, arc, difference != nullptr ? &difference->grid : nullptr);
}

}  // namespace regard
