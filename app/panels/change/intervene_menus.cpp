// SPDX-License-Identifier: Apache-2.0
// What a right click on a head or on a token offers.
#include "app/panels/change/intervene.h"
#include "app/panels/change/intervene_state.h"
#include "app/panels/change/intervene_words.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/frame/model_menu.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <utility>

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
  context.state.popup_open = true;
  return true;
}

/// Says why there is nothing to choose.
bool obstructed(const PanelContext& context) {
  std::string why = attention_obstacle(context);
  if (why.empty() && !has_room(context)) why = tr("intervene.obstacle.full", {{"most", max_interventions}});
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
}

void draw_token_menu(PanelContext& context, std::size_t token) {
  const std::vector<Range> positions{{token, token + 1}};
  coloured(theme().text, words_of(positions.front(), intervened_encoding(context)));
  if (obstructed(context)) return;
  offer(context, "menu.hide", tr("intervene.hide"), {.kind = Kind::hide_tokens, .positions = positions});
  offer(context, "menu.shift", tr("intervene.shift"),
        {.kind = Kind::shift_positions, .positions = positions, .amount = 1.0F});
}

}  // namespace

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

}  // namespace regard
