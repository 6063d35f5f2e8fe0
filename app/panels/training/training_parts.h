// SPDX-License-Identifier: Apache-2.0
// The pieces of the workspace Training. Private to app/panels. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/jobs/trainer.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/training_view.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

// Slots of Background. Two runs stand side by side: 0 is the one on show, 1 the one beside it.
template <std::size_t place>
struct RunSlot {
  using Asked = RunQuestion;
  using Answer = TrainingRun;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>&) { return read_run(asked); }
};
struct RunsSlot {
  using Asked = RunsQuestion;
  using Answer = std::vector<std::filesystem::path>;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>&) { return list_runs(asked); }
};
struct DeletedRunSlot {
  using Asked = DeletionQuestion;
  using Answer = DeletionQuestion;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>&) { return carry_out(asked); }
};
template <std::size_t place>
struct ExampleSlot {
  using Asked = ExampleQuestion;
  using Answer = TaskExample;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>&) { return make_example(asked); }
};
template <std::size_t place>
struct MapsSlot {
  using Asked = MapsQuestion;
  using Answer = HeadMaps;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_head_maps(asked, job.stop);
  }
};

/// Which run is looked at: the one that learns in this window, one in a folder, or none.
struct RunChoice {
  bool live = false;
  std::filesystem::path folder{};
  [[nodiscard]] bool none() const { return !live && folder.empty(); }
  friend bool operator==(const RunChoice&, const RunChoice&) = default;
};

/// One of the two runs, as far as it is known.
struct RunInSight {
  RunChoice choice{};
  std::shared_ptr<const TrainingRun> read{};  ///< of a folder
  std::optional<Error> problem{};             ///< why it cannot be
  std::shared_ptr<const TaskExample> example{};
  std::shared_ptr<const HeadMaps> maps{};  ///< what is drawn: of the step before while the next one is on its way
  std::uint64_t revision = 0;              ///< of the maps
  std::optional<Error> maps_problem{};
};

/// Kept between frames.
struct TrainingRoom {
  TrainingNews news{};     ///< without its points
  TrainingRun learning{};  ///< the run that learns here
  std::array<RunInSight, 2> runs{};
  std::optional<std::size_t> cursor{};  ///< a step; none: it follows the newest that is kept
  bool playing = false;
  double moved_at = 0.0;  ///< seconds: when it was last moved by playing
  HeadCurve measure = HeadCurve::induction;
  std::optional<std::size_t> head{};  ///< whose curve is thicker
  std::size_t tab = 0;                ///< in a narrow panel: choices, or what became of them
  HeatMapView zoom{};
  std::optional<DeletionQuestion> deleting{};  ///< under way
  std::optional<Error> not_deleted{};          ///< why the last one failed
  std::uint64_t deleted = 0;                   ///< runs that were deleted here
  // The step of the change, of the run on show when it had so many points.
  const TrainingRun* change_of = nullptr;
  std::size_t change_points = 0;
  std::optional<std::size_t> change{};
  // What is wrong with the choices, found when they change.
  TrainingChoices checked{};
  std::optional<ChoiceProblem> problem = problem_of({});
  std::string text{};                   ///< in the field, as ImGui has it
  std::string text_from{};              ///< the session's text it was filled from
  std::string folder{}, folder_from{};  ///< likewise
};

/// How far something that learns is.
struct TrainingProgress {
  TrainingState state = TrainingState::none;
  std::size_t steps = 0, limit = 0;
  double pace = 0.0;  ///< steps of a second; 0: not yet known
  const std::optional<Error>& error;
};
/// In a line below its buttons; `reached` is the key of what is said at the end. False: nothing has been started.
bool draw_progress(const TrainingProgress& progress, const char* reached);

