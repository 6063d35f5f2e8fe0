// SPDX-License-Identifier: Apache-2.0
#include "app/shell/cards.h"

#include "app/panels/common/lesson_news.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/commands.h"
#include "app/panels/frame/keyboard.h"
#include "app/panels/frame/tab_row.h"
#include "app/panels/lesson/question_veil.h"
#include "app/panels/look/grids.h"
#include "app/session/action.h"
#include "app/session/look.h"
#include "app/shell/arrangement.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"
#include "app/widgets/splitter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace regard::shell {
namespace {

/// Panels show the live text or the baseline.
PanelContext& context_of(PanelContext& live, const Panel& panel) {
  return panel.live || live.baseline == nullptr ? live : *live.baseline;
}

/// Does the lesson's step point at it?
bool is_lit(const PanelContext& context, const Panel& panel) {
  if (context.world.lessons == nullptr) return false;
  if (hides_answer(context) && std::string_view(panel.id) != "sentence") return false;  // it is under the veil
  const std::vector<std::string>& lit = context.world.lessons->lit;
  return std::find(lit.begin(), lit.end(), panel.id) != lit.end();
}

/// A panel in its child window, without a ground.
void draw_panel(PanelContext& context, const Panel& panel, Rect rect, ImVec2 padding, ImGuiWindowFlags flags) {
  rect.size = {std::max(1.0F, rect.size.x), std::max(1.0F, rect.size.y)};
  const ImVec2 max{rect.min.x + rect.size.x, rect.min.y + rect.size.y};
  ImGui::SetCursorScreenPos(rect.min);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  const bool visible = ImGui::BeginChild(panel.id, rect.size, false,
                                         flags | ImGuiWindowFlags_AlwaysUseWindowPadding | child_nav_flags());
  ImGui::PopStyleVar();
  if (probe_enabled()) probe(std::string("panel.") + panel.id, rect.min, max);
  if (ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows))
    context.state.of<WindowState>().panel_under_mouse = panel.id;
  enter_panel(context.state, panel.id);
  if (visible) panel.draw(context_of(context, panel));
  ImGui::EndChild();
  if (is_lit(context, panel)) {
    const float away = std::round(em(0.2F));
    ImGui::GetWindowDrawList()->AddRect({rect.min.x - away, rect.min.y - away}, {max.x + away, max.y + away},
                                        colour_u32(theme().accent), em(0.3F), 0, std::round(stroke(0.12F, 2.0F)));
  }
}

/// The tools a person has taken in hand lie over the first line of the matrices.
void draw_tools(PanelContext& context, Rect rect) {
  PanelContext& shown = context.baseline != nullptr ? *context.baseline : context;
  if (!has_grid_tools(shown)) return;
  ImGui::SetCursorScreenPos(rect.min);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, theme().panel);
  if (ImGui::BeginChild("tools", {rect.size.x, ImGui::GetFrameHeight()}, false,
                        child_nav_flags() | ImGuiWindowFlags_NoScrollbar))
    draw_grid_tools(shown);
  ImGui::EndChild();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
}

/// The panels of one of a card's views, from left to right.
void draw_view(PanelContext& context, const CardSpec& spec, const CardView& view, Rect rect) {
  const ImVec2 padding = card_padding(spec.low);
  const float most_width = spec.most_width;
  const bool tabbed = spec.views.size() > 1;
  const auto count = static_cast<float>(view.panels.size());
  const bool matrices = is_matrix(*view.panels.front());
  if (!matrices) {
    context_of(context, *view.panels.front()).tabbed = tabbed;
    draw_panel(context, *view.panels.front(), rect, padding, 0);
    context_of(context, *view.panels.front()).tabbed = false;
    return;
  }
  const Rect inner{{rect.min.x + padding.x, rect.min.y + padding.y},
                   {rect.size.x - 2.0F * padding.x, rect.size.y - 2.0F * padding.y}};
  const float space = em(kBetween);
  float width = (inner.size.x - space * (count - 1.0F)) / count;
  if (most_width > 0.0F) width = std::min(width, most_width);
  width = std::floor(width);
  float left = inner.min.x;
  for (const Panel* panel : view.panels) {
    context_of(context, *panel).tabbed = tabbed && view.panels.size() == 1;
    draw_panel(context, *panel, {{left, inner.min.y}, {width, inner.size.y}}, {0.0F, 0.0F},
               ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    context_of(context, *panel).tabbed = false;
    left += width + space;
  }
  draw_tools(context, inner);
}

/// "Ctrl-3": the key of a view's first panel in the workspace on show.
std::string key_of(const PanelContext& context, const CardView& view) {
  const std::vector<const Panel*> all = panels_of(workspace_named(context.look().stage.workspace));
  const auto index = static_cast<int>(std::find(all.begin(), all.end(), view.panels.front()) - all.begin());
  for (const CommandEntry& entry : commands())
    if (entry.argument == index && std::string_view(entry.id).starts_with("view.") && entry.chords[0].ctrl)
      return text_of(entry.chords[0]);
  return {};
}

std::size_t chosen_view(const PanelContext& context, const std::vector<CardView>& views) {
  std::vector<const Panel*> all;
  std::vector<std::size_t> view_of;
  for (std::size_t index = 0; index < views.size(); ++index)
    for (const Panel* panel : views[index].panels) {
      all.push_back(panel);
      view_of.push_back(index);
    }
  return view_of[chosen_panel(context, all)];
}

}  // namespace

bool is_matrix(const Panel& panel) {
  return panel.draw == draw_scores || panel.draw == draw_weights;
}

float gap_size() {
  return splitter_thickness();
}

ImVec2 card_padding(bool low) {
  return {em(0.875F), em(low ? 0.2F : 0.625F)};
}

void place_panel(PanelContext& context, Cards& cards, const Panel& panel, Rect rect, bool card, ImGuiWindowFlags flags,
                 bool low) {
  if (card) cards.push_back({rect.min, {rect.min.x + rect.size.x, rect.min.y + rect.size.y}});
  draw_panel(context, panel, rect, card ? card_padding(low) : ImVec2{0.0F, 0.0F}, flags);
}

void place_card(PanelContext& context, Cards& cards, const CardSpec& spec) {
  if (spec.views.empty()) return;
  const Rect& rect = spec.rect;
  cards.push_back({rect.min, {rect.min.x + rect.size.x, rect.min.y + rect.size.y}});
  if (spec.views.size() == 1) return draw_view(context, spec, spec.views.front(), rect);
  const std::size_t chosen = chosen_view(context, spec.views);
  std::vector<Tab> tabs;
  for (const CardView& view : spec.views)
    tabs.push_back({std::string("tab.") + view.panels.front()->id, tr(view.title), key_of(context, view),
                    why_shut(*view.panels.front(), context)});
  const ImVec2 padding = card_padding(spec.low);
  const float row = tab_row_height();
  const float top = std::round(padding.y * 0.5F);
  ImGui::SetCursorScreenPos({rect.min.x + padding.x, rect.min.y + top});
  const auto clicked = tab_row(spec.id, tabs, chosen, std::max(1.0F, rect.size.x - 2.0F * padding.x));
  if (tab_menu_open()) context.state.of<WindowState>().popup_open = true;
  draw_view(context, spec, spec.views[chosen],
            {{rect.min.x, rect.min.y + top + row}, {rect.size.x, rect.size.y - top - row}});
  if (clicked)
    context.act(
        SelectPanel{workspace_named(context.look().stage.workspace).id, spec.views[*clicked].panels.front()->id});
}

}  // namespace regard::shell
