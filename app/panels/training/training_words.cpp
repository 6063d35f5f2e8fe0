// SPDX-License-Identifier: Apache-2.0
// What tasks, choices and their problems are called.
#include "app/base/head_place.h"
#include "app/panels/training/training_parts.h"
#include "app/style/locale.h"
#include "app/widgets/paint.h"
#include "core/train/names.h"

#include <array>
#include <string>

namespace regard {
namespace {

constexpr std::array<const char*, head_curves> kHeadCurves{"previous", "induction", "contrast", "entropy"};
constexpr int kRateDecimals = 4;

}  // namespace

std::string task_name(train::TaskKind kind) {
  return tr("training.task." + std::string(train::name_of(kind)));
}

std::string position_name(train::PositionKind kind) {
  return tr("training.position." + std::string(train::name_of(kind)));
}

std::string told_recipe(const train::Recipe& recipe) {
  const train::Shape& shape = recipe.shape;
  std::string text = task_name(recipe.task.kind) + " · " +
                     tr("training.shape", {{"layers", shape.layers}, {"heads", shape.heads}, {"width", shape.width}}) +
                     " · " + position_name(shape.positions);
  if (shape.weigh == train::WeighKind::linear) text += " · " + std::string(tr("training_linear.linear"));
  if (shape.window > 0) text += " · " + tr("training.window_of", {{"tokens", shape.window}});
  return text + " · " +
         tr("training.rate_seed",
            {{"rate", number(recipe.optimiser.rate, kRateDecimals)}, {"batch", recipe.batch}, {"seed", recipe.seed}});
}

std::string told_problem(const TrainingChoices& choices, const ChoiceProblem& problem) {
  const train::Shape& shape = choices.shape;
  switch (problem.obstacle) {
    case ChoiceObstacle::heads_divide:
      return tr("training.problem.heads_divide", {{"heads", shape.heads}, {"width", shape.width}});
    case ChoiceObstacle::rotary_odd:
      return tr("training.problem.rotary_odd", {{"numbers", shape.head_dim()}});
    case ChoiceObstacle::alibi_linear:
      return tr("training_linear.alibi");
    case ChoiceObstacle::no_text:
      return tr("training.problem.no_text");
    case ChoiceObstacle::rate:
      return tr("training.problem.rate");
    case ChoiceObstacle::other:
      break;
  }
  return tr(*problem.error);
}

std::string head_curve_name(HeadCurve curve) {
  return tr(std::string("training.curve.") + kHeadCurves[static_cast<std::size_t>(curve)]);
}

std::string head_curve_about(HeadCurve curve) {
  return tr(std::string("training.curve_about.") + kHeadCurves[static_cast<std::size_t>(curve)]);
}

std::string short_head_name(const TrainingRun& run, std::size_t head) {
  const std::size_t heads = run.recipe.shape.heads;
  return head_place({head / heads, head % heads});
}

}  // namespace regard
