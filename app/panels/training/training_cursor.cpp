// SPDX-License-Identifier: Apache-2.0
// Which runs are looked at, the cursor on their steps, and what can be done there.
#include "app/panels/common/button_parts.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/common/window_state.h"
#include "app/panels/training/training_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/load_session.h"
#include "app/session/look.h"
#include "app/session/session.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/mouse.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "core/train/recorded_run.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kRunsMenu = 26.0F;  // ems
constexpr float kPercent = 100.0F;

std::string run_name(const RunChoice& choice) {
  if (choice.none()) return tr("training.run.none");
  if (choice.live) return tr("training.run.live");
  if (choice.folder == recorded_run_folder()) return tr("training.run.recorded");
  if (choice.folder == control_run_folder()) return tr("training_deeds.control_run");
  return choice.folder.filename().string();
}

/// All that can be looked at; those of the folder once they are known.
std::vector<RunChoice> known_runs(PanelContext& context, const TrainingRoom& room, std::size_t place) {
  std::vector<RunChoice> runs;
  if (place == 1) runs.emplace_back();
  if (room.news.run > 0) runs.push_back({.live = true});
  runs.push_back({.folder = recorded_run_folder()});
  runs.push_back({.folder = control_run_folder()});
  if (context.background == nullptr) return runs;
  const std::string& own = context.look().training.folder;
  const Outcome<std::vector<std::filesystem::path>> listed = context.background->ask<RunsSlot>(
      {own.empty() ? context.state.of<TrainerDesk>().runs : std::filesystem::path(own), reading_of_runs(room)});
  if (listed.value && listed.fresh)
    for (const std::filesystem::path& folder : *listed.value)
      if (room.news.run == 0 || folder != room.learning.folder) runs.push_back({.folder = folder});
  return runs;
}

/// Choices that learn what this run has learned, as it did.
TrainingChoices taken_from(const TrainingRun& run, const TrainingChoices& now) {
  TrainingChoices choices = choices_of(run.recipe);
  choices.steps = now.steps;
  choices.folder = now.folder;
  return choices;
}

