// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/council.h"

#include "core/base/error.h"
#include "core/train/grid.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace regard::train {
namespace {

constexpr std::size_t kInnerToWidth = 4;
constexpr float kLongestGradient = 2.0F;
constexpr float kLeastRate = 0.01F;

EncoderShape shape_of(const CouncilRecipe& recipe, std::size_t vocabulary) {
  return {.layers = recipe.layers,
          .heads = recipe.heads,
          .width = recipe.width,
          .feed_forward = kInnerToWidth * recipe.width,
          .vocabulary = vocabulary,
          .context = kLongestSentence};
}

[[noreturn]] void give_up(CouncilLearner& learner) {
  learner.diverged = true;
  if (learner.steps > 0) {
    learner.parameters = learner.kept;
    --learner.steps;
  }
  throw Error("training_diverged", {.found = std::to_string(learner.steps)});
}

void shorten(AlignedFloats& gradient) {
  Line all = line(gradient.data(), gradient.size());
  const float length = std::sqrt(all.square().sum());
  if (length > kLongestGradient) all *= kLongestGradient / length;
}

}  // namespace

void check(const CouncilRecipe& recipe) {
  constexpr std::size_t kAnyVocabulary = 64;
  check(shape_of(recipe, kAnyVocabulary));
  check_between("width", recipe.width, 8, 256);
  check_between("steps", recipe.steps, 1, 100'000);
  check_between("pieces", recipe.pieces, 16, 4'096);
  if (!(recipe.optimiser.rate > 0.0F))
    throw Error("training_value", {.item = "rate", .expected = "> 0", .found = std::to_string(recipe.optimiser.rate)});
}

float rate_share(const CouncilRecipe& recipe, std::size_t step) {
  const auto at = static_cast<float>(step), all = static_cast<float>(recipe.steps);
  const float rising = (at + 1.0F) / std::max(1.0F, all / 8.0F);
  return std::min(1.0F, rising) * std::max(kLeastRate, 1.0F - at / all);
}

CouncilLearner make_council(const CouncilRecipe& recipe, std::shared_ptr<const GuidedSet> set) {
  check(recipe);
  const EncoderShape shape = shape_of(recipe, set->pieces());
  check(shape);
  EncoderPass pass = make_pass(shape, set->label_count());
  AlignedFloats parameters = first_parameters(shape, pass.layout, recipe.seed);
  const AlignedFloats zeros(parameters.size(), 0.0F);
  std::vector<HeadRef> places = places_of(set->questions, recipe.layers, recipe.heads);
  return {.recipe = recipe,
          .set = std::move(set),
          .places = std::move(places),
          .parameters = parameters,
          .kept = std::move(parameters),
          .gradient = zeros,
          .moments = {zeros, zeros},
          .random = Random(~recipe.seed),  // other numbers than those it begins with
          .pass = std::move(pass)};
}

GuidedLosses learn(CouncilLearner& learner) {
  if (learner.diverged) throw Error("training_diverged", {.found = std::to_string(learner.steps)});
  const GuidedBatch batch =
      draw_batch(*learner.set, learner.places, learner.recipe.pieces, learner.deck, learner.random);
  forward(learner.pass, learner.parameters, batch.packed);
  std::fill(learner.gradient.begin(), learner.gradient.end(), 0.0F);
  const GuidedLosses losses =
      guided_losses(learner.pass, learner.parameters, batch, learner.set->labels, learner.gradient);
  if (!std::isfinite(losses.total())) give_up(learner);
  backward(learner.pass, learner.parameters, learner.gradient);
  shorten(learner.gradient);
  learner.kept = learner.parameters;
  AdamW adam = learner.recipe.optimiser;
  adam.rate *= rate_share(learner.recipe, learner.steps);
  update(adam, learner.gradient, learner.moments, learner.parameters);
  ++learner.steps;
  return losses;
}

}  // namespace regard::train
