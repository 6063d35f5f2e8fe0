// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/intervene.h"

#include "app/panels/change/intervene_brush.h"
#include "app/panels/change/intervene_words.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/session/action_kinds.h"
#include "app/session/kept.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <array>
#include <utility>

namespace regard {
namespace {

constexpr float kFirstScale = 0.5F, kFirstTemperature = 2.0F;  ///< of new items; their lines have sliders

void section(const std::string& title) {
  gap(0.7F);
  coloured(theme().text, fitted(title, ImGui::GetContentRegionAvail().x));
}

/// Begins a new line where an item of this width does not fit behind the one before.
void flow(float width, float space) {
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  ImGui::SameLine(0.0F, space);
  if (ImGui::GetCursorScreenPos().x + width > right) ImGui::NewLine();
}

/// A button in a row that wraps. True when pressed.
bool flow_button(const char* id, const char* label, bool& first) {
  const float width = ImGui::CalcTextSize(label).x + 2.0F * ImGui::GetStyle().FramePadding.x;
  if (!first) flow(width, em(0.4F));
  first = false;
  const ScopedId scope(id);
  const bool pressed = ImGui::Button(label);
  probe_last_item(id);
  return pressed;
}

const char* about_tool(BrushTool tool) {
  static constexpr std::array<const char*, brush_tools> keys{
      "intervene.about_tool.look",       "intervene.about_tool.mask", "intervene.about_tool.add",
      "intervene.about_tool.set_weight", "intervene.about_tool.copy", "intervene.about_tool.erase"};
  return keys[static_cast<std::size_t>(tool)];
}

const char* tool_key(BrushTool tool) {
  static constexpr std::array<const char*, brush_tools> keys{"Escape", "M", "+", "W", "C", "E"};
  return keys[static_cast<std::size_t>(tool)];
}

const char* tool_probe(BrushTool tool) {
  static constexpr std::array<const char*, brush_tools> ids{"intervene.tool_look", "intervene.tool_mask",
                                                            "intervene.tool_add",  "intervene.tool_weight",
                                                            "intervene.tool_copy", "intervene.tool_erase"};
  return ids[static_cast<std::size_t>(tool)];
}

bool usable(const PanelContext& context, BrushTool tool) {
  return tool != BrushTool::copy || !context.kept().pins.empty();
}

/// One tool: lit in its colour while in hand, pale where it cannot be used.
void draw_tool(PanelContext& context, BrushTool tool, bool first) {
  const InterveneState& state = intervene_state(context);
  const std::string name = tool_name(tool);
  if (!first) flow(quiet_button_width(name), 0.0F);
  const bool chosen = state.tool == tool, can_use = usable(context, tool);
  const ScopedTextColour ink(!can_use ? mix(theme().text_muted, theme().panel, 0.5F)
                             : chosen ? tool_colour(tool)
                                      : theme().text_muted);
  if (quiet_button(tool_probe(tool), name, false, chosen) && can_use && !chosen) choose_tool(context, tool);
  const ScopedTextColour plain(theme().text);
  if (!can_use) return why_not(tr("intervene.obstacle.no_pins"));
  hint(tr("with_key", {{"about", tr(about_tool(tool))}, {"key", tool_key(tool)}}));
}

/// From which pin: by its name.
void draw_pin_choice(PanelContext& context) {
  InterveneState& state = intervene_state(context);
  align_to_frame();
  coloured(theme().text_muted, tr("intervene.from"));
  const std::string chosen = chosen_pin(context);
  for (const Pin& pin : context.kept().pins) {
    const std::string label = fitted(pin.name, em(8.0F));
    flow(quiet_button_width(label), em(0.25F));
    const ScopedTextColour ink(pin.name == chosen ? theme().text : theme().text_muted);
    if (quiet_button("intervene.pin." + pin.name, label, false, pin.name == chosen)) state.pin = pin.name;
  }
}

void draw_brush(PanelContext& context) {
  InterveneState& state = intervene_state(context);
  for (std::size_t index = 0; index < brush_tools; ++index)
    draw_tool(context, static_cast<BrushTool>(index), index == 0);
  const std::string why = state.tool == BrushTool::look ? "" : brush_obstacle(context);
  if (!why.empty()) {
    ImGui::PushTextWrapPos(0.0F);
    coloured(theme().warning, why);
    ImGui::PopTextWrapPos();
  } else {
    wrapped_caption(tr(about_tool(state.tool)));
  }
  if (state.tool == BrushTool::look) return;
  if (state.tool == BrushTool::copy && !context.kept().pins.empty()) draw_pin_choice(context);
  draw_shape_choice(context, "intervene.shape");
  const bool has_amount = state.tool == BrushTool::add || state.tool == BrushTool::set_weight;
  if (!has_amount) return;
  constexpr float kAmount = 8.0F;  // ems
  flow(em(kAmount), em(0.75F));
  draw_tool_amount(context, "intervene.amount", em(kAmount));
}

void draw_reach(PanelContext& context) {
  gap(0.5F);
  align_to_frame();
  coloured(theme().text_muted, tr("intervene.where"));
  ImGui::SameLine(0.0F, em(0.5F));
  draw_reach_choice(context, "intervene.reach");
}

void draw_head_tools(PanelContext& context) {
  InterveneState& state = intervene_state(context);
  const HeadRef head = shown_head(context.snapshot, context.session);
  const HeadScope scope = scope_of(state.reach, head);
  const bool named = state.reach == Reach::head && head_name(context.snapshot, head) != head_label(head);
  section(tr("intervene.heads", {{"where", where_of(scope)}}) +
          (named ? " · " + head_name(context.snapshot, head) : std::string()));
  bool first = true;
  if (flow_button("intervene.ablate", tr("intervene.ablate"), first))
    add_item(context, {.kind = InterventionKind::ablate, .scope = scope, .mean = state.mean});
  hint(tr("intervene.ablate_hint"));
  flow(choose_width({tr("intervene.zero"), tr("intervene.mean")}), em(0.3F));
  state.mean = choose("intervene.mean", {tr("intervene.zero"), tr("intervene.mean")}, state.mean ? 1 : 0) == 1;
  if (flow_button("intervene.scale", tr("intervene.scale"), first))
    add_item(context, {.kind = InterventionKind::scale, .scope = scope, .amount = kFirstScale});
  hint(tr("intervene.scale_hint"));
  if (flow_button("intervene.temperature", tr("intervene.temperature"), first))
    add_item(context, {.kind = InterventionKind::temperature, .scope = scope, .amount = kFirstTemperature});
  hint(tr("intervene.temperature_hint"));
  if (flow_button("intervene.kind", tr("intervene.kind_of_attention"), first)) ImGui::OpenPopup("intervene.kinds");
  hint(tr("intervene.kind_of_attention_hint"));
  ImGui::SetNextWindowSize({em(19.0F), 0.0F});
  if (ImGui::BeginPopup("intervene.kinds")) {
    context.state.of<WindowState>().popup_open = true;
    offer_kinds(context, scope);
    ImGui::EndPopup();
  }
  if (flow_button("intervene.positioned", tr("position_switch.otherwise"), first))
    ImGui::OpenPopup("intervene.positions");
  hint(tr("position_switch.otherwise_hint"));
  ImGui::SetNextWindowSize({em(19.0F), 0.0F});
  if (ImGui::BeginPopup("intervene.positions")) {
    context.state.of<WindowState>().popup_open = true;
    offer_positions(context, scope);
    ImGui::EndPopup();
  }
  if (flow_button("intervene.keep_only", tr("intervene.keep_only"), first))
    add_item(context, {.kind = InterventionKind::keep_only, .scope = scope_of(Reach::head, head), .mean = state.mean});
  hint(tr("intervene.keep_only_hint", {{"layer", head.layer}, {"head", head.head}}));
}

void draw_token_tools(PanelContext& context) {
  InterveneState& state = intervene_state(context);
  const Encoding& encoding = intervened_encoding(context);
  const auto name = [&](const char* key, std::size_t token) {
    return tr(key, {{"token", fitted(words_of({token, token + 1}, encoding), em(7.0F))}});
  };
  section(tr("intervene.tokens"));
  const std::string key = name("intervene.the_key", context.views.key);
  const std::string query = name("intervene.the_query", context.views.query);
  state.of_query = choose("intervene.token", {key, query}, state.of_query ? 1 : 0) == 1;
  const std::size_t token = state.of_query ? context.views.query : context.views.key;
  bool first = true;
  if (flow_button("intervene.hide", tr("intervene.hide"), first))
    add_item(context, {.kind = InterventionKind::hide_tokens, .positions = {{token, token + 1}}});
  hint(tr("intervene.hide_hint"));
  if (flow_button("intervene.shift", tr("intervene.shift"), first))
    add_item(context, {.kind = InterventionKind::shift_positions, .positions = {{token, token + 1}}, .amount = 1.0F});
  hint(tr("intervene.shift_hint"));
  if (flow_button("intervene.no_positions", tr("intervene.no_positions"), first))
    add_item(context, {.kind = InterventionKind::no_positions});
  hint(tr("intervene.no_positions_hint"));
}

}  // namespace

void add_item(PanelContext& context, Intervention item) {
  if (has_room(context)) context.act(AddIntervention{place_item(context, std::move(item))});
}

void draw_intervene(PanelContext& context) {
  if (!context.tabbed) heading(tr("intervene.title"));
  if (!context.snapshot.trace || context.snapshot.trace->tokens() == 0) return wrapped_caption(tr("grids.empty"));
  draw_brush(context);
  draw_reach(context);
  if (const std::string why = attention_obstacle(context); why.empty()) {
    draw_head_tools(context);
    draw_token_tools(context);
  } else if (intervene_state(context).tool == BrushTool::look) {
    gap(0.5F);
    wrapped_caption(why);
  }
  draw_intervention_list(context);
  gap(0.7F);
  wrapped_caption(tr("intervene.model_note"));
}

}  // namespace regard
