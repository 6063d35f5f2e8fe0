// SPDX-License-Identifier: Apache-2.0
// What a right click on a head, on a token or on a cell offers.
#include "app/panels/change/intervene.h"
#include "app/panels/change/intervene_state.h"
#include "app/panels/change/intervene_words.h"
#include "app/panels/common/command.h"
#include "app/panels/common/grids_state.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/painted_cells.h"
#include "app/viewmodel/position_effects.h"
#include "app/viewmodel/snapshot.h"
#include "core/trace/switched_positions.h"

#include <imgui.h>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

using Kind = InterventionKind;

constexpr const char* kHeadMenu = "intervene.head";
constexpr const char* kTokenMenu = "intervene.token";

/// A line that adds an item and closes the menu.
void offer(PanelContext& context, const char* id, const char* label, Intervention item) {
  if (!menu_line(id, label, {}, false)) return;
  add_item(context, std::move(item));
  ImGui::CloseCurrentPopup();
}

/// True while the menu is open: then it must be closed with EndPopup.
bool begin_menu(PanelContext& context, const char* name) {
  ImGui::SetNextWindowSize({em(19.0F), 0.0F});
  if (!ImGui::BeginPopup(name)) return false;
  context.state.of<WindowState>().popup_open = true;
  return true;
}

/// Says why there is nothing to choose.
bool obstructed(const PanelContext& context) {
  std::string why = attention_obstacle(context);
  if (why.empty() && !has_room(context)) why = tr_plural("intervene.obstacle.full", max_interventions);
  if (!why.empty()) wrapped_caption(why);
  return !why.empty();
}

void draw_head_menu(PanelContext& context, HeadRef head) {
  coloured(theme().text, head_name(context.snapshot, head));
  if (obstructed(context)) return;
  const HeadScope scope{head.layer, head.head};
  offer(context, "menu.ablate_zero", tr("intervene.menu.ablate_zero"), {.kind = Kind::ablate, .scope = scope});
  offer(context, "menu.ablate_mean", tr("intervene.menu.ablate_mean"),
        {.kind = Kind::ablate, .scope = scope, .mean = true});
  offer(context, "menu.scale", tr("intervene.menu.scale"), {.kind = Kind::scale, .scope = scope, .amount = 0.5F});
  offer(context, "menu.keep_only", tr("intervene.menu.keep_only"), {.kind = Kind::keep_only, .scope = scope});
  menu_section(tr("intervene.menu.kinds"));
  offer_kinds(context, scope);
  menu_section(tr("position_switch.menu"));
  offer_positions(context, scope);
}

void draw_token_menu(PanelContext& context, std::size_t token) {
  const std::vector<Range> positions{{token, token + 1}};
  coloured(theme().text, words_of(positions.front(), intervened_encoding(context)));
  if (obstructed(context)) return;
  offer(context, "menu.hide", tr("intervene.hide"), {.kind = Kind::hide_tokens, .positions = positions});
  offer(context, "menu.shift", tr("intervene.shift"),
        {.kind = Kind::shift_positions, .positions = positions, .amount = 1.0F});
}

/// The line of a grid's text that a row is, under the names of the keys.
std::string row_as_text(const PanelContext& context, std::size_t row, bool weights) {
  const std::string all = grid_as_text(context.views.grid, weights, tr("export.masked"));
  const auto line = [&](std::size_t number) {
    std::size_t begin = 0;
    for (; number > 0; --number)
      begin = all.find('\n', begin) + 1;
    return all.substr(begin, all.find('\n', begin) - begin) + "\n";
  };
  return line(0) + line(row + 1);
}

void draw_cell_offers(PanelContext& context, GridPlace place) {
  if (context.shown != Shown::live)
    return wrapped_caption(tr("intervene.obstacle.shown", {{"shown", context.shown == Shown::baseline ? "A" : "Δ"}}));
  if (obstructed(context)) return;
  const GridView& grid = context.views.grid;
  const HeadRef head = shown_head(context.snapshot, context.session);
  if (!may_look(*context.snapshot.trace, head.layer, grid.rows.units[place.row], grid.cols.units[place.col]))
    return wrapped_caption(tr("intervene.future"));
  const InterveneState& state = intervene_state(context);
  const HeadScope scope = scope_of(state.reach, head);
  const std::vector<Cells> cells = painted_cells({place}, BrushShape::cell, grid.rows, grid.cols, true);
  offer(context, "menu.mask", tr("intervene.menu.mask"), {.kind = Kind::mask, .scope = scope, .cells = cells});
  offer(context, "menu.add", tr("intervene.menu.add", {{"amount", number(state.added, 1)}}).c_str(),
        {.kind = Kind::add, .scope = scope, .cells = cells, .amount = state.added});
  offer(context, "menu.set_weight", tr("intervene.menu.set_weight", {{"amount", number(state.weight, 2)}}).c_str(),
        {.kind = Kind::set_weight, .scope = scope, .cells = cells, .amount = state.weight});
}

