// SPDX-License-Identifier: Apache-2.0
#include "core/train/training.h"

#include "core/base/error.h"
#include "core/base/progress.h"

#include <cmath>
#include <string>

namespace regard::train {
namespace {

constexpr std::size_t kMostBytes = std::size_t{2} << 30;

/// What make_pass() takes.
std::size_t bytes_of(const Shape& shape, std::size_t sequences) {
  const std::size_t rows = sequences * shape.context;
  const std::size_t features = shape.weigh == WeighKind::linear ? 2 * shape.width + shape.heads : 0;
  const std::size_t of_row = 8 * shape.width + shape.heads * shape.context + 4 * shape.feed_forward + features;
  return sizeof(float) * rows * (shape.layers * of_row + 10 * shape.width + shape.feed_forward + shape.vocabulary);
}

[[noreturn]] void give_up(Learner& learner) {
  learner.diverged = true;
  if (learner.steps > 0) {
    learner.parameters = learner.kept;
    --learner.steps;
  }
  throw Error("training_diverged", {.found = std::to_string(learner.steps)});
}

}  // namespace

Learner make_learner(Recipe recipe) {
  check_between("batch", recipe.batch, 1, 4'096);
  check_between("tokens", recipe.shape.context, 4, 512);
  PreparedTask task = prepare(recipe.task, recipe.shape.context);
  recipe.shape.vocabulary = task.pieces.size();
  check(recipe.shape);
  if (const std::size_t bytes = bytes_of(recipe.shape, recipe.batch); bytes > kMostBytes)
    throw Error("training_memory",
                {.expected = std::to_string(kMostBytes >> 20), .found = std::to_string(bytes >> 20)});
  Pass pass = make_pass(recipe.shape, recipe.batch);
  AlignedFloats parameters = first_parameters(pass.layout, recipe.seed);
  const AlignedFloats zeros(parameters.size(), 0.0F);
  return {.recipe = recipe,
          .task = std::move(task),
          .parameters = parameters,
          .kept = std::move(parameters),
          .gradient = zeros,
          .moments = {zeros, zeros},
          .random = Random(~recipe.seed),  // other numbers than those it begins with
          .pass = std::move(pass)};
}

Scores learn(Learner& learner) {
  if (learner.diverged) throw Error("training_diverged", {.found = std::to_string(learner.steps)});
  const Random before = learner.random;
  Scores scores;
  try {
    draw(learner.task, learner.recipe.batch, learner.random, learner.batch);
    forward(learner.pass, learner.parameters, learner.batch.ids);
    scores = cross_entropy(learner.batch, learner.pass.shape.vocabulary, learner.pass.logits);
    if (!std::isfinite(scores.loss)) give_up(learner);
    backward(learner.pass, learner.parameters, learner.batch.ids, learner.gradient);
  } catch (const Cancelled&) {
    learner.random = before;
    throw;
  }
  learner.kept = learner.parameters;
  update(learner.recipe.optimiser, learner.gradient, learner.moments, learner.parameters);
  ++learner.steps;
  return scores;
}

}  // namespace regard::train
