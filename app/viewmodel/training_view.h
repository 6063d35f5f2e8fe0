// SPDX-License-Identifier: Apache-2.0
// Runs of training as people look at them: what is wrong with choices before the start, curves over steps, the step at which something
// changes, the weights of all heads at a step. Numbers: core/train. What reads files or runs models is too slow for a frame: made in
// background jobs. Any thread.
#pragma once

#include "app/session/training_choices.h"
#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/train/curves.h"
#include "core/train/recorded_run.h"
#include "core/train/training.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

[[nodiscard]] train::Recipe recipe_of(const TrainingChoices& choices);
[[nodiscard]] TrainingChoices choices_of(const train::Recipe& recipe);

/// Why nothing can begin with these; nothing where it can.
enum class ChoiceObstacle {
  heads_divide,  ///< the heads do not divide the width
  rotary_odd,    ///< rotary positions turn pairs of numbers, and a head has an odd one
  alibi_linear,  ///< ALiBi is added to scores, and linear attention has none
  no_text,       ///< of the task: none has been typed
  rate,          ///< no rate above 0
  other          ///< see ChoiceProblem::error
};
struct ChoiceProblem {
  ChoiceObstacle obstacle = ChoiceObstacle::other;
  std::optional<Error> error{};
};
[[nodiscard]] std::optional<ChoiceProblem> problem_of(const TrainingChoices& choices);

/// A run, learned before or still learning.
struct TrainingRun {
  std::filesystem::path folder{};
  train::Recipe recipe{};
  std::vector<train::CurvePoint> points{};
  std::vector<std::size_t> checkpoints{};  ///< steps whose models lie in the folder, in order
  std::vector<std::size_t> measured{};     ///< indices of points at which heads were measured
  bool can_continue = false;               ///< what it needs to go on lies in the folder

  [[nodiscard]] std::size_t heads() const { return recipe.shape.layers * recipe.shape.heads; }
  [[nodiscard]] std::size_t last_step() const;  ///< 0 before the first point
};
/// Takes over points that follow the last one.
void add_points(TrainingRun& run, std::vector<train::CurvePoint> points);

struct RunQuestion {
  std::filesystem::path folder{};
  std::uint64_t reading = 0;  ///< counts the runs that were started or ended: files may have changed
  friend bool operator==(const RunQuestion&, const RunQuestion&) = default;
};
/// Throws Error: those of load_run(); no_checkpoints where the folder keeps no model.
[[nodiscard]] std::shared_ptr<const TrainingRun> read_run(const RunQuestion& question);

struct DeletionQuestion {
  std::filesystem::path folder{};
  std::uint64_t number = 0;  ///< of the deletion: a run of that name may come again
  friend bool operator==(const DeletionQuestion&, const DeletionQuestion&) = default;
};
/// Deletes the run. Throws Error: those of train::delete_run().
[[nodiscard]] std::shared_ptr<const DeletionQuestion> carry_out(const DeletionQuestion& question);

struct RunsQuestion {
  std::filesystem::path folder{};
  std::uint64_t reading = 0;           ///< counts the runs that were started: each is one more
  std::string file = train::kRunFile;  ///< that such a folder has
  friend bool operator==(const RunsQuestion&, const RunsQuestion&) = default;
};
inline constexpr std::size_t most_listed_runs = 24;
/// Folders of runs in a folder, the newest first by their names, which begin with the time. Empty where nothing is there.
[[nodiscard]] std::shared_ptr<const std::vector<std::filesystem::path>> list_runs(const RunsQuestion& question);

// ---------------------------------------------------------------------------------------------------------------- curves

enum class ScoreCurve { predictable, unpredictable, accuracy };
/// Nothing where the task has no such position. Loss in nats, accuracy 0…1 over predictable positions.
[[nodiscard]] std::optional<float> score_at(const train::CurvePoint& point, ScoreCurve curve);

enum class HeadCurve { previous, induction, contrast, entropy };
inline constexpr std::size_t head_curves = 4;
[[nodiscard]] std::optional<float> measure_at(const train::HeadPoint& head, HeadCurve curve);

/// At most `most` steps from 0 to `last`, both among them, as many apart as can be.
[[nodiscard]] std::vector<std::size_t> chart_steps(std::size_t last, std::size_t most);
/// Values at those of the steps that the run has reached; those between two points lie on the line between them. Empty where there are
/// none.
[[nodiscard]] std::vector<float> curve_of(const TrainingRun& run, ScoreCurve curve, std::span<const std::size_t> steps);
[[nodiscard]] std::vector<float> curve_of(const TrainingRun& run, HeadCurve curve, std::size_t head,
                                          std::span<const std::size_t> steps);
/// Indices of the heads whose measure changes most over the run, most first.
[[nodiscard]] std::vector<std::size_t> most_changing(const TrainingRun& run, HeadCurve curve, std::size_t most);

/// The last point at or before a step that has what is asked for, or null.
[[nodiscard]] const train::CurvePoint* scored_at(const TrainingRun& run, std::size_t step);
[[nodiscard]] const train::CurvePoint* measured_at(const TrainingRun& run, std::size_t step);

/// Index of the step that is kept and nearest; of two the earlier. There is one.
[[nodiscard]] std::size_t nearest_kept(std::span<const std::size_t> checkpoints, std::size_t step);
/// The first step at which accuracy over predictable positions, the mean of 21 steps, is half way between its beginning and its
/// largest; nothing where it rises by less than a fifth.
[[nodiscard]] std::optional<std::size_t> step_of_change(const TrainingRun& run);

// ------------------------------------------------------------------------------------------------------------------ maps

/// A sequence of a task, the same for every run of it, and what each token is called.
struct TaskExample {
  std::vector<std::int32_t> ids{};
  std::vector<std::string> pieces{};  ///< [tokens]
  std::vector<train::Expect> expects{};
  std::string text{};  ///< as the model's tokenizer reads it
};
struct ExampleQuestion {
  train::Task task{};
  std::size_t tokens = 0;
  friend bool operator==(const ExampleQuestion&, const ExampleQuestion&) = default;
};
[[nodiscard]] std::shared_ptr<const TaskExample> make_example(const ExampleQuestion& question);

struct MapsQuestion {
  std::filesystem::path model{};
  std::size_t step = 0;
  std::shared_ptr<const TaskExample> example{};
  friend bool operator==(const MapsQuestion&, const MapsQuestion&) = default;
};
/// Weights of all heads on the example: causal, rows are queries.
struct HeadMaps {
  MapsQuestion of{};
  std::size_t layers = 0, heads = 0;  ///< of each layer
  std::vector<Matrix> weights{};      ///< [layers · heads] of [tokens, tokens]
};
/// Throws Error (those of load_model()), Cancelled.
[[nodiscard]] std::shared_ptr<const HeadMaps> make_head_maps(const MapsQuestion& question,
                                                             const std::stop_token& stop = {});

}  // namespace regard