void draw_cell_menu(PanelContext& context, GridPlace place, bool weights) {
  const GridView& grid = context.views.grid;
  const Unit &query = grid.rows.units[place.row], &key = grid.cols.units[place.col];
  coloured(theme().text, fitted(query.label + " → " + key.label, em(18.0F)));
  if (menu_line("menu.select", tr("intervene.menu.select"), {}, false)) {
    context.act(SelectQuery{query.tokens.front()});
    context.act(SelectKey{key.tokens.front()});
    ImGui::CloseCurrentPopup();
  }
  draw_cell_offers(context, place);
  if (!menu_line("menu.copy_row", tr(weights ? "intervene.menu.copy_weights" : "intervene.menu.copy_scores"), {},
                 false))
    return;
  context.command(CopyText{row_as_text(context, place.row, weights)});
  ImGui::CloseCurrentPopup();
}

}  // namespace

void offer_kinds(PanelContext& context, const HeadScope& scope) {
  const ModelConfig& config = context.snapshot.model->config;
  for (const KindInfo& info : kind_infos()) {
    if (is_own_kind(info.form)) continue;
    const Intervention item = in_kind(scope, usual_kind(info.form));
    const std::optional<Error> why = complaint_about(config, without_kinds(context.snapshot.trace->request), item);
    const bool chosen = menu_line("menu.kind." + std::string(info.name), kind_title(item.as), {}, false, !why);
    hint(why ? kind_refusal(*why) : kind_about(info.form) + "\n" + tr("kinds.untrained"));
    if (!chosen) continue;
    add_item(context, item);
    ImGui::CloseCurrentPopup();
  }
}

void offer_positions(PanelContext& context, const HeadScope& scope) {
  const Snapshot& snapshot = context.snapshot;
  const Request bare = without_switched_positions(snapshot.trace->request);
  for (const PositionInfo& info : position_infos()) {
    const Intervention item = with_positions(scope, usual_positions(info.form));
    const std::optional<Error> why = complaint_about(snapshot.model->config, bare, item);
    const bool chosen =
        menu_line("menu.positions." + std::string(info.name), switch_title(item.positioned), {}, false, !why);
    hint(why ? switch_refusal(*why) : switch_about(info.form) + "\n" + tr("kinds.untrained"));
    if (!chosen) continue;
    add_item(context, item);
    ImGui::CloseCurrentPopup();
  }
}

void head_menu(PanelContext& context, const std::optional<HeadRef>& hovered) {
  InterveneState& state = intervene_state(context);
  if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
    state.menu_head = hovered;
    ImGui::OpenPopup(kHeadMenu);
  }
  if (!begin_menu(context, kHeadMenu)) return;
  if (state.menu_head) draw_head_menu(context, *state.menu_head);
  ImGui::EndPopup();
}

void token_menu(PanelContext& context, const std::optional<std::size_t>& hovered) {
  InterveneState& state = intervene_state(context);
  if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
    state.menu_token = hovered;
    ImGui::OpenPopup(kTokenMenu);
  }
  if (!begin_menu(context, kTokenMenu)) return;
  if (state.menu_token && *state.menu_token < intervened_encoding(context).tokens.size())
    draw_token_menu(context, *state.menu_token);
  ImGui::EndPopup();
}

void cell_menu(PanelContext& context, GridKind grid, const std::optional<GridPlace>& hovered) {
  InterveneState& state = intervene_state(context);
  const char* name = grid == GridKind::weights ? "intervene.cell.weights" : "intervene.cell.scores";
  if (hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
    state.menu_cell = hovered;
    ImGui::OpenPopup(name);
  }
  if (!begin_menu(context, name)) return;
  const GridView& shown = context.views.grid;
  if (state.menu_cell && state.menu_cell->row < shown.rows.size() && state.menu_cell->col < shown.cols.size())
    draw_cell_menu(context, *state.menu_cell, grid == GridKind::weights);
  ImGui::EndPopup();
}

}  // namespace regard
