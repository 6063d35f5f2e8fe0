// SPDX-License-Identifier: Apache-2.0
// Start, pause, step, stop, and how far it is.
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/training/training_parts.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <filesystem>
#include <string>

namespace regard {
bool button_in_line(const char* id, const char* label, bool first) {
  if (!first) {
    ImGui::SameLine();
    if (ImGui::GetContentRegionAvail().x < quiet_button_width(label)) ImGui::NewLine();
  }
  return framed_button(id, label);
}

namespace {

/// Nothing before the first start.
std::string told_progress(const TrainingProgress& progress, const char* reached) {
  const std::size_t step = progress.steps;
  switch (progress.state) {
    case TrainingState::none:
      return {};
    case TrainingState::preparing:
      return tr("training.state.preparing");
    case TrainingState::running:
      return progress.pace > 0.0
                 ? tr("training.state.running",
                      {{"step", step},
                       {"limit", progress.limit},
                       {"pace", number(static_cast<float>(progress.pace), progress.pace < 10.0 ? 1 : 0)}})
                 : tr("training.state.begins");
    case TrainingState::paused:
      return tr("training.state.paused", {{"step", step}});
    case TrainingState::reached:
      return tr(reached, {{"step", step}});
    case TrainingState::stopped:
      return tr("training.state.stopped", {{"step", step}});
    case TrainingState::diverged:
    case TrainingState::failed:
      break;
  }
  return progress.error ? tr(*progress.error) : std::string();
}

void start_training(PanelContext& context, TrainingRoom& room) {
  const TrainingChoices& choices = context.look().training;
  const std::filesystem::path folder =
      choices.folder.empty() ? context.state.of<TrainerDesk>().runs : std::filesystem::path(choices.folder);
  if (CouncilTrainer* council = context.state.of<TrainerDesk>().council.get()) council->pause();  // one core for both
  context.state.of<TrainerDesk>().trainer->start({recipe_of(choices), choices.steps, folder});
  show_run(room, 0, {.live = true});
}

bool is_under_way(TrainingState state) {
  return state == TrainingState::preparing || state == TrainingState::running;
}

bool is_resting(TrainingState state) {
  return state == TrainingState::paused || state == TrainingState::reached;
}

void draw_start(PanelContext& context, TrainingRoom& room, const char* label, bool first) {
  const bool pressed = button_in_line("training.start", label, first);
  if (room.problem) return why_not(told_problem(context.look().training, *room.problem));
  hint(tr("training.start_hint"));
  if (pressed) start_training(context, room);
}

}  // namespace

bool draw_progress(const TrainingProgress& progress, const char* reached) {
  const std::string told = told_progress(progress, reached);
  if (told.empty()) return false;
  const bool wrong = progress.state == TrainingState::diverged || progress.state == TrainingState::failed;
  wrapped(wrong ? theme().warning : theme().text_muted, told);
  return true;
}

void draw_training_buttons(PanelContext& context, TrainingRoom& room) {
  if (context.state.of<TrainerDesk>().trainer == nullptr) return;
  Trainer& trainer = *context.state.of<TrainerDesk>().trainer;
  const TrainingState state = room.news.state;
  if (is_under_way(state)) {
    if (button_in_line("training.pause", tr("training.pause"), true)) trainer.pause();
    if (button_in_line("training.stop", tr("training.stop"))) trainer.stop();
    hint(tr("training.stop_hint"));
    draw_start(context, room, tr("training.restart"), false);
  } else if (is_resting(state)) {
    if (button_in_line("training.resume", tr("training.resume"), true)) trainer.resume();
    if (button_in_line("training.step", tr("training.step"))) trainer.step();
    hint(tr("training.step_hint"));
    if (button_in_line("training.stop", tr("training.stop"))) trainer.stop();
    hint(tr("training.stop_hint"));
    draw_start(context, room, tr("training.restart"), false);
  } else {
    draw_start(context, room, tr("training.start"), true);
  }
  const TrainingNews& news = room.news;
  if (draw_progress({state, news.steps, news.limit, news.pace, news.error}, "training.state.reached"))
    probe_last_item("training.state");
}

}  // namespace regard
