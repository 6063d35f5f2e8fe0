// SPDX-License-Identifier: Apache-2.0
// What can be done with the run on show: go on where it stopped, delete it; the control beside the recorded one.
#include "app/panels/common/button_parts.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/common/window_state.h"
#include "app/panels/training/training_parts.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"

#include <imgui.h>

#include <filesystem>
#include <string>

namespace regard {
namespace {

constexpr float kQuestionWidth = 24.0F;  // ems

bool comes_with_the_program(const std::filesystem::path& folder) {
  return folder == recorded_run_folder() || folder == control_run_folder();
}

/// Has the run that learned here come to its end?
bool has_ended(const TrainingRoom& room) {
  return room.news.state == TrainingState::stopped || room.news.state == TrainingState::diverged;
}

/// The folder of the run on show, where it is one of a person's and nothing learns in it; else empty.
std::filesystem::path idle_run(const TrainingRoom& room) {
  const RunChoice& choice = room.runs[0].choice;
  if (choice.live) return has_ended(room) ? room.learning.folder : std::filesystem::path();
  if (choice.none() || comes_with_the_program(choice.folder)) return {};
  return choice.folder == room.learning.folder && !has_ended(room) ? std::filesystem::path() : choice.folder;
}

bool may_continue(const TrainingRoom& room) {
  if (room.runs[0].choice.live) return room.news.state == TrainingState::stopped;
  return room.runs[0].read != nullptr && room.runs[0].read->can_continue;
}

void draw_continue(PanelContext& context, TrainingRoom& room, const std::filesystem::path& folder) {
  const auto& trainer = context.state.of<TrainerDesk>().trainer;
  if (trainer == nullptr || !may_continue(room)) return;
  const TrainingRun* run = run_in_sight(room, 0);
  if (framed_button("training.continue", tr("training_deeds.continue"))) {
    trainer->start({.recipe = run->recipe, .steps = context.look().training.steps, .continued = folder});
    show_run(room, 0, {.live = true});
  }
  hint(tr("training_deeds.continue_hint"));
  ImGui::SameLine(0.0F, em(0.4F));
}

/// The button that asks, and its question.
void draw_delete(PanelContext& context, TrainingRoom& room, const std::filesystem::path& folder) {
  const TrainingRun* run = run_in_sight(room, 0);
  if (framed_button("training.delete", tr("training_deeds.delete"))) ImGui::OpenPopup("training.delete.question");
  hint(tr("training_deeds.delete_hint", {{"folder", folder.string()}}));
  ImGui::SetNextWindowSize({em(kQuestionWidth), 0.0F});
  if (!ImGui::BeginPopup("training.delete.question")) return;
  context.state.of<WindowState>().popup_open = true;
  wrapped(theme().text, tr_plural("training_deeds.question", run == nullptr ? 0 : run->checkpoints.size(),
                                  {{"run", folder.filename().string()}}));
  gap(0.3F);
  if (framed_button("training.delete.yes", tr("training_deeds.yes"))) {
    room.deleting = DeletionQuestion{folder, room.deleted};
    room.not_deleted.reset();
    ImGui::CloseCurrentPopup();
  }
  ImGui::SameLine(0.0F, em(0.4F));
  if (framed_button("training.delete.no", tr("training_deeds.no"))) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

/// Takes a deletion to its end; the run is then shown no more.
void finish_deletion(PanelContext& context, TrainingRoom& room) {
  if (!room.deleting || context.background == nullptr) return;
  const Outcome<DeletionQuestion> made = context.background->ask<DeletedRunSlot>(*room.deleting);
  if (made.error) {
    room.not_deleted = made.error;
    room.deleting.reset();
    return;
  }
  if (!made.fresh || made.state != TaskState::done) return;
  for (std::size_t place = 0; place < 2; ++place)
    if (room.runs[place].choice.folder == room.deleting->folder ||
        (room.runs[place].choice.live && room.learning.folder == room.deleting->folder))
      show_run(room, place, {});
  ++room.deleted;
  room.deleting.reset();
}

void draw_control(TrainingRoom& room) {
  if (room.runs[0].choice.folder != recorded_run_folder() || room.runs[1].choice.folder == control_run_folder()) return;
  if (framed_button("training.control", tr("training_deeds.control")))
    show_run(room, 1, {.folder = control_run_folder()});
  hint(tr("training_deeds.control_hint"));
}

}  // namespace

void draw_run_deeds(PanelContext& context, TrainingRoom& room) {
  finish_deletion(context, room);
  draw_control(room);
  if (room.not_deleted) wrapped(theme().warning, tr(*room.not_deleted));
  const std::filesystem::path folder = idle_run(room);
  if (folder.empty() || room.deleting) return;
  draw_continue(context, room, folder);
  draw_delete(context, room, folder);
}

}  // namespace regard
