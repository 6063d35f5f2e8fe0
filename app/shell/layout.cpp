// SPDX-License-Identifier: Apache-2.0
#include "app/shell/layout.h"

#include "app/gfx/screen.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/frame/overlays.h"
#include "app/panels/frame/sentence.h"
#include "app/panels/frame/shortcuts.h"
#include "app/panels/frame/switches.h"
#include "app/panels/frame/tab_row.h"
#include "app/panels/registry.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/splitter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard::shell {
namespace {

constexpr ImGuiWindowFlags kStill = ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;

using Cards = std::vector<gfx::Box>;  // where panels lie on a ground of their own

struct Rect {
  ImVec2 min{};
  ImVec2 size{};
};

float gap_size() {
  return splitter_thickness();
}
ImVec2 card_padding() {
  return {em(0.875F), em(0.625F)};
}

/// Panels show the live text or the baseline.
PanelContext& context_of(PanelContext& live, const Panel& panel) {
  return panel.live || live.baseline == nullptr ? live : *live.baseline;
}

/// A panel in its child window. `card`: on a ground of its own, with padding.
void place_panel(PanelContext& context, Cards& cards, const Panel& panel, Rect rect, bool card,
                 ImGuiWindowFlags flags) {
  rect.size = {std::max(1.0F, rect.size.x), std::max(1.0F, rect.size.y)};
  ImGui::SetCursorScreenPos(rect.min);
  if (card) cards.push_back({rect.min, {rect.min.x + rect.size.x, rect.min.y + rect.size.y}});
  const ImVec2 padding = card ? card_padding() : ImVec2{0.0F, 0.0F};
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  const bool visible = ImGui::BeginChild(
      panel.id, rect.size, false, flags | ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoNavInputs);
  ImGui::PopStyleVar();
  if (probe_enabled())
    probe(std::string("panel.") + panel.id, rect.min, {rect.min.x + rect.size.x, rect.min.y + rect.size.y});
  if (visible) panel.draw(context_of(context, panel));
  ImGui::EndChild();
}

/// A handle between two panes; sends the share when it moved.
template <class SetShare>
void place_splitter(PanelContext& context, SplitterSpec spec, ImVec2 at, float share) {
  ImGui::SetCursorScreenPos(at);
  if (splitter(spec, share)) context.command(SetShare{share});
}

float pane(float share, float total, float least_first, float least_second) {
  const float most = std::max(least_first, total - least_second);
  return std::round(std::clamp(share * total, std::min(least_first, most), most));
}

void draw_left(PanelContext& context, Cards& cards, Rect rect) {
  const float inner = rect.size.x - 2.0F * card_padding().x;
  const float wanted = heads_height(context, inner) + 2.0F * card_padding().y;
  const float gap = gap_size();
  const float least_predictions = std::min(em(7.0F), rect.size.y * 0.3F);
  const float upper = std::min(wanted, std::max(1.0F, rect.size.y - gap - least_predictions));
  place_panel(context, cards, panel_at(Place::heads), {rect.min, {rect.size.x, upper}}, true, 0);
  place_panel(context, cards, panel_at(Place::predictions),
              {{rect.min.x, rect.min.y + upper + gap}, {rect.size.x, rect.size.y - upper - gap}}, true, 0);
}

Tab tab_of(const Panel& panel, std::string id) {
  return {std::move(id), tr(panel.title), {}};
}

/// The tabs of the panels at the side, with their keys as hints.
void add_side_tabs(std::vector<Tab>& tabs) {
  const std::vector<const Panel*>& panels = side_panels();
  for (std::size_t index = 0; index < panels.size(); ++index) {
    tabs.push_back(tab_of(*panels[index], std::string("side.") + panels[index]->id));
    if (index < most_side_keys) tabs.back().hint = "Ctrl-" + std::to_string(index + 1);
  }
}

/// A card whose panel's name stands on a row of tabs; says which tab was clicked.
std::optional<std::size_t> place_tabbed(PanelContext& context, Cards& cards, Rect rect, const std::vector<Tab>& tabs,
                                        std::size_t chosen, const Panel& panel) {
  cards.push_back({rect.min, {rect.min.x + rect.size.x, rect.min.y + rect.size.y}});
  const ImVec2 padding = card_padding();
  const float row = tab_row_height();
  const float top = std::round(padding.y * 0.5F);
  ImGui::SetCursorScreenPos({rect.min.x + padding.x, rect.min.y + top});
  const auto clicked = tab_row("tabs", tabs, chosen, std::max(1.0F, rect.size.x - 2.0F * padding.x));
  if (tab_menu_open()) context.state.popup_open = true;
  context_of(context, panel).tabbed = true;
  place_panel(context, cards, panel, {{rect.min.x, rect.min.y + top + row}, {rect.size.x, rect.size.y - top - row}},
              true, panel.place == Place::side ? 0 : kStill);
  context_of(context, panel).tabbed = false;
  return clicked;
}

/// The column at the right of a large window.
void draw_side(PanelContext& context, Cards& cards, Rect rect) {
  std::vector<Tab> tabs;
  add_side_tabs(tabs);
  const std::size_t chosen = side_index(context.session.side);
  const auto clicked = place_tabbed(context, cards, rect, tabs, chosen, *side_panels()[chosen]);
  if (clicked) context.act(SelectSide{side_panels()[*clicked]->id});
}

/// What a small window shows under the sentence: grids, arcs and the panels of the side, one at a time.
void draw_lower(PanelContext& context, Cards& cards, Rect rect) {
  const Panel& grids = panel_at(Place::grids);
  const Panel& arcs = panel_at(Place::arcs);
  std::vector<Tab> tabs{tab_of(grids, "tabs.grids"), tab_of(arcs, "tabs.arcs")};
  const std::size_t before = tabs.size();
  add_side_tabs(tabs);
  const std::size_t side = side_index(context.session.side);
  LowerView& view = context.state.lower;
  const std::size_t chosen = view == LowerView::grids ? 0 : view == LowerView::arcs ? 1 : before + side;
  const Panel& panel = view == LowerView::grids ? grids : view == LowerView::arcs ? arcs : *side_panels()[side];
  const auto clicked = place_tabbed(context, cards, rect, tabs, chosen, panel);
  if (!clicked) return;
  view = *clicked == 0 ? LowerView::grids : *clicked == 1 ? LowerView::arcs : LowerView::side;
  if (view == LowerView::side) context.act(SelectSide{side_panels()[*clicked - before]->id});
}

/// Grids over arcs.
void draw_middle(PanelContext& context, Cards& cards, Rect rect) {
  const float gap = gap_size();
  const float total = rect.size.y - gap;
  const float least_grids = em(14.0F);
  const float least_arcs = em(9.0F);
  const float upper = pane(context.preferences.grids_share, total, least_grids, least_arcs);
  place_panel(context, cards, panel_at(Place::grids), {rect.min, {rect.size.x, upper}}, true, kStill);
  place_splitter<SetGridsShare>(context,
                                {"splitter.grids", SplitterLine::horizontal, rect.size.x, total, least_grids,
                                 least_arcs, Preferences{}.grids_share},
                                {rect.min.x, rect.min.y + upper}, upper / total);
  place_panel(context, cards, panel_at(Place::arcs),
              {{rect.min.x, rect.min.y + upper + gap}, {rect.size.x, total - upper}}, true, kStill);
}

void draw_views(PanelContext& context, Cards& cards, Rect rect) {
  const float gap = gap_size();
  const float total = rect.size.x - gap;
  const float least_grids = em(30.0F);
  const float least_question = em(22.0F);
  const float question = pane(context.preferences.question_share, total, least_question, least_grids);
  const float middle = total - question;
  draw_middle(context, cards, {rect.min, {middle, rect.size.y}});
  // The splitter's share is that of its first pane, ours that of the question.
  ImGui::SetCursorScreenPos({rect.min.x + middle, rect.min.y});
  float share = middle / total;
  const SplitterSpec spec{"splitter.question",
                          SplitterLine::vertical,
                          rect.size.y,
                          total,
                          least_grids,
                          least_question,
                          1.0F - Preferences{}.question_share};
  if (splitter(spec, share)) context.command(SetQuestionShare{1.0F - share});
  draw_side(context, cards, {{rect.min.x + middle + gap, rect.min.y}, {question, rect.size.y}});
}

void draw_main(PanelContext& context, Cards& cards, Rect rect, bool small) {
  const float gap = gap_size();
  const float total = rect.size.x - gap;
  const float least_left = em(small ? 11.0F : 15.0F);
  const float least_right = em(small ? 20.0F : 52.0F);
  const float left = pane(context.preferences.left_share, total, least_left, least_right);
  draw_left(context, cards, {rect.min, {left, rect.size.y}});
  place_splitter<SetLeftShare>(
      context,
      {"splitter.left", SplitterLine::vertical, rect.size.y, total, least_left, least_right, Preferences{}.left_share},
      {rect.min.x + left, rect.min.y}, left / total);
  const Rect right{{rect.min.x + left + gap, rect.min.y}, {total - left, rect.size.y}};
  if (small)
    draw_lower(context, cards, right);
  else
    draw_views(context, cards, right);
}

/// Everything from the top to the bottom.
void draw_rows(PanelContext& context, Cards& cards, Rect rect, bool small) {
  const float gap = gap_size();
  const float bottom = rect.min.y + rect.size.y;
  float top = rect.min.y;
  const auto row = [&](Place place, float height, bool card) {
    place_panel(context, cards, panel_at(place), {{rect.min.x, top}, {rect.size.x, height}}, card, kStill);
    top += height + gap;
  };
  row(Place::top, ImGui::GetFrameHeight(), false);
  row(Place::sentence, sentence_height(context, rect.size.x - 2.0F * card_padding().x) + 2.0F * card_padding().y, true);
  row(Place::switches, switches_height(context, rect.size.x), false);
  const float status = std::round(em(1.2F));
  const float height = bottom - status - gap - top;
  draw_main(context, cards, {{rect.min.x, top}, {rect.size.x, std::max(1.0F, height)}}, small);
  top = bottom - status;
  row(Place::status, status, false);
}

}  // namespace

