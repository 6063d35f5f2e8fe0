// SPDX-License-Identifier: Apache-2.0
// What a council finds while it learns: a curve over steps, and question by question beside councils with other numbers of heads.
#include "app/base/head_place.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/figures_slot.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/heads/curve_chart.h"
#include "app/panels/training/council_parts.h"
#include "app/panels/training/training_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kCouncilChart = 8.5F;   // ems
constexpr float kCouncilColumn = 4.6F;  // ems of a number of heads
constexpr float kQuestionRoom = 11.0F;  // ems of a question's name at least
constexpr float kMissedShare = 0.05F;   // a share so much below the best of its line is marked

/// A run that goes on takes its own place; one that has just begun is looked at.
void keep_trained(CouncilRoom& room) {
  const CouncilNews& news = room.news;
  if (news.points.empty() || news.council.set == nullptr || !news.points.back().scores) return;
  if (std::exchange(room.follows, false)) room.shown = news.folder;
  put_council(room, {news.folder, news.council, news.points});
}

// ---------------------------------------------------------------------------------------------------------------- curve

/// Right, and the best fixed distance, of the question on show or of the mean.
std::pair<float, float> shown_share(const CouncilRoom& room, const train::Questions& questions,
                                    const train::CouncilScores& scores, std::size_t spoken) {
  if (room.question) {
    const train::QuestionScore& score = scores.of[spoken][*room.question];
    return {score.right, score.base};
  }
  const train::MeanScore mean = mean_of(questions, scores.of[spoken]);
  return {mean.right, mean.base};
}

void draw_council_chart(const CouncilRoom& room, const TrainedCouncil& shown, const CouncilTable& table) {
  std::vector<std::size_t> steps;
  std::vector<std::vector<float>> shares(train::kTreeLanguages.size());
  float base = 0.0F;
  for (const train::CouncilPoint& point : shown.points) {
    if (!point.scores) continue;
    steps.push_back(point.step);
    for (std::size_t spoken = 0; spoken < shares.size(); ++spoken) {
      const auto [right, fixed] = shown_share(room, shown.council.set->questions, *point.scores, spoken);
      shares[spoken].push_back(right);
      if (spoken == room.spoken) base = fixed;
    }
  }
  align_to_frame();
  const std::size_t asked = table.mean[room.spoken].questions;
  coloured(theme().text,
           room.question ? table.rows[*room.question].name : std::string(tr_plural("trained_heads.mean", asked)));
  const std::size_t other = 1 - room.spoken;
  const ScopedFont font(fonts().small);
  curve_label(theme().query, tr("trained_heads." + std::string(train::kTreeLanguages[room.spoken])));
  ImGui::SameLine(0.0F, em(0.6F));
  curve_label(theme().text_muted, tr("trained_heads." + std::string(train::kTreeLanguages[other])));
  const bool across = !room.question || !table.rows[*room.question].neighbour;
  if (across) {
    ImGui::SameLine(0.0F, em(0.6F));
    coloured(theme().text_muted, tr("council_training.across", {{"base", percent(base)}}));
  }
  if (steps.empty()) return;
  const bool alone = steps.size() == 1;                                                        // a line needs two
  if (steps.back() < shown.council.recipe.steps) steps.push_back(shown.council.recipe.steps);  // still to come
  const std::vector<CurveLine> lines{
      {.values = shares[other], .colour = theme().text_muted, .points = alone},
      {.values = shares[room.spoken], .colour = theme().query, .thickness = 1.4F, .points = alone}};
  CurveChartSpec spec;
  spec.id = "council.chart";
  spec.size = {std::min(ImGui::GetContentRegionAvail().x, em(46.0F)), em(kCouncilChart)};
  spec.places = steps;
  spec.from_zero = false;
  spec.lines = lines;
  if (across) spec.across = base;
  spec.below = tr("training.axis");
  curve_chart(spec);
}

// ---------------------------------------------------------------------------------------------------------------- table

bool has_rows_enough(const CouncilRow& row, std::size_t spoken) {
  return row.of[spoken].rows >= train::kFewestRows;
}

/// A column of the table: a council trained here, or one that ships.
struct CouncilColumn {
  std::string name{}, about{};
  std::vector<std::optional<float>> shares{};  ///< [questions], then the mean
  bool own = false;
};

CouncilColumn own_column(const TrainedCouncil& trained, const TrainedHeads& shipped, std::size_t spoken) {
  CouncilColumn column{
      .name = tr_plural("trained_heads.heads", trained.heads()), .about = told_council(trained), .own = true};
  const CouncilTable table = council_table(trained.council, *trained.last().scores, shipped);
  for (const CouncilRow& row : table.rows)
    column.shares.push_back(has_rows_enough(row, spoken) ? std::optional(row.of[spoken].right) : std::nullopt);
  column.shares.emplace_back(table.mean[spoken].right);
  return column;
}

