// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/words.h"

#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

/// [CLS] ко ##шка и ко ##шка [MASK] . [SEP]
std::vector<Token> tokens_of_a_sentence() {
  const std::vector<std::int32_t> words{-1, 0, 0, 1, 2, 2, 3, 4, -1};
  std::vector<Token> tokens(words.size());
  for (std::size_t at = 0; at < words.size(); ++at) {
    tokens[at].id = static_cast<std::int32_t>(at);
    tokens[at].word = words[at];
    tokens[at].special = at == 0 || at == 6 || at == 8;
  }
  return tokens;
}

class Words : public ::testing::Test {
protected:
  std::vector<Token> tokens = tokens_of_a_sentence();
  std::vector<TokenGroup> words = word_groups(tokens);
  std::shared_ptr<const Trace> trace = run(testing::random_bert({}), {.ids = {0, 1, 2, 3, 4, 5, 6, 7, 8}});
  Matrix pieces = weights(*trace, {1, 2});
};

TEST_F(Words, GatherTheirPiecesAndLeaveSpecialsAlone) {
  EXPECT_EQ(words, (std::vector<TokenGroup>{{0}, {1, 2}, {3}, {4, 5}, {6}, {7}, {8}}));
  EXPECT_EQ(word_of(words, 0), 0U);
  EXPECT_EQ(word_of(words, 2), 1U);
  EXPECT_EQ(word_of(words, 8), 6U);
  EXPECT_TRUE(is_special(tokens, words[0]));
  EXPECT_FALSE(is_special(tokens, words[1]));
  EXPECT_TRUE(word_groups({}).empty());
}

TEST_F(Words, SumOverPiecesLookedAtAndAverageOverPiecesThatAsk) {
  const Matrix grid = word_weights(*trace, {1, 2}, words);
  const double expected = (static_cast<double>(pieces(1, 4)) + pieces(1, 5) + pieces(2, 4) + pieces(2, 5)) / 2.0;
  EXPECT_NEAR(grid(1, 3), expected, 1e-6);
  EXPECT_GT(std::abs(grid(3, 1) - expected), 1e-4);  // not symmetric: a swapped axis would show
  for (std::size_t query = 0; query < words.size(); ++query) {
    double sum = 0.0;
    for (const float weight : grid.row(query))
      sum += static_cast<double>(weight);
    EXPECT_NEAR(sum, 1.0, 1e-6);
  }
}

TEST_F(Words, ShareOutWhatIsLeftWithoutTheSpecials) {
  const Matrix all = word_weights(*trace, {1, 2}, words);
  const Matrix some = word_weights_without_special(*trace, {1, 2}, tokens, words);
  for (std::size_t query = 0; query < words.size(); ++query) {
    const double left = 1.0 - static_cast<double>(all(query, 0) + all(query, 4) + all(query, 6));
    EXPECT_EQ(some(query, 0), 0.0F);
    EXPECT_EQ(some(query, 4), 0.0F);
    EXPECT_EQ(some(query, 6), 0.0F);
    EXPECT_NEAR(some(query, 3), all(query, 3) / left, 1e-5);
  }
}

}  // namespace
}  // namespace regard
