// SPDX-License-Identifier: Apache-2.0
#include "app/panels/training/training.h"

#include "app/base/assets.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/redraw.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/training/council_parts.h"
#include "app/panels/training/training_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/nav.h"
#include "core/train/recorded_run.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace regard {
namespace {

constexpr float kChoicesWidth = 18.5F;   ///< ems
constexpr float kLeastBesides = 30.0F;   ///< ems that curves and maps need beside the choices
constexpr float kWhileLearning = 0.1F;   ///< seconds between two pictures
constexpr double kPlayedKeptStep = 0.2;  ///< seconds
constexpr float kColumnsSpace = 1.25F;   ///< ems

template <std::size_t place>
void read_in_background(PanelContext& context, TrainingRoom& state) {
  RunInSight& run = state.runs[place];
  if (run.choice.none() || run.choice.live) {
    run.read.reset();
    run.problem.reset();
  } else {
    const Outcome<TrainingRun> read =
        context.background->ask<RunSlot<place>>({run.choice.folder, reading_of_runs(state)});
    run.read = read.fresh ? read.value : nullptr;
    run.problem = read.error;
  }
  const TrainingRun* known = run_in_sight(state, place);
  const std::optional<std::size_t> step = step_in_sight(state, place);
  if (known == nullptr || !step) {
    run.example.reset();
    run.maps.reset();
    return;
  }
  const Outcome<TaskExample> example =
      context.background->ask<ExampleSlot<place>>({known->recipe.task, known->recipe.shape.context});
  run.example = example.fresh ? example.value : nullptr;
  if (!run.example) return;
  const Outcome<HeadMaps> maps =
      context.background->ask<MapsSlot<place>>({train::checkpoint_folder(known->folder, *step), *step, run.example});
  run.maps_problem = maps.error;
  if (!maps.value || maps.value == run.maps) return;
  if (maps.value->of.example != run.example) return;
  run.maps = maps.value;
  ++run.revision;
}

void play(TrainingRoom& state) {
  const TrainingRun* run = run_in_sight(state, 0);
  const std::optional<std::size_t> step = step_in_sight(state, 0);
  if (!state.playing || run == nullptr || !step) return;
  draw_again_within(0.05F);
  const double now = ImGui::GetTime();
  if (now - state.moved_at < kPlayedKeptStep) return;
  state.moved_at = now;
  step_cursor(state, 1);
  if (step_in_sight(state, 0) == run->checkpoints.back()) state.playing = false;
}

/// What there is to do first, while nothing is to be seen.
void draw_nothing_yet(TrainingRoom& state) {
  gap(2.0F);
  wrapped(theme().text, tr("training.empty"));
  gap(0.5F);
  if (framed_button("training.recorded", tr("training.show_recorded")))
    show_run(state, 0, {.folder = recorded_run_folder()});
  hint(tr("training.show_recorded_hint"));
}

void draw_runs(PanelContext& context, TrainingRoom& state) {
  if (council_shown(context)) return draw_council_results(context, context.state.of<CouncilRoom>());
  draw_run_choice(context, state);
  draw_run_deeds(context, state);
  for (const RunInSight& run : state.runs)
    if (run.problem) wrapped(theme().warning, tr(*run.problem));
  if (state.runs[0].choice.none()) return draw_nothing_yet(state);
  const TrainingRun* run = run_in_sight(state, 0);
  if (run == nullptr) return;
  if (run->points.empty()) {
    const bool failed = state.runs[0].choice.live && state.news.state == TrainingState::failed;
    return failed ? draw_nothing_yet(state) : wrapped_caption(tr("training.preparing"));
  }
  draw_cursor(context, state);
  draw_training_curves(context, state);
  draw_training_maps(context, state);
}

/// A task, or a council. Probes "training.kind.0", "training.kind.1".
void choose_what_learns(PanelContext& context) {
  const std::array<Segment, 2> kinds{
      Segment{"training.kind.0", tr("council_training.task"), tr("council_training.task_hint")},
      Segment{"training.kind.1", tr("council_training.council"), tr("council_training.council_hint")}};
  if (const auto chosen = draw_segments(kinds, council_shown(context) ? 1 : 0)) {
    CouncilChoices choices = context.look().council;
    choices.shown = *chosen == 1;
    context.act(SetCouncil{choices});
  }
  gap(0.5F);
}

void draw_left(PanelContext& context, TrainingRoom& state) {
  if (context.state.of<TrainerDesk>().council != nullptr) choose_what_learns(context);
  if (council_shown(context)) return draw_council_choices(context, context.state.of<CouncilRoom>());
  draw_training_buttons(context, state);
  gap(0.5F);
  draw_training_choices(context, state);
}

template <class Part>
void column_of(const char* id, ImVec2 size, const Part& part) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {em(0.25F), 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool open = ImGui::BeginChild(id, size, false, ImGuiWindowFlags_AlwaysUseWindowPadding | child_nav_flags());
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) part();
  ImGui::EndChild();
}

}  // namespace