bool is_small(ImVec2 size, float em_pixels) {
  return size.x < 75.0F * em_pixels || size.y < 47.0F * em_pixels;
}

void draw_window(PanelContext& context) {
  context.state.popup_open = false;
  context.state.copy_from = GridKind::none;
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  const float margin = std::round(em(0.75F));
  ImGui::SetNextWindowPos({0.0F, 0.0F});
  ImGui::SetNextWindowSize(whole);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0F);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0.0F);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::Begin("regard", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoNavInputs | kStill);
  ImGui::PopStyleVar(3);
  // Most of the window is cards: it is filled with their colour, then around them with the background, under all the rest.
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImDrawListSplitter layers;
  layers.Split(&list, 2);
  layers.SetCurrentChannel(&list, 1);
  Cards cards;
  draw_rows(context, cards,
            {{margin, std::round(margin * 0.75F)},
             {std::max(1.0F, whole.x - 2.0F * margin), std::max(1.0F, whole.y - std::round(margin * 1.5F))}},
            is_small(whole, em()));
  layers.SetCurrentChannel(&list, 0);
  gfx::fill(list, {0.0F, 0.0F}, whole, colour_u32(theme().panel));
  gfx::fill_around(list, {{0.0F, 0.0F}, whole}, cards, colour_u32(theme().background), ImGui::GetStyle().ChildRounding);
  layers.Merge(&list);
  ImGui::End();
  draw_overlays(context);
}

}  // namespace regard::shell
