// SPDX-License-Identifier: Apache-2.0
#include "app/cli/train_command.h"

#include "app/cli/interrupt.h"
#include "app/style/locale.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/train/curves.h"
#include "core/train/learner_model.h"
#include "core/train/learner_state.h"
#include "core/train/recorded_run.h"

#include <cstdio>
#include <optional>
#include <ostream>

namespace regard::cli {
namespace {

using train::CurvePoint;
using train::Expect;
using train::HeadPoint;
using train::Learner;

constexpr std::size_t kLongestText = 16 << 20;  // bytes

std::string decimals(double number, int places) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", places, number);
  return text;
}

std::string name_of_head(const train::Shape& shape, std::size_t head) {
  return "L" + std::to_string(head / shape.heads) + "H" + std::to_string(head % shape.heads);
}

std::string best(const train::Shape& shape, const CurvePoint& point, Measure HeadPoint::*measure) {
  const std::size_t head = train::best_head(point.heads, measure);
  return decimals(static_cast<double>((point.heads[head].*measure).value), 2) + " " + name_of_head(shape, head);
}

/// Only what the task has: a text may leave no position to chance, a short context has no induction.
std::string progress_line(const train::Shape& shape, const CurvePoint& point) {
  const train::Score &rule = point.scores.at(Expect::rule), &chance = point.scores.at(Expect::chance);
  std::string line = tr("cli.train.step", {{"step", point.step}, {"loss", decimals(point.scores.loss, 3)}});
  if (rule.positions > 0)
    line += tr("cli.train.predictable",
               {{"loss", decimals(rule.loss, 3)}, {"right", decimals(100.0 * rule.accuracy(), 1)}});
  if (chance.positions > 0) line += tr("cli.train.unpredictable", {{"loss", decimals(chance.loss, 3)}});
  if (point.heads.front().induction.defined())
    line += tr("cli.train.induction", {{"best", best(shape, point, &HeadPoint::induction)}});
  return line + tr("cli.train.previous", {{"best", best(shape, point, &HeadPoint::previous)}}) + "\n";
}

Learner learner_of(const TrainCommand& command) {
  train::Recipe recipe = command.recipe;
  const bool reads_text = recipe.task.kind == train::TaskKind::text;
  if (reads_text == command.text_file.empty())
    throw Refusal(tr(reads_text ? "cli.refusal.train_needs_text" : "cli.refusal.train_text"));
  if (reads_text) recipe.task.text = read_file(command.text_file, kLongestText);
  if (command.fixed_period > 0) recipe.task.least_period = recipe.task.most_period = command.fixed_period;
  return train::make_learner(std::move(recipe));
}

/// A run: the learner, its curves, and where both are kept.
struct Run {
  const TrainCommand& command;
  std::filesystem::path folder{};
  Learner learner;
  std::vector<CurvePoint> curves{};

  void keep() const {
    train::write_run(learner, curves, folder);
    if (!command.csv.empty()) write_file_atomically(command.csv, train::curves_csv(learner.recipe.shape, curves));
  }
  /// The curves are the whole run's, and stand beside its last step.
  void keep_checkpoint() const { train::write_folder(learner, {}, train::checkpoint_folder(folder, learner.steps)); }
};

/// One step, and what is told and kept before it.
void make_step(Run& run, std::ostream& out) {
  const std::size_t step = run.learner.steps;
  const bool tells = step % run.command.every == 0;
  CurvePoint point{.step = step};
  if (tells) {
    run.keep();
    point.heads = train::measure_heads(train::model_of(run.learner), run.learner.task);
  }
  if (run.command.checkpoints > 0 && step % run.command.checkpoints == 0) run.keep_checkpoint();
  const bool known = !run.curves.empty() && run.curves.back().step >= step;  // a window looked at it while it rested
  point.scores = train::learn(run.learner);
  if (tells) out << progress_line(run.learner.recipe.shape, point) << std::flush;
  if (!known) run.curves.push_back(std::move(point));
}

Run run_of(const TrainCommand& command) {
  if (command.continued.empty()) {
    if (command.out.empty()) throw Refusal(tr("cli.refusal.train_out"));
    train::check_folder(command.out);
    return {command, command.out, learner_of(command)};
  }
  if (!command.out.empty()) throw Refusal(tr("cli.refusal.train_continue"));
  train::ContinuedRun run = train::continue_run(command.continued);
  if (run.learner.steps >= command.steps)
    throw Refusal(tr("cli.refusal.train_steps", {{"steps", command.steps}, {"made", run.learner.steps}}));
  return {command, command.continued, std::move(run.learner), std::move(run.points)};
}

}  // namespace

void run_train(const TrainCommand& command, Streams streams) {
  Run run = run_of(command);
  const InterruptWatch watch;
  std::optional<Error> diverged;
  try {
    while (run.learner.steps < command.steps && interrupted == 0)
      make_step(run, streams.out);
  } catch (const Error& error) {
    if (error.code() != "training_diverged") throw;
    diverged = error;
  }
  run.keep();
  streams.out << tr("cli.train.kept", {{"step", run.learner.steps}, {"folder", run.folder.string()}}) << '\n';
  if (diverged) throw *diverged;
}

}  // namespace regard::cli
