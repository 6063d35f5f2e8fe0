// SPDX-License-Identifier: Apache-2.0
// What a council finds, question by question, beside the best fixed distance and the models that ship (council-heads). Any thread.
#pragma once

#include "app/session/training_choices.h"
#include "app/viewmodel/trained_heads.h"
#include "core/train/council/council.h"
#include "core/train/council/council_scores.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

[[nodiscard]] train::CouncilRecipe recipe_of(const CouncilChoices& choices);

struct CouncilRow {
  HeadRef head{};          ///< who answers
  std::size_t shared = 1;  ///< questions that this head answers, this one among them
  std::string relation{}, name{};
  bool neighbour = false;                         ///< about tokens
  std::array<train::QuestionScore, 2> of{};       ///< [kTreeLanguages]
  std::array<std::optional<float>, 2> shipped{};  ///< right, of the model with as many heads; on other sentences
};

/// Over questions about words with rows enough.
struct CouncilMean {
  std::size_t questions = 0;
  float right = 0.0F, base = 0.0F;
  std::optional<float> shipped{};  ///< over the same questions
};

struct CouncilTable {
  std::array<std::size_t, 2> sentences{};  ///< held out
  std::vector<CouncilRow> rows{};          ///< [questions]
  std::array<CouncilMean, 2> mean{};
};

/// What a council is and what it was asked, without its parameters.
struct CouncilShape {
  train::CouncilRecipe recipe{};
  std::shared_ptr<const train::GuidedSet> set{};
};

/// Names in the language of `shipped`, whose figures are taken where it has a model of as many heads.
[[nodiscard]] CouncilTable council_table(const CouncilShape& council, const train::CouncilScores& scores,
                                         const TrainedHeads& shipped);

}  // namespace regard