void draw_runs_menu(PanelContext& context, TrainingRoom& room, std::size_t place, const char* id, const char* key) {
  const std::string label = tr(key, {{"run", run_name(room.runs[place].choice)}});
  const std::string menu = std::string(id) + ".menu";
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float widest = ImGui::GetContentRegionAvail().x - quiet_button_width("", true);
  if (quiet_button(id, fitted(label, widest), true)) ImGui::OpenPopup(menu.c_str());
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSize({std::min(em(kRunsMenu), ImGui::GetIO().DisplaySize.x), 0.0F});
  if (!ImGui::BeginPopup(menu.c_str())) return;
  context.state.of<WindowState>().popup_open = true;
  std::size_t index = 0;
  for (RunChoice& run : known_runs(context, room, place)) {
    const bool selected = run == room.runs[place].choice;
    if (!menu_line("training.run." + std::to_string(index++), run_name(run), {}, selected)) continue;
    show_run(room, place, std::move(run));
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

// ------------------------------------------------------------------------------------------------------------- the track

struct StepsTrack {
  ImVec2 min{}, max{};
  std::size_t last = 1;
  [[nodiscard]] float x(std::size_t step) const {
    const float inset = em(0.5F);
    const float share = static_cast<float>(step) / static_cast<float>(std::max<std::size_t>(last, 1));
    return std::round(min.x + inset + share * (max.x - min.x - 2.0F * inset));
  }
  [[nodiscard]] std::size_t under(float mouse) const {
    const float inset = em(0.5F);
    const float share = std::clamp((mouse - min.x - inset) / std::max(1.0F, max.x - min.x - 2.0F * inset), 0.0F, 1.0F);
    return static_cast<std::size_t>(std::lround(share * static_cast<float>(last)));
  }
};

void draw_steps_track(TrainingRoom& room, const TrainingRun& run, std::size_t step, float width) {
  StepsTrack track{.min = ImGui::GetCursorScreenPos(), .last = run.checkpoints.back()};
  const float height = ImGui::GetFrameHeight();
  track.max = {track.min.x + width, track.min.y + height};
  ImGui::InvisibleButton("training.track", {width, height});
  const float line = std::round(0.5F * (track.min.y + track.max.y));
  probe("training.track", {track.x(0), line}, {track.x(track.last), line + 1.0F});
  const bool active = ImGui::IsItemActive();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddLine({track.x(0), line}, {track.x(track.last), line}, colour_u32(theme().text_muted, 0.6F),
               stroke(0.1F, 1.0F));
  float before = -em();
  for (const std::size_t kept : run.checkpoints) {
    const float x = track.x(kept);
    if (x - before < 3.0F) continue;
    before = x;
    list.AddLine({x, line - em(0.2F)}, {x, line + em(0.2F)}, colour_u32(theme().text_muted), stroke(0.08F, 1.0F));
  }
  list.AddCircleFilled({track.x(step), line}, em(0.42F), colour_u32(theme().accent), 24);
  if (const float wheel = wheel_over_item(); wheel != 0.0F) step_cursor(room, wheel > 0.0F ? 1 : -1);
  if (!active) return;
  room.playing = false;
  move_cursor(room, run.checkpoints[nearest_kept(run.checkpoints, track.under(ImGui::GetIO().MousePos.x))]);
}

void draw_moves(TrainingRoom& room, const TrainingRun& run) {
  if (framed_button("training.previous", "◀")) step_cursor(room, -1);
  hint(tr("training.previous_hint"));
  ImGui::SameLine(0.0F, em(0.3F));
  if (framed_button("training.play", tr(room.playing ? "training.halt" : "training.play"))) {
    room.playing = !room.playing;
    room.moved_at = ImGui::GetTime();
    if (room.playing && step_in_sight(room, 0) == run.checkpoints.back()) move_cursor(room, 0);
  }
  ImGui::SameLine(0.0F, em(0.3F));
  if (framed_button("training.next", "▶")) step_cursor(room, 1);
  hint(tr("training.next_hint"));
}

/// "Step 350: predictable 0.42 (88 %), unpredictable 4.16"
std::string told_step(const TrainingRun& run, std::size_t step) {
  std::string text = tr("training.at_step", {{"step", step}});
  const train::CurvePoint* point = scored_at(run, step);
  if (point == nullptr || point->step != step) return text;
  const auto rule = score_at(*point, ScoreCurve::predictable), chance = score_at(*point, ScoreCurve::unpredictable);
  const auto accuracy = score_at(*point, ScoreCurve::accuracy);
  if (rule && accuracy)
    text += " · " +
            tr("training.told_predictable", {{"loss", number(*rule, 2)}, {"share", number(kPercent * *accuracy, 0)}});
  if (chance) text += " · " + tr("training.told_unpredictable", {{"loss", number(*chance, 2)}});
  return text;
}

/// The model of this step with the sequence that the maps are of, in all views.
void open_step(PanelContext& context, const TrainingRun& run, std::size_t step, const TaskExample& example) {
  const Session before = context.session;
  Session session = before;
  static_cast<Reading&>(session) = Reading{};
  session.model = train::checkpoint_folder(run.folder, step).string();
  session.text = example.text;
  session.query = session.key = TokenAnchor{};
  context.act(LoadSession{std::move(session)});
}

void draw_doors(PanelContext& context, const TrainingRoom& room, const TrainingRun& run, std::size_t step) {
  const bool ready = room.runs[0].example != nullptr;
  if (framed_button("training.open", tr("training.open")) && ready)
    open_step(context, run, step, *room.runs[0].example);
  hint(tr("training.open_hint"));
  ImGui::SameLine(0.0F, em(0.4F));
  if (framed_button("training.ablate", tr("training.ablate")) && ready) {
    open_step(context, run, step, *room.runs[0].example);
    context.act(SelectPanel{"change", "intervene"});
  }
  hint(tr("training.ablate_hint"));
  ImGui::SameLine(0.0F, em(0.4F));
  draw_run_files_button(context, run);
}

}  // namespace

void draw_run_choice(PanelContext& context, TrainingRoom& room) {
  draw_runs_menu(context, room, 0, "training.shown", "training.shown");
  if (room.runs[0].choice.none()) return;
  ImGui::SameLine(0.0F, em(1.5F));
  if (ImGui::GetContentRegionAvail().x < em(12.0F)) ImGui::NewLine();
  draw_runs_menu(context, room, 1, "training.beside", "training.beside");
  if (const TrainingRun* run = run_in_sight(room, 0); run != nullptr && !room.runs[0].choice.live) {
    ImGui::SameLine(0.0F, em(1.0F));
    if (ImGui::GetContentRegionAvail().x < quiet_button_width(tr("training.take"))) ImGui::NewLine();
    if (framed_button("training.take", tr("training.take")))
      context.act(SetTraining{taken_from(*run, context.look().training)});
    hint(tr("training.take_hint"));
  }
  for (std::size_t place = 0; place < 2; ++place)
    if (const TrainingRun* run = run_in_sight(room, place); run != nullptr && !run->points.empty()) {
      const ScopedFont font(fonts().small);
      wrapped_caption(place == 0 ? told_recipe(run->recipe)
                                 : tr("training.beside_it", {{"recipe", told_recipe(run->recipe)}}));
    }
}

void draw_cursor(PanelContext& context, TrainingRoom& room) {
  const TrainingRun& run = *run_in_sight(room, 0);
  const std::optional<std::size_t> step = step_in_sight(room, 0);
  if (!step) return;
  draw_moves(room, run);
  ImGui::SameLine(0.0F, em(0.5F));
  const std::string change = tr("training.change"), newest = tr("training.newest");
  const float buttons = quiet_button_width(change) + quiet_button_width(newest) + 2.0F * em(0.4F);
  const float beside = ImGui::GetContentRegionAvail().x - buttons;
  draw_steps_track(room, run, *step, std::max(em(8.0F), beside));
  if (beside >= em(8.0F)) ImGui::SameLine(0.0F, em(0.4F));
  if (room.change_of != &run || room.change_points != run.points.size()) {
    room.change_of = &run;
    room.change_points = run.points.size();
    room.change = step_of_change(run);
  }
  const std::optional<std::size_t>& changes = room.change;
  if (framed_button("training.change", change) && changes) move_cursor(room, *changes);
  if (changes)
    hint(tr("training.change_hint", {{"step", *changes}}));
  else
    why_not(tr("training.no_change"));
  ImGui::SameLine(0.0F, em(0.4F));
  if (framed_button("training.newest", newest)) room.cursor.reset();
  hint(tr("training.newest_hint"));
  align_to_frame();
  const float doors = quiet_button_width(tr("training.open")) + quiet_button_width(tr("training.ablate")) +
                      quiet_button_width(tr("training.export")) + em(2.0F);
  const std::string told = told_step(run, *step);
  if (ImGui::GetContentRegionAvail().x > doors + ImGui::CalcTextSize(told.c_str()).x) {
    coloured(theme().text, told);
    ImGui::SameLine();
    align_right(doors - em(1.0F));
  } else {
    wrapped(theme().text, told);
  }
  draw_doors(context, room, run, *step);
  draw_run_files_state(context);
}

}  // namespace regard
