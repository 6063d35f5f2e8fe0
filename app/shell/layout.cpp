// SPDX-License-Identifier: Apache-2.0
#include "app/shell/layout.h"

#include "app/gfx/screen.h"
#include "app/panels/heads.h"
#include "app/panels/overlays.h"
#include "app/panels/parts.h"
#include "app/panels/registry.h"
#include "app/panels/sentence.h"
#include "app/panels/switches.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/splitter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace regard::shell {
namespace {

constexpr ImGuiWindowFlags kStill = ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
constexpr std::array kTabs{Place::grids, Place::question, Place::arcs};

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

/// A panel in its child window. `card`: on a ground of its own, with padding.
void place_panel(PanelContext& context, Cards& cards, Place place, Rect rect, bool card, ImGuiWindowFlags flags) {
  const Panel& panel = panel_at(place);
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
  if (visible) panel.draw(context);
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
  place_panel(context, cards, Place::heads, {rect.min, {rect.size.x, upper}}, true, 0);
  place_panel(context, cards, Place::predictions,
              {{rect.min.x, rect.min.y + upper + gap}, {rect.size.x, rect.size.y - upper - gap}}, true, 0);
}

void draw_tabs(PanelContext& context, Cards& cards, Rect rect) {
  context.tabbed = true;
  const float gap = gap_size();
  ImGui::SetCursorScreenPos(rect.min);
  const auto title = [](Place place) { return tr(panel_at(place).title); };
  const auto current = static_cast<std::size_t>(std::clamp(context.state.lower_tab, 0, 2));
  const std::size_t chosen = choose("tabs", {title(kTabs[0]), title(kTabs[1]), title(kTabs[2])}, current);
  context.state.lower_tab = static_cast<int>(chosen);
  const float line = ImGui::GetFrameHeight() + gap * 0.75F;
  place_panel(context, cards, kTabs[chosen], {{rect.min.x, rect.min.y + line}, {rect.size.x, rect.size.y - line}}, true,
              chosen == 0 ? kStill : 0);
  context.tabbed = false;
}

/// Grids over arcs.
void draw_middle(PanelContext& context, Cards& cards, Rect rect) {
  const float gap = gap_size();
  const float total = rect.size.y - gap;
  const float least_grids = em(14.0F);
  const float least_arcs = em(9.0F);
  const float upper = pane(context.preferences.grids_share, total, least_grids, least_arcs);
  place_panel(context, cards, Place::grids, {rect.min, {rect.size.x, upper}}, true, kStill);
  place_splitter<SetGridsShare>(context,
                                {"splitter.grids", SplitterLine::horizontal, rect.size.x, total, least_grids,
                                 least_arcs, Preferences{}.grids_share},
                                {rect.min.x, rect.min.y + upper}, upper / total);
  place_panel(context, cards, Place::arcs, {{rect.min.x, rect.min.y + upper + gap}, {rect.size.x, total - upper}}, true,
              kStill);
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
  place_panel(context, cards, Place::question, {{rect.min.x + middle + gap, rect.min.y}, {question, rect.size.y}}, true,
              0);
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
    draw_tabs(context, cards, right);
  else
    draw_views(context, cards, right);
}

/// Everything from the top to the bottom.
void draw_rows(PanelContext& context, Cards& cards, Rect rect, bool small) {
  const float gap = gap_size();
  const float bottom = rect.min.y + rect.size.y;
  float top = rect.min.y;
  const auto row = [&](Place place, float height, bool card) {
    place_panel(context, cards, place, {{rect.min.x, top}, {rect.size.x, height}}, card, kStill);
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
