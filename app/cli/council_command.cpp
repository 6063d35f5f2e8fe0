// SPDX-License-Identifier: Apache-2.0
#include "app/cli/council_command.h"

#include "app/base/assets.h"
#include "app/base/head_place.h"
#include "app/cli/columns.h"
#include "app/cli/interrupt.h"
#include "app/style/locale.h"
#include "app/viewmodel/council_view.h"
#include "core/base/error.h"
#include "core/base/one_thread.h"
#include "core/train/council/council_folder.h"

#include <cstdio>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace regard::cli {
namespace {

using train::CouncilLearner;
using train::CouncilPoint;

/// "52.3"; a dash where nothing was asked.
std::string percents(std::optional<float> share) {
  if (!share) return "–";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f", 100.0 * static_cast<double>(*share));
  return text;
}

std::string council_line(const train::Questions& questions, const CouncilPoint& point) {
  char loss[32];
  std::snprintf(loss, sizeof loss, "%.3f", point.losses.total());
  std::string line = tr("cli.council.step", {{"step", point.step}, {"loss", loss}});
  for (std::size_t language = 0; language < train::kTreeLanguages.size(); ++language) {
    const train::MeanScore mean = mean_of(questions, point.scores->of[language]);
    line += tr("cli.council.mean", {{"language", tr("trained_heads." + std::string(train::kTreeLanguages[language]))},
                                    {"right", percents(mean.right)},
                                    {"base", percents(mean.base)}});
  }
  return line + "\n";
}

void print_table(const CouncilTable& table, std::ostream& out) {
  for (std::size_t language = 0; language < train::kTreeLanguages.size(); ++language) {
    out << '\n'
        << tr("cli.council.held_out",
              {{"language", tr("trained_heads." + std::string(train::kTreeLanguages[language]))},
               {"sentences", table.sentences[language]}})
        << '\n';
    Table rows;
    rows.add({tr("cli.council.head"), tr("trained_heads.question"), tr("cli.council.rows"), tr("cli.council.base"),
              tr("cli.council.right"), tr("cli.council.weight"), tr("cli.council.shipped")});
    for (const CouncilRow& row : table.rows) {
      const train::QuestionScore& score = row.of[language];
      const bool asked = score.rows > 0;
      const auto share = [&](float value) { return percents(asked ? std::optional(value) : std::nullopt); };
      rows.add({head_place(row.head), row.name, std::to_string(score.rows), row.neighbour ? "–" : share(score.base),
                share(score.right), share(score.weight), percents(row.shipped[language])});
    }
    const CouncilMean& mean = table.mean[language];
    rows.add({"", tr_plural("trained_heads.mean", mean.questions), "", percents(mean.base), percents(mean.right), "",
              percents(mean.shipped)});
    rows.print(out);
  }
  out << '\n' << tr("cli.council.shipped_about") << '\n';
}

}  // namespace

void run_council(const CouncilCommand& command, Streams streams) {
  if (command.out.empty()) throw Refusal(tr("cli.refusal.council_out"));
  train::check_council_folder(command.out);
  train::check(command.recipe);
  const OnOneThread alone;
  CouncilLearner learner =
      train::make_council(command.recipe, train::prepare_council(train::load_council_sources(assets_folder())));
  const train::Questions& questions = learner.set->questions;
  const InterruptWatch watch;
  std::vector<CouncilPoint> points;
  std::optional<Error> diverged;
  const auto keep = [&](train::GuidedLosses losses, train::CouncilScores scores, std::size_t step) {
    points.push_back({step, losses, std::move(scores)});
    train::write_council(learner, points, command.out);
  };
  try {
    while (learner.steps < command.recipe.steps && interrupted == 0) {
      const std::size_t step = learner.steps;
      std::optional<train::CouncilScores> scores;
      if (step % command.every == 0) scores = train::measure_council(learner);
      const train::GuidedLosses losses = train::learn(learner);
      if (!scores) continue;
      keep(losses, std::move(*scores), step);
      streams.out << council_line(questions, points.back()) << std::flush;
    }
  } catch (const Error& error) {
    if (error.code() != "training_diverged") throw;
    diverged = error;
  }
  std::erase_if(points, [&](const CouncilPoint& point) { return point.step >= learner.steps; });  // what diverged
  keep({}, train::measure_council(learner), learner.steps);
  print_table(council_table({learner.recipe, learner.set}, *points.back().scores,
                            load_trained_heads(language_code(language()))),
              streams.out);
  streams.out << '\n' << tr("cli.train.kept", {{"step", learner.steps}, {"folder", command.out.string()}}) << '\n';
  if (diverged) throw *diverged;
}

}  // namespace regard::cli
