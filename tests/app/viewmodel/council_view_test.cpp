// SPDX-License-Identifier: Apache-2.0
// What a council finds beside the models that ship.
#include "app/viewmodel/council_view.h"
#include "core/base/text_file.h"

#include <gtest/gtest.h>

#include <cmath>

namespace regard {
namespace {

TrainedHeads shipped_figures() {
  const std::filesystem::path file =
      std::filesystem::path(REGARD_ASSETS_DIR) / "models" / trained_heads_folder / "figures.json";
  return parse_trained_heads(read_file(file, max_trained_heads_bytes), "figures.json", "en");
}

CouncilShape council_of(std::size_t heads) {
  static const auto set = train::prepare_council(train::load_council_sources(REGARD_ASSETS_DIR));
  return {{.heads = heads}, set};
}

train::CouncilScores made_up_scores(std::size_t questions) {
  train::CouncilScores scores;
  for (auto& of : scores.of)
    for (std::size_t question = 0; question < questions; ++question)
      of.push_back({.rows = question == 4 ? 3U : 20U,
                    .right = 0.01F * static_cast<float>(question),
                    .weight = 0.1F,
                    .base = 0.25F});
  return scores;
}

TEST(CouncilView, ChoicesBeginAsTheRecipeDoesAndEachIsTakenOver) {
  EXPECT_EQ(recipe_of(CouncilChoices{}), train::CouncilRecipe{});
  const train::CouncilRecipe recipe =
      recipe_of({.layers = 3, .heads = 2, .width = 48, .rate = 0.01F, .seed = 7, .steps = 90});
  train::CouncilRecipe expected{.layers = 3, .heads = 2, .width = 48, .steps = 90, .seed = 7};
  expected.optimiser.rate = 0.01F;
  EXPECT_EQ(recipe, expected);
}

TEST(CouncilView, SetsEachQuestionBesideTheModelWithAsManyHeads) {
  const TrainedHeads shipped = shipped_figures();
  const CouncilTable table = council_table(council_of(4), made_up_scores(19), shipped);
  ASSERT_EQ(table.rows.size(), 19U);
  EXPECT_TRUE(table.rows[0].neighbour);
  for (std::size_t question = 0; question < table.rows.size(); ++question) {
    const CouncilRow& row = table.rows[question];
    EXPECT_EQ(row.relation, shipped.questions[question].relation);
    EXPECT_EQ(row.name, shipped.questions[question].name);
    EXPECT_EQ(row.shared, shipped.questions[question].shared[2]) << row.name;
    ASSERT_TRUE(row.shipped[0]);
    EXPECT_FLOAT_EQ(*row.shipped[0], static_cast<float>(shipped.questions[question].of[0].right[2]));
  }
  EXPECT_EQ(table.sentences[0], 60U);
}

TEST(CouncilView, LeavesNeighboursAndRareQuestionsOutOfTheMean) {
  const CouncilTable table = council_table(council_of(8), made_up_scores(19), shipped_figures());
  EXPECT_EQ(table.mean[0].questions, 16U);
  EXPECT_NEAR(table.mean[0].right, 0.01F * (170.0F - 4.0F) / 16.0F, 1e-5F);  // 2 + 3 + 5 + … + 18
  EXPECT_NEAR(table.mean[0].base, 0.25F, 1e-6F);
  ASSERT_TRUE(table.mean[0].shipped);
  EXPECT_GT(*table.mean[0].shipped, 0.6F);
}

TEST(CouncilView, HasNothingBesideANumberOfHeadsThatDoesNotShip) {
  const CouncilTable table = council_table(council_of(16), made_up_scores(19), shipped_figures());
  for (const CouncilRow& row : table.rows)
    EXPECT_FALSE(row.shipped[0]);
  EXPECT_FALSE(table.mean[0].shipped);
}

}  // namespace
}  // namespace regard
