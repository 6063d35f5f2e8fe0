// SPDX-License-Identifier: Apache-2.0
// The run on show as files: curves, and a film of the maps.
#include "app/export/training_export.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/training/training_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <memory>
#include <string>

namespace regard {
namespace {

struct RunFilesSlot {
  using Asked = TrainingFiles;
  using Answer = TrainingWritten;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return std::make_shared<const TrainingWritten>(
        write_training_files(asked, job.stop, [&job](float part) { job.progress->fraction = part; }));
  }
};

/// Kept between frames.
struct RunFilesState {
  std::optional<TrainingFiles> wanted{};
  std::filesystem::path written{};  ///< where files are; empty: none were made
  std::size_t frames = 0;
};

std::filesystem::path folder_of_files(const PanelContext& context, const TrainingRun& run) {
  const std::string& own = context.look().training.folder;
  return (own.empty() ? context.state.of<TrainerDesk>().runs : std::filesystem::path(own)) / "exports" /
         run.folder.filename();
}

TrainingFiles files_of(const PanelContext& context, const TrainingRun& run) {
  TrainingFiles files{.run = std::make_shared<const TrainingRun>(run),
                      .folder = folder_of_files(context, run),
                      .theme = context.preferences.theme,
                      .map = context.look().weight_map};
  TrainingWords& words = files.words;
  words.name = run.folder.filename().string();
  words.recipe = told_recipe(run.recipe);
  words.loss = tr("training.loss");
  words.predictable = tr("training.predictable");
  words.unpredictable = tr("training.unpredictable");
  words.accuracy = tr("training.accuracy");
  words.axis = tr("training.axis");
  words.maps = tr("training.weight");
  words.step = tr("training.at_step");
  for (std::size_t measure = 0; measure < head_curves; ++measure)
    words.measures[measure] = head_curve_name(static_cast<HeadCurve>(measure));
  return files;
}

}  // namespace

void draw_run_files_button(PanelContext& context, const TrainingRun& run) {
  if (context.background == nullptr || run.checkpoints.empty()) return;
  if (framed_button("training.export", tr("training.export")))
    context.state.of<RunFilesState>() = {.wanted = files_of(context, run)};
  hint(tr("training.export_hint", {{"folder", folder_of_files(context, run).string()}}));
}

void draw_run_files_state(PanelContext& context) {
  RunFilesState& state = context.state.of<RunFilesState>();
  if (state.wanted && context.background != nullptr) {
    const Outcome<TrainingWritten> written = context.background->ask<RunFilesSlot>(*state.wanted);
    draw_job_line(context, "training.files", slot_id<RunFilesSlot>(), written, tr("training.writing"));
    if (!written.fresh || written.state != TaskState::done) return;
    state.written = state.wanted->folder;
    state.frames = state.wanted->run->checkpoints.size();
    state.wanted.reset();
  }
  if (state.written.empty()) return;
  wrapped_caption(tr("training.written", {{"folder", state.written.string()}, {"frames", state.frames}}));
  probe_last_item("training.written");
}

}  // namespace regard