/// The mean over the same questions as that of the councils here.
CouncilColumn shipped_column(const TrainedHeads& shipped, std::size_t at, const CouncilTable& table,
                             std::size_t spoken) {
  CouncilColumn column{.name = tr_plural("trained_heads.heads", shipped.heads[at]),
                       .about = tr("council_training.shipped_about",
                                   {{"model", trained_model(shipped.heads[at])}, {"set", shipped.sets[spoken]}})};
  float sum = 0.0F;
  std::size_t count = 0;
  for (const CouncilRow& row : table.rows) {
    const auto found = std::ranges::find(shipped.questions, row.relation, &TrainedQuestion::relation);
    if (found == shipped.questions.end()) {
      column.shares.emplace_back();
      continue;
    }
    const auto share = static_cast<float>(found->of[spoken].right[at]);
    column.shares.emplace_back(share);
    if (row.neighbour || !has_rows_enough(row, spoken)) continue;
    sum += share;
    ++count;
  }
  column.shares.push_back(count > 0 ? std::optional(sum / static_cast<float>(count)) : std::nullopt);
  return column;
}

std::vector<CouncilColumn> columns_of(const CouncilRoom& room, const CouncilTable& table) {
  std::vector<CouncilColumn> columns;
  for (const TrainedCouncil& each : room.trained)
    columns.push_back(own_column(each, *room.shipped, room.spoken));
  for (std::size_t at = 0; at < room.shipped->heads.size(); ++at)
    columns.push_back(shipped_column(*room.shipped, at, table, room.spoken));
  return columns;
}

/// With one digit behind the point: numbers below one another can be compared.
void share_at_right(const ImVec4& colour, float share) {
  coloured_at_right(colour, number(share * 100.0F, 1) + " %");
}

void draw_line(const std::vector<CouncilColumn>& columns, std::size_t line, std::optional<float> base) {
  ImGui::TableNextColumn();
  if (base) share_at_right(theme().text_muted, *base);
  for (const bool own : {true, false}) {  // each is held against its like: they are measured on other sentences
    float best = 0.0F;
    for (const CouncilColumn& column : columns)
      if (column.own == own) best = std::max(best, column.shares[line].value_or(0.0F));
    for (const CouncilColumn& column : columns) {
      if (column.own != own) continue;
      ImGui::TableNextColumn();
      const std::optional<float> share = column.shares[line];
      if (!share) continue;
      share_at_right(*share < best - kMissedShare ? theme().warning : own ? theme().text : theme().text_muted, *share);
      hint(column.about);
    }
  }
}

void draw_header(const std::vector<CouncilColumn>& columns) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  coloured(theme().text_muted, tr("trained_heads.question"));
  ImGui::TableNextColumn();
  coloured_at_right(theme().text_muted, fitted(tr("council_training.base"), em(kCouncilColumn)));
  hint(tr("council_training.base_hint"));
  for (const bool own : {true, false})
    for (const CouncilColumn& column : columns) {
      if (column.own != own) continue;
      ImGui::TableNextColumn();
      ImGui::BeginGroup();
      coloured_at_right(theme().text_muted, tr(own ? "council_training.here" : "council_training.ships"));
      coloured_at_right(own ? theme().text : theme().text_muted, fitted(column.name, em(kCouncilColumn)));
      ImGui::EndGroup();
      hint(column.about);
    }
}

std::string told_row(const CouncilRow& row, std::size_t spoken) {
  return tr("council_training.row", {{"head", head_place(row.head)},
                                     {"shared", tr_plural("council_training.shared", row.shared)},
                                     {"rows", row.of[spoken].rows},
                                     {"weight", percent(row.of[spoken].weight)}});
}

/// The name of a question; a click shows its curve.
void draw_question(CouncilRoom& room, const CouncilRow& row, std::size_t question) {
  ImGui::TableNextColumn();
  const std::string id = "council.question." + std::to_string(question);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size{ImGui::GetContentRegionAvail().x, ImGui::GetTextLineHeight()};
  const bool shown = room.question == question;
  if (ImGui::InvisibleButton(id.c_str(), size)) room.question = shown ? std::nullopt : std::optional(question);
  if (shown || ImGui::IsItemHovered())
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + size.x, at.y + size.y},
                                              colour_u32(shown ? theme().selection : theme().frame_hovered));
  probe_last_item(id);
  hint(told_row(row, room.spoken));
  ImGui::SetCursorScreenPos(at);
  coloured(theme().text, fitted(row.name, size.x));
}

/// In a narrow panel models that ship give way first, those with other numbers of heads than were trained here before the rest.
void leave_room(std::vector<CouncilColumn>& columns) {
  const float column = em(kCouncilColumn) + 2.0F * ImGui::GetStyle().CellPadding.x;
  const float room = ImGui::GetContentRegionAvail().x - em(kQuestionRoom) - column;
  const auto most = static_cast<std::size_t>(std::max(room / column, 1.0F));
  const auto has_own = [&](const std::string& name) {
    return std::ranges::any_of(columns, [&](const CouncilColumn& each) { return each.own && each.name == name; });
  };
  for (std::size_t at = columns.size(); at-- > 0 && columns.size() > most;)
    if (!columns[at].own && !has_own(columns[at].name))
      columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(at));
  if (columns.size() > most) columns.resize(most);  // those that ship stand last
}

