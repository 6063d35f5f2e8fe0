// SPDX-License-Identifier: Apache-2.0
#include "app/shell/layout.h"

#include "app/panels/common/command.h"
#include "app/panels/common/grids_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/frame/keyboard.h"
#include "app/panels/frame/overlays.h"
#include "app/panels/frame/presenter.h"
#include "app/panels/frame/sentence.h"
#include "app/panels/frame/tab_row.h"
#include "app/panels/frame/waiting.h"
#include "app/panels/lesson/glossary_card.h"
#include "app/panels/lesson/lesson.h"
#include "app/panels/lesson/question_veil.h"
#include "app/panels/look/grids.h"
#include "app/panels/registry.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/shell/cards.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/nav.h"
#include "app/widgets/splitter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace regard::shell {
namespace {

constexpr ImGuiWindowFlags kStill = ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;

/// Everything inside the window's margins.
Rect inside(ImVec2 window) {
  const float margin = std::round(em(0.75F));
  return {{margin, std::round(margin * 0.75F)},
          {std::max(1.0F, window.x - 2.0F * margin), std::max(1.0F, window.y - std::round(margin * 1.5F))}};
}

float status_height() {
  return std::round(em(1.2F));
}

/// The sentence's card.
float sentence_row(const PanelContext& context, RowHeight rows) {
  const bool low = rows != RowHeight::full;
  return sentence_height(context, low) + 2.0F * card_padding(low).y;
}

/// What low windows take from the margins above and below everything, together.
float margin_saved(RowHeight rows) {
  return rows == RowHeight::full ? 0.0F : std::round(em(0.75F));
}

/// The rows above and below the workspace, with the gaps between them and to it, less what low windows save around them and in the
/// workspace's own card.
float rows_height(const PanelContext& context, RowHeight rows) {
  const float gap = gap_size();
  const float saved = margin_saved(rows) + 2.0F * (card_padding().y - card_padding(rows != RowHeight::full).y);
  const float status = rows == RowHeight::least ? 0.0F : status_height() + gap;
  return ImGui::GetFrameHeight() + gap + sentence_row(context, rows) + gap + status - saved;
}

/// Where the lesson stands, if one is on show: at the right end of a rectangle, or in one without room for it, on a tab.
struct LessonSplit {
  Rect beside{};  ///< what is left of the rectangle
  Rect lesson{};  ///< of no width: there is no column
  bool tab = false;
  [[nodiscard]] bool column() const { return lesson.size.x > 0.0F; }
};

/// The share of the side's column is one of what is right of the heads; the lesson's is one of everything.
constexpr float kRightOfHeads = 0.76F;

LessonSplit split_for_lesson(const PanelContext& context, Rect rect) {
  if (!shows_lesson(context)) return {.beside = rect};
  const float total = rect.size.x - gap_size();
  const float most = total - em(kLeastBesideLesson);
  if (most < em(kLeastLesson)) return {.beside = rect, .tab = true};
  const float wanted = context.preferences.question_share * kRightOfHeads * total;
  const float width = std::round(std::clamp(wanted, em(kLeastLesson), most));
  return {.beside = {rect.min, {total - width, rect.size.y}},
          .lesson = {{rect.min.x + rect.size.x - width, rect.min.y}, {width, rect.size.y}}};
}

ArrangementNeeds needs_of(const PanelContext& context, Rect rect) {
  const GridRoom room = grid_room();
  ArrangementNeeds needs;
  needs.em = em();
  const LessonSplit split = split_for_lesson(context, rect);
  needs.width = split.beside.size.x;
  needs.side = !split.column();
  needs.keeps_overview = workspace_named(context.look().stage.workspace).keeps_overview;
  needs.height = rect.size.y;
  needs.gap = gap_size();
  needs.padding_x = card_padding().x;
  needs.padding_y = card_padding().y;
  needs.rows = rows_height(context, RowHeight::full);
  needs.low_rows = rows_height(context, RowHeight::low);
  needs.least_rows = rows_height(context, RowHeight::least);
  needs.tabs = tab_row_height() + std::round(card_padding().y * 0.5F);
  needs.lines = room.lines;
  needs.compact_lines = room.compact_lines;
  needs.labels_x = room.labels.x;
  needs.labels_y = room.labels.y;
  needs.least_labels_y = room.least_labels;
  return needs;
}

/// Pixels of the first of two panes: its share of them, or where that is still the one the program begins with, at least what it
/// needs.
float pane(float share, float standard, float total, float needed_first, float needed_second) {
  const bool own = share != standard;
  const float least_first = own ? std::min(needed_first, em(8.0F)) : needed_first;
  const float least_second = own ? std::min(needed_second, em(8.0F)) : needed_second;
  return std::round(
      std::clamp(share * total, std::min(least_first, total), std::max(least_first, total - least_second)));
}

void place_left(PanelContext& context, Cards& cards, Rect rect) {
  const float inner = rect.size.x - 2.0F * card_padding().x;
  const float wanted = heads_height(context, inner) + 2.0F * card_padding().y;
  const float gap = gap_size();
  const float least_predictions = std::min(em(7.0F), rect.size.y * 0.3F);
  const float upper = std::min(wanted, std::max(1.0F, rect.size.y - gap - least_predictions));
  place_panel(context, cards, *panel_named("heads"), {rect.min, {rect.size.x, upper}}, true, 0);
  place_panel(context, cards, *panel_named("predictions"),
              {{rect.min.x, rect.min.y + upper + gap}, {rect.size.x, rect.size.y - upper - gap}}, true, 0);
}

void place_lesson(PanelContext& context, Cards& cards, const LessonSplit& split) {
  if (!split.column()) return;
  const float total = split.beside.size.x + split.lesson.size.x;
  ImGui::SetCursorScreenPos({split.beside.min.x + split.beside.size.x, split.beside.min.y});
  float share = split.beside.size.x / total;
  const float standard = 1.0F - Preferences{}.question_share * kRightOfHeads;
  if (splitter({"splitter.lesson", SplitterLine::vertical, split.beside.size.y, total, em(kLeastBesideLesson),
                em(kLeastLesson), standard},
               share))
    context.command(SetQuestionShare{(1.0F - share) / kRightOfHeads});
  place_panel(context, cards, *panel_named("lesson"), split.lesson, true, kStill);
}

/// Is it one of the workspace's tabs?
bool lesson_is_tab(const PanelContext& context) {
  return split_for_lesson(context, inside(ImGui::GetIO().DisplaySize)).tab;
}

/// Each panel a view of its own.
void add_views(std::vector<CardView>& views, std::span<const char* const> ids) {
  for (const char* id : ids) {
    const Panel* panel = panel_named(id);
    views.push_back({{panel}, panel->title});
  }
}

std::vector<CardView> main_views(const Workspace& workspace, const Arrangement& arrangement, bool with_lesson) {
  std::vector<CardView> views;
  static constexpr std::array kLesson{"lesson"};
  if (with_lesson) add_views(views, kLesson);
  if (arrangement.pair && workspace.main.size() > 1 && is_matrix(*panel_named(workspace.main.front()))) {
    CardView both{{}, "grids.title"};
    for (const char* id : workspace.main)
      both.panels.push_back(panel_named(id));
    views.push_back(std::move(both));
  } else {
    add_views(views, workspace.main);
  }
  if (!arrangement.below && !arrangement.side) {
    add_views(views, workspace.below);
    add_views(views, workspace.side);
  }
  static constexpr std::array kLeft{"heads", "predictions"};
  if (!arrangement.left) add_views(views, kLeft);
  return views;
}

/// The matrices' card, over the row below where there is one.
void place_main(PanelContext& context, Cards& cards, Rect rect, const Workspace& workspace,
                const Arrangement& arrangement) {
  const float most = arrangement.most_cells > 0.0F ? arrangement.most_cells + grid_room().labels.x : 0.0F;
  CardSpec main{"tabs", rect, main_views(workspace, arrangement, lesson_is_tab(context)),
                arrangement.rows != RowHeight::full, most};
  const bool something_below = !workspace.below.empty() || (!arrangement.side && !workspace.side.empty());
  if (!arrangement.below || !something_below) return place_card(context, cards, main);
  const float gap = gap_size();
  const float total = rect.size.y - gap;
  const float standard = Preferences{}.grids_share;
  const float upper =
      pane(context.preferences.grids_share, standard, total, arrangement.least_main_height, em(kLeastBelow));
  main.rect.size.y = upper;
  place_card(context, cards, main);
  ImGui::SetCursorScreenPos({rect.min.x, rect.min.y + upper});
  float share = upper / total;
  if (splitter({"splitter.grids", SplitterLine::horizontal, rect.size.x, total, em(8.0F), em(8.0F), standard}, share))
    context.command(SetGridsShare{share});
  CardSpec below{"below", {{rect.min.x, rect.min.y + upper + gap}, {rect.size.x, total - upper}}, {}};
  add_views(below.views, workspace.below);
  if (!arrangement.side) add_views(below.views, workspace.side);
  place_card(context, cards, below);
}

/// The matrices and, at their right, the side.
void place_workspace(PanelContext& context, Cards& cards, Rect rect, const Workspace& workspace,
                     const Arrangement& arrangement) {
  const bool alone = workspace.side.empty() && (arrangement.below || workspace.below.empty());
  if (!arrangement.side || alone) return place_main(context, cards, rect, workspace, arrangement);
  const float gap = gap_size();
  const float total = rect.size.x - gap;
  const float standard = Preferences{}.question_share;
  const float side =
      pane(context.preferences.question_share, standard, total, em(kLeastSide), arrangement.least_main_width);
  const float main = total - side;
  place_main(context, cards, {rect.min, {main, rect.size.y}}, workspace, arrangement);
  ImGui::SetCursorScreenPos({rect.min.x + main, rect.min.y});
  // The splitter's share is that of its first pane, ours that of the side.
  float share = main / total;
  if (splitter({"splitter.question", SplitterLine::vertical, rect.size.y, total, em(8.0F), em(8.0F), 1.0F - standard},
               share))
    context.command(SetQuestionShare{1.0F - share});
  CardSpec spec{"side", {{rect.min.x + main + gap, rect.min.y}, {side, rect.size.y}}, {}};
  add_views(spec.views, workspace.side);
  if (!arrangement.below) add_views(spec.views, workspace.below);
  place_card(context, cards, spec);
}

/// Heads and predictions, and the workspace beside them.
void place_middle(PanelContext& context, Cards& cards, Rect rect, const Arrangement& arrangement) {
  const Workspace& workspace = workspace_named(context.look().stage.workspace);
  if (!arrangement.left) return place_workspace(context, cards, rect, workspace, arrangement);
  const float gap = gap_size();
  const float total = rect.size.x - gap;
  const float standard = Preferences{}.left_share;
  const float least = em(arrangement.pair ? kLeastLeft : kLeastLeftOfOne);
  const float beside = arrangement.least_main_width + (arrangement.side ? gap + em(kLeastSide) : 0.0F);
  const float left = pane(context.preferences.left_share, standard, total, least, beside);
  place_left(context, cards, {rect.min, {left, rect.size.y}});
  ImGui::SetCursorScreenPos({rect.min.x + left, rect.min.y});
  float share = left / total;
  if (splitter({"splitter.left", SplitterLine::vertical, rect.size.y, total, em(8.0F), em(8.0F), standard}, share))
    context.command(SetLeftShare{share});
  place_workspace(context, cards, {{rect.min.x + left + gap, rect.min.y}, {total - left, rect.size.y}}, workspace,
                  arrangement);
}

/// What lies over the panels of a rectangle: that a model or a text is on its way, and the veil of a lesson beside them.
void cover(PanelContext& context, const Rect& rect, bool veil) {
  const ImVec2 end{rect.min.x + rect.size.x, rect.min.y + rect.size.y};
  draw_waiting(context, rect.min, end);
  if (veil) draw_question_veil(context, rect.min, end);
}

/// Everything from the top to the bottom.
void place_rows(PanelContext& context, Cards& cards, Rect rect, const Arrangement& arrangement) {
  const float gap = gap_size();
  const bool low = arrangement.rows != RowHeight::full;
  const float saved = margin_saved(arrangement.rows) * 0.5F;
  const float bottom = rect.min.y + rect.size.y + saved;
  float top = rect.min.y - saved;
  const auto row = [&](const char* id, float height, bool card) {
    place_panel(context, cards, *panel_named(id), {{rect.min.x, top}, {rect.size.x, height}}, card, kStill, low);
    top += height + gap;
  };
  row("top", ImGui::GetFrameHeight(), false);
  row("sentence", sentence_row(context, arrangement.rows), true);
  const bool with_status = arrangement.rows != RowHeight::least;
  const float end = with_status ? bottom - status_height() - gap : bottom;
  const Rect middle{{rect.min.x, top}, {rect.size.x, std::max(1.0F, end - top)}};
  const LessonSplit split = split_for_lesson(context, middle);
  place_middle(context, cards, split.beside, arrangement);
  cover(context, split.beside, !split.tab);
  place_lesson(context, cards, split);  // last: it reads what the others were asked for
  top = bottom - status_height();
  if (with_status) row("status", status_height(), false);
}

/// One panel over the whole window, under the sentence.
void place_filling(PanelContext& context, Cards& cards, Rect rect, const Panel& panel) {
  const float gap = gap_size();
  const float sentence = sentence_row(context, RowHeight::low);
  place_panel(context, cards, *panel_named("sentence"), {rect.min, {rect.size.x, sentence}}, true, kStill, true);
  const Rect below{{rect.min.x, rect.min.y + sentence + gap}, {rect.size.x, rect.size.y - sentence - gap}};
  const bool alone = std::string_view(panel.id) == "lesson";
  const LessonSplit split = alone ? LessonSplit{.beside = below} : split_for_lesson(context, below);
  CardSpec spec{"filling", split.beside, {}};
  spec.views.push_back({{&panel}, panel.title});
  place_card(context, cards, spec);
  cover(context, split.beside, !alone && !split.tab);
  place_lesson(context, cards, split);
}

/// Has none of the panels below anything to show?
bool rest_below(const PanelContext& context) {
  const std::span<const char* const> below = workspace_named(context.look().stage.workspace).below;
  return !below.empty() && std::all_of(below.begin(), below.end(), [&context](const char* id) {
    const Panel& panel = *panel_named(id);
    return panel.rests != nullptr && panel.rests(context);
  });
}

}  // namespace

