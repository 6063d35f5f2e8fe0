// SPDX-License-Identifier: Apache-2.0
// A council that learns: a small encoder whose heads are guided to look at the words that syntax trees name, its optimiser and its
// sentences, step by step. On the calling thread alone; equal recipes and sentences give equal bits at every step.
#pragma once

#include "core/train/adamw.h"
#include "core/train/council/batches.h"
#include "core/train/council/encoder.h"
#include "core/train/council/guided_loss.h"
#include "core/train/council/sentences.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace regard::train {

struct CouncilRecipe {
  std::size_t layers = 4, heads = 8, width = 64;  ///< the inner width of feed-forward is four times that
  std::size_t steps = 1'200;                      ///< the rate falls to 0 until then
  std::size_t pieces = 512;                       ///< of the sentences of a step together, at most (one is always read)
  AdamW optimiser{.rate = 4e-3F};
  std::uint64_t seed = 1;
  friend bool operator==(const CouncilRecipe&, const CouncilRecipe&) = default;
};

/// Throws Error training_value: what is out of bounds, heads that do not divide the width.
void check(const CouncilRecipe& recipe);

/// The share of the rate at a step: it rises for an eighth of all steps, and falls from the first on in a line to a hundredth.
[[nodiscard]] float rate_share(const CouncilRecipe& recipe, std::size_t step);

struct CouncilLearner {
  CouncilRecipe recipe{};
  std::shared_ptr<const GuidedSet> set{};
  std::vector<HeadRef> places{};  ///< [questions]
  std::size_t steps = 0;          ///< that `parameters` have learned
  AlignedFloats parameters{};     ///< [pass.layout.size]
  AlignedFloats kept{};           ///< likewise, one step before: the last whose loss is known to be a number
  AlignedFloats gradient{};
  Moments moments{};
  Random random;  ///< of the sentences
  Deck deck{};
  EncoderPass pass{};
  bool diverged = false;
};

/// Throws those of check().
[[nodiscard]] CouncilLearner make_council(const CouncilRecipe& recipe, std::shared_ptr<const GuidedSet> set);

/// One step: its loss, its gradient (no longer than 2, Pascanu et al. 2013), an update. → what the parameters lost before it.
/// Throws Error training_diverged where the loss is not a number: the learner is then at the last step whose loss was one, for good;
/// Cancelled where pass.stop asks for it: the learner is of no use then but for what it has learned.
GuidedLosses learn(CouncilLearner& learner);

}  // namespace regard::train