void draw_council_table(CouncilRoom& room, const CouncilTable& table) {
  std::vector<CouncilColumn> columns = columns_of(room, table);
  leave_room(columns);
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_PadOuterX;
  if (!ImGui::BeginTable("council", static_cast<int>(columns.size() + 2), kFlags)) return;
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch);
  for (std::size_t at = 0; at < columns.size() + 1; ++at)
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, em(kCouncilColumn));
  draw_header(columns);
  for (std::size_t question = 0; question < table.rows.size(); ++question) {
    const CouncilRow& row = table.rows[question];
    const train::QuestionScore& score = row.of[room.spoken];
    ImGui::TableNextRow();
    draw_question(room, row, question);
    draw_line(columns, question,
              row.neighbour || !has_rows_enough(row, room.spoken) ? std::nullopt : std::optional(score.base));
  }
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  coloured(theme().text_muted, tr_plural("trained_heads.mean", table.mean[room.spoken].questions));
  draw_line(columns, table.rows.size(), table.mean[room.spoken].base);
  ImGui::EndTable();
}

void draw_council_deeds(PanelContext& context, CouncilRoom& room, const TrainedCouncil* shown) {
  if (shown == nullptr) return;
  const std::size_t spoken = choose("council.language", {tr("trained_heads.en"), tr("trained_heads.ru")}, room.spoken);
  room.chosen = room.chosen || spoken != room.spoken;
  room.spoken = spoken;
  ImGui::SameLine(0.0F, em(1.0F));
  if (framed_button("council.open", tr("council_training.open"))) context.act(OpenModel{shown->folder.string()});
  hint(tr("council_training.open_hint", {{"folder", shown->folder.string()}}));
}

/// Whose curve is drawn and whose heads are told of; null while there is none.
const TrainedCouncil* council_in_sight(const CouncilRoom& room) {
  if (room.trained.empty()) return nullptr;
  const auto found = std::ranges::find(room.trained, room.shown, &TrainedCouncil::folder);
  return found == room.trained.end() ? &room.trained.back() : &*found;
}

}  // namespace

void put_council(CouncilRoom& room, TrainedCouncil council) {
  std::erase_if(room.trained, [&](const TrainedCouncil& each) {
    return each.folder == council.folder || each.heads() == council.heads();
  });
  room.trained.push_back(std::move(council));
  std::ranges::sort(room.trained, {}, &TrainedCouncil::heads);
}

std::string told_council(const TrainedCouncil& council) {
  const train::CouncilRecipe& recipe = council.council.recipe;
  return tr(
      "council_training.own_about",
      {{"shape", tr("training.shape", {{"layers", recipe.layers}, {"heads", recipe.heads}, {"width", recipe.width}})},
       {"seed", recipe.seed},
       {"step", council.last().step}});
}

bool council_shown(const PanelContext& context) {
  return context.look().council.shown && context.state.of<TrainerDesk>().council != nullptr;
}

void take_council_news(PanelContext& context, CouncilRoom& room) {
  if (const auto& trainer = context.state.of<TrainerDesk>().council) {
    CouncilNews news = trainer->news(room.news.run, room.news.points.size());
    if (news.run == room.news.run && news.points.empty()) {
      news.points = std::move(room.news.points);
      room.news = std::move(news);
    } else {
      if (news.run != room.news.run) {
        room.question.reset();
        room.follows = true;
      }
      room.news = std::move(news);
      keep_trained(room);
    }
  }
  if (!council_shown(context) || context.background == nullptr) return;
  const Outcome<TrainedHeads> made = context.background->ask<FiguresSlot<load_trained_heads>>({language()});
  if (made.value && made.fresh) room.shipped = made.value;
  take_earlier_councils(context, room);
  if (!room.chosen) room.spoken = place_of_language(train::kTreeLanguages);
}

void draw_council_results(PanelContext& context, CouncilRoom& room) {
  const TrainedCouncil* const shown = council_in_sight(room);
  draw_council_deeds(context, room, shown);
  gap(0.4F);
  if (room.shipped == nullptr || shown == nullptr) {
    if (room.news.state == TrainingState::preparing)
      wrapped_caption(tr("training.state.preparing"));
    else if (room.news.state == TrainingState::running)
      wrapped_caption(tr("training.preparing"));
    else {
      gap(1.6F);  // as where no task has been learned
      wrapped(theme().text, tr("council_training.empty"));
    }
    return draw_council_problems(room);
  }
  std::optional<TrainedCouncil> chosen = draw_councils_menu(context, room, *shown);
  const CouncilTable table = council_table(shown->council, *shown->last().scores, *room.shipped);
  draw_council_chart(room, *shown, table);
  gap(0.4F);
  const ScopedFont font(fonts().small);
  wrapped_caption(tr("council_training.table_about", {{"en", table.sentences[0]},
                                                      {"ru", table.sentences[1]},
                                                      {"points", static_cast<int>(100.0F * kMissedShare + 0.5F)}}));
  draw_council_table(room, table);
  draw_council_problems(room);
  if (!chosen) return;
  room.shown = chosen->folder;
  put_council(room, std::move(*chosen));
}

}  // namespace regard