Arrangement arrangement_of(const PanelContext& context, ImVec2 window) {
  if (context.preferences.classroom) return one_at_a_time();
  Arrangement arrangement = arrange(needs_of(context, inside(window)));
  if (rest_below(context)) arrangement.below = false;
  return arrangement;
}

void draw_window(PanelContext& context) {
  context.state.of<WindowState>().popup_open = false;
  context.state.of<GridsState>().copy_from = GridKind::none;
  context.state.of<WindowState>().panel_under_mouse.clear();
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0.0F, 0.0F});
  ImGui::SetNextWindowSize(whole);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0F);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0.0F);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::Begin("regard", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   (keys_go_from_item_to_item() ? 0 : ImGuiWindowFlags_NoNavInputs) | kStill);
  ImGui::PopStyleVar(3);
  // Most of the window is cards: it is filled with their colour, then around them with the background, under all the rest.
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImDrawListSplitter layers;
  layers.Split(&list, 2);
  layers.SetCurrentChannel(&list, 1);
  Cards cards;
  const Panel* filling = panel_named(context.look().stage.filling);
  const bool of_no_lesson = context.look().stage.filling == "lesson" && !shows_lesson(context);
  if (filling != nullptr && filling->title != nullptr && !of_no_lesson)
    place_filling(context, cards, inside(whole), *filling);
  else
    place_rows(context, cards, inside(whole), arrangement_of(context, whole));
  layers.SetCurrentChannel(&list, 0);
  gfx::fill(list, {0.0F, 0.0F}, whole, colour_u32(theme().panel));
  gfx::fill_around(list, {{0.0F, 0.0F}, whole}, cards, colour_u32(theme().background), ImGui::GetStyle().ChildRounding);
  layers.Merge(&list);
  ImGui::End();
  draw_overlays(context);
  draw_term_card(context);
  draw_focus();
  draw_presenter(context);
}

}  // namespace regard::shell