/// Takes over what the trainer has made since the last frame, and what the background has read.
void take_training_news(PanelContext& context, TrainingRoom& state);
/// The run in this place, or null where there is none yet.
[[nodiscard]] const TrainingRun* run_in_sight(const TrainingRoom& state, std::size_t place);
/// The kept step that the cursor is at, of the run in this place; nothing before one is kept.
[[nodiscard]] std::optional<std::size_t> step_in_sight(const TrainingRoom& state, std::size_t place);
void move_cursor(TrainingRoom& state, std::size_t step);
void step_cursor(TrainingRoom& state, int by);
void show_run(TrainingRoom& state, std::size_t place, RunChoice choice);
[[nodiscard]] std::filesystem::path recorded_run_folder();
/// The same of one layer, which cannot learn it.
[[nodiscard]] std::filesystem::path control_run_folder();
/// Counts what may have changed files of runs.
[[nodiscard]] std::uint64_t reading_of_runs(const TrainingRoom& state);

/// The words for what can be chosen.
[[nodiscard]] std::string task_name(train::TaskKind kind);
[[nodiscard]] std::string position_name(train::PositionKind kind);
[[nodiscard]] std::string told_recipe(const train::Recipe& recipe);
[[nodiscard]] std::string told_problem(const TrainingChoices& choices, const ChoiceProblem& problem);
[[nodiscard]] std::string head_curve_name(HeadCurve curve);
[[nodiscard]] std::string head_curve_about(HeadCurve curve);
/// "L1H2": layers and heads are counted from 0.
[[nodiscard]] std::string short_head_name(const TrainingRun& run, std::size_t head);

// Choices that tasks and councils have alike; probes are their ids.
/// A name over what follows.
void name_of_choice(const char* key);
bool count_slider(const char* id, const char* key, std::size_t& value, std::size_t low, std::size_t high);
/// Probes "training.width.<number>".
void choose_width(std::size_t& width);
/// Probes "training.seed", "training.steps".
void choose_seed_and_steps(std::uint64_t& seed, std::size_t& steps, const char* steps_hint);
/// Probe "training.rate".
void rate_slider(float& rate);
/// A button that stays on the line while there is room for it; the first one of a line begins it.
bool button_in_line(const char* id, const char* label, bool first = false);
/// A name in the colour of its curve.
void curve_label(const ImVec4& colour, std::string_view text);

/// Start, pause, step, stop, and how far it is.
void draw_training_buttons(PanelContext& context, TrainingRoom& state);
/// What is to learn, and how. Probes "training.task.<name>", "training.layers", "training.heads", "training.width.<number>",
/// "training.positions.<name>", "training.window", "training.rate", "training.batch", "training.text", "training.seed", "training.steps",
/// "training.fixed", "training.feed_forward", "training.norm.<name>", "training.folder".
void draw_training_choices(PanelContext& context, TrainingRoom& state);
/// Which runs are looked at. Probes "training.shown", "training.beside", "training.run.<index>", "training.take".
void draw_run_choice(PanelContext& context, TrainingRoom& state);
/// What can be done with the run on show: go on with one that has ended, delete it, the control beside the recorded one. Probes
/// "training.continue", "training.delete", "training.delete.yes", "training.delete.no", "training.control".
void draw_run_deeds(PanelContext& context, TrainingRoom& state);
/// The cursor and what can be done at it. Probes "training.track", "training.previous", "training.next", "training.play",
/// "training.change", "training.newest", "training.open", "training.ablate".
void draw_cursor(PanelContext& context, TrainingRoom& state);
/// The button that writes the run as files, and how far that is. Probes "training.export", "training.files.stop", "training.written".
void draw_run_files_button(PanelContext& context, const TrainingRun& run);
void draw_run_files_state(PanelContext& context);
/// Probes "training.loss", "training.accuracy", "training.heads_chart", "training.measure.<index>", "training.head.<head>".
void draw_training_curves(PanelContext& context, TrainingRoom& state);
/// Probes "training.map.<place>.<head>.cells".
void draw_training_maps(PanelContext& context, TrainingRoom& state);

}  // namespace regard
