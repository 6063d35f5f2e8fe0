// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/council_view.h"

#include <algorithm>

namespace regard {
namespace {

const TrainedQuestion* question_of(const TrainedHeads& shipped, const std::string& relation) {
  const auto found = std::find_if(shipped.questions.begin(), shipped.questions.end(),
                                  [&](const TrainedQuestion& each) { return each.relation == relation; });
  return found == shipped.questions.end() ? nullptr : &*found;
}

CouncilMean council_mean(const CouncilTable& table, std::size_t language, const train::Questions& questions,
                         const train::CouncilScores& scores) {
  const train::MeanScore own = mean_of(questions, scores.of[language]);
  CouncilMean mean{.questions = own.questions, .right = own.right, .base = own.base};
  float sum = 0.0F;
  std::size_t known = 0;
  for (const CouncilRow& row : table.rows)
    if (!row.neighbour && row.of[language].rows >= train::kFewestRows && row.shipped[language]) {
      sum += *row.shipped[language];
      ++known;
    }
  if (known > 0 && known == mean.questions) mean.shipped = sum / static_cast<float>(known);
  return mean;
}

}  // namespace

train::CouncilRecipe recipe_of(const CouncilChoices& choices) {
  train::CouncilRecipe recipe{.layers = choices.layers,
                              .heads = choices.heads,
                              .width = choices.width,
                              .steps = choices.steps,
                              .seed = choices.seed};
  recipe.optimiser.rate = choices.rate;
  return recipe;
}

CouncilTable council_table(const CouncilShape& council, const train::CouncilScores& scores,
                           const TrainedHeads& shipped) {
  const train::Questions& questions = council.set->questions;
  const std::vector<HeadRef> places = train::places_of(questions, council.recipe.layers, council.recipe.heads);
  const auto same = std::find(shipped.heads.begin(), shipped.heads.end(), council.recipe.heads);
  CouncilTable table;
  for (std::size_t question = 0; question < questions.of.size(); ++question) {
    const HeadRole& role = questions.of[question];
    const TrainedQuestion* known = question_of(shipped, role.relation);
    CouncilRow row{.head = places[question],
                   .shared = static_cast<std::size_t>(std::count(places.begin(), places.end(), places[question])),
                   .relation = role.relation,
                   .name = known != nullptr ? known->name : role.name.en,
                   .neighbour = train::is_neighbour(role.relation)};
    for (std::size_t language = 0; language < row.of.size(); ++language) {
      row.of[language] = scores.of[language][question];
      if (known != nullptr && same != shipped.heads.end())
        row.shipped[language] =
            static_cast<float>(known->of[language].right[static_cast<std::size_t>(same - shipped.heads.begin())]);
    }
    table.rows.push_back(std::move(row));
  }
  for (std::size_t language = 0; language < table.mean.size(); ++language) {
    table.sentences[language] = council.set->held_out[language].size();
    table.mean[language] = council_mean(table, language, questions, scores);
  }
  return table;
}

}  // namespace regard