std::filesystem::path recorded_run_folder() {
  return assets_folder() / "runs" / "induction";
}

std::filesystem::path control_run_folder() {
  return assets_folder() / "runs" / "induction-one-layer";
}

std::uint64_t reading_of_runs(const TrainingRoom& state) {
  return state.news.run + state.deleted;
}

void take_training_news(PanelContext& context, TrainingRoom& state) {
  if (const auto& trainer = context.state.of<TrainerDesk>().trainer) {
    TrainingNews news = trainer->news(state.news.run, state.learning.points.size());
    if (news.run != state.news.run) {
      state.learning = {};
      state.cursor.reset();
      show_run(state, 0, {.live = true});
    }
    state.learning.folder = news.folder;
    state.learning.recipe = news.recipe;
    add_points(state.learning, std::exchange(news.points, {}));
    state.learning.checkpoints = news.checkpoints;
    state.news = std::move(news);
  }
  if (context.background == nullptr) return;
  read_in_background<0>(context, state);
  read_in_background<1>(context, state);
}

const TrainingRun* run_in_sight(const TrainingRoom& state, std::size_t place) {
  const RunInSight& run = state.runs[place];
  if (run.choice.live) return state.news.run > 0 ? &state.learning : nullptr;
  return run.read.get();
}

std::optional<std::size_t> step_in_sight(const TrainingRoom& state, std::size_t place) {
  const TrainingRun* run = run_in_sight(state, place);
  if (run == nullptr || run->checkpoints.empty()) return std::nullopt;
  if (place == 0)
    return state.cursor ? run->checkpoints[nearest_kept(run->checkpoints, *state.cursor)] : run->checkpoints.back();
  const std::optional<std::size_t> first = step_in_sight(state, 0);
  return first ? std::optional(run->checkpoints[nearest_kept(run->checkpoints, *first)]) : std::nullopt;
}

void move_cursor(TrainingRoom& state, std::size_t step) {
  state.cursor = step;
}

void step_cursor(TrainingRoom& state, int by) {
  const TrainingRun* run = run_in_sight(state, 0);
  const std::optional<std::size_t> now = step_in_sight(state, 0);
  if (run == nullptr || !now) return;
  const auto at = static_cast<std::ptrdiff_t>(nearest_kept(run->checkpoints, *now)) + by;
  const auto last = static_cast<std::ptrdiff_t>(run->checkpoints.size()) - 1;
  move_cursor(state, run->checkpoints[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, last))]);
}

void show_run(TrainingRoom& state, std::size_t place, RunChoice choice) {
  state.runs[place] = {.choice = std::move(choice), .revision = state.runs[place].revision + 1};
  if (place != 0) return;
  state.cursor.reset();
  state.playing = false;
  state.head.reset();
  state.change_of = nullptr;
  if (state.runs[1].choice == state.runs[0].choice) state.runs[1] = {};
}

void draw_training(PanelContext& context) {
  if (!context.tabbed) heading(tr("training.title"));
  TrainingRoom& state = context.state.of<TrainingRoom>();
  take_training_news(context, state);
  take_council_news(context, context.state.of<CouncilRoom>());
  play(state);
  if (const auto& trainer = context.state.of<TrainerDesk>().trainer; trainer && trainer->busy())
    draw_again_within(kWhileLearning);
  if (const auto& council = context.state.of<TrainerDesk>().council; council && council->busy())
    draw_again_within(kWhileLearning);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (room.x >= em(kChoicesWidth + kLeastBesides)) {
    column_of("choices", {em(kChoicesWidth), room.y}, [&] { draw_left(context, state); });
    ImGui::SameLine(0.0F, em(kColumnsSpace));
    column_of("runs", {room.x - em(kChoicesWidth + kColumnsSpace), room.y}, [&] { draw_runs(context, state); });
    return;
  }
  const std::array<Segment, 2> tabs{Segment{"training.tab.0", tr("training.tab_choices"), {}},
                                    Segment{"training.tab.1", tr("training.tab_runs"), {}}};
  if (const auto chosen = draw_segments(tabs, state.tab)) state.tab = *chosen;
  column_of("one", ImGui::GetContentRegionAvail(),
            [&] { state.tab == 0 ? draw_left(context, state) : draw_runs(context, state); });
}

}  // namespace regard
