// SPDX-License-Identifier: Apache-2.0
// How often the head that a question was given to looks most at a word that the tree names, on sentences that were held out. Any thread.
#pragma once

#include "core/train/council/council.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard::train {

/// One question in one language; shares of rows, 0…1. Special tokens are left aside, as everywhere (core/analysis/relation_scores.h).
struct QuestionScore {
  std::size_t rows = 0;  ///< words that have something to find, or tokens that have such a neighbour
  float right = 0.0F;    ///< the heaviest word is right
  float weight = 0.0F;   ///< mean share of the weight on words that lies on the right ones
  float base = 0.0F;     ///< right by the best fixed distance, chosen on these very rows; of neighbours 1
  friend bool operator==(const QuestionScore&, const QuestionScore&) = default;
};

/// Fewer rows say nothing about a question: it is told, but left out of the means.
inline constexpr std::size_t kFewestRows = 10;

struct CouncilScores {
  std::array<std::vector<QuestionScore>, 2> of{};  ///< [kTreeLanguages][questions]
  friend bool operator==(const CouncilScores&, const CouncilScores&) = default;
};

struct MeanScore {
  std::size_t questions = 0;  ///< about words, with rows enough
  float right = 0.0F, base = 0.0F;
};
[[nodiscard]] MeanScore mean_of(const Questions& questions, const std::vector<QuestionScore>& scores);

/// Of the sentences that set.held_out has, by the learner's own forward pass. Throws Cancelled.
[[nodiscard]] CouncilScores measure_council(CouncilLearner& learner);

}  // namespace regard::train
