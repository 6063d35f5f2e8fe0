// SPDX-License-Identifier: Apache-2.0
// Alignment of two texts and how far heads moved between them.
#include "core/analysis/difference.h"
#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <cmath>
#include <numbers>
#include <random>

namespace regard {
namespace {

using Ids = std::vector<std::int32_t>;
using Pairs = std::vector<AlignedPair>;
using testing::some_ids;

TEST(Alignment, FindsTheLongestCommonSubsequence) {
  EXPECT_EQ(align(Ids{1, 2, 3, 4}, Ids{1, 9, 3, 4}).pairs, (Pairs{{0, 0}, {2, 2}, {3, 3}}));
  EXPECT_EQ(align(Ids{1, 2, 3}, Ids{1, 7, 2, 3}).pairs, (Pairs{{0, 0}, {1, 2}, {2, 3}}));
  EXPECT_EQ(align(Ids{1, 2, 5, 3}, Ids{2, 3, 5}).pairs.size(), 2U);
  EXPECT_TRUE(align(Ids{1, 2}, Ids{3, 4}).pairs.empty());
  EXPECT_TRUE(align(Ids{}, Ids{3, 4}).pairs.empty());
  const Alignment some = align(Ids{1, 2, 3}, Ids{1, 7, 3});
  EXPECT_EQ(some.to_second, (Ids{0, -1, 2}));
  EXPECT_EQ(some.to_first, (Ids{0, -1, 2}));
}

TEST(Alignment, IsAsLongAsTheBestOfAllSubsequences) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    Ids a(random() % 9), b(random() % 9);
    for (Ids* ids : {&a, &b})
      for (std::int32_t& id : *ids)
        id = static_cast<std::int32_t>(random() % 4);
    std::size_t best = 0;
    for (unsigned chosen = 0; chosen < 1U << a.size(); ++chosen) {
      std::size_t next = 0, length = 0;
      bool fits = true;
      for (std::size_t at = 0; at < a.size() && fits; ++at) {
        if ((chosen >> at & 1U) == 0) continue;
        while (next < b.size() && b[next] != a[at])
          ++next;
        fits = next++ < b.size();
        ++length;
      }
      if (fits) best = std::max(best, length);
    }
    const Pairs pairs = align(a, b).pairs;
    EXPECT_EQ(pairs.size(), best);
    for (std::size_t at = 0; at < pairs.size(); ++at) {
      EXPECT_EQ(a[pairs[at].first], b[pairs[at].second]);
      if (at > 0) {
        EXPECT_LT(pairs[at - 1].second, pairs[at].second);
      }
    }
  }
}

TEST(Alignment, KeepsThePairsAPersonFixed) {
  const Ids a{1, 2, 3, 4}, b{1, 9, 3, 4};
  EXPECT_EQ(align(a, b, Pairs{{1, 1}}).pairs, (Pairs{{0, 0}, {1, 1}, {2, 2}, {3, 3}}));
  EXPECT_EQ(align(a, b, Pairs{{0, 2}}).pairs, (Pairs{{0, 2}, {3, 3}})) << "3 would have to cross the fixed pair";
  EXPECT_EQ(align(a, b, Pairs{{0, 3}, {3, 0}}).pairs, (Pairs{{0, 3}, {2, 2}, {3, 0}}))
      << "crossing pairs bind only their tokens";
  EXPECT_EQ(align(a, b, Pairs{{1, 1}, {1, 2}, {7, 0}}).pairs.size(), 4U) << "a token has one partner, and it exists";
}

TEST(Difference, IsZeroForEqualRowsAndOneForRowsThatShareNothing) {
  const std::vector<float> a{0.5F, 0.5F, 0.0F}, b{0.0F, 0.0F, 1.0F}, c{1.0F, 0.0F, 0.0F};
  EXPECT_EQ(row_movement(a, a), 0.0);
  EXPECT_NEAR(row_movement(a, b), 1.0, 1e-12);
  const double expected = 0.5 * (0.5 * std::log(0.5 / 0.75) + 0.5 * std::log(0.5 / 0.25)) + 0.5 * std::log(1.0 / 0.75);
  EXPECT_NEAR(row_movement(a, c), expected / std::numbers::ln2, 1e-12);
  EXPECT_EQ(row_movement(a, c), row_movement(c, a));
}

TEST(Difference, IsExactlyZeroOnTheUnchangedPrefixOfACausalModel) {
  const auto model = testing::random_llama({});
  auto ids = some_ids(20, 101);
  const auto first = run(model, {.ids = ids});
  ids[12] = 3;
  ids.insert(ids.begin() + 13, 4);
  const auto second = run(model, {.ids = ids});
  const Alignment alignment = align(first->request.ids, ids);
  ASSERT_EQ(alignment.pairs.size(), 19U);
  for (const HeadMovement& one : head_movements(*first, *second, alignment, 30)) {
    for (const QueryMovement& row : one.queries)
      EXPECT_EQ(row.movement == 0.0, row.query.first < 12) << row.query.first;
    EXPECT_GT(one.movement, 0.0);
    EXPECT_GT(one.lost, 0.0);
    const Matrix delta = weights_difference(*first, *second, alignment, one.head);
    for (std::size_t row = 0; row < 12; ++row)
      for (std::size_t col = 0; col < 19; ++col)
        EXPECT_EQ(delta(row, col), 0.0F);
  }
}

TEST(Difference, AveragesTheRowsAndNamesTheLargest) {
  const auto model = testing::random_bert({});
  const auto first = run(model, {.ids = some_ids(9, 101)});
  const auto second = run(model, {.ids = some_ids(9, 97)});
  const Alignment alignment = align_by_position(9, 9);
  const HeadRef head{1, 2};
  const Matrix a = weights(*first, head), b = weights(*second, head);
  double sum = 0.0, largest = 0.0;
  for (std::size_t row = 0; row < 9; ++row) {
    sum += row_movement(a.row(row), b.row(row));
    largest = std::max(largest, row_movement(a.row(row), b.row(row)));
  }
  const HeadMovement found = head_movement(*first, *second, alignment, head);
  EXPECT_DOUBLE_EQ(found.movement, sum / 9.0);
  ASSERT_EQ(found.queries.size(), 3U);
  EXPECT_EQ(found.queries.front().movement, largest);
  EXPECT_EQ(found.lost, 0.0);
  EXPECT_EQ(row_movements(*first, *second, alignment, head)[found.queries.front().query.first], largest);
  EXPECT_FLOAT_EQ(scores_difference(*first, *second, alignment, head)(3, 5),
                  scores(*second, head)(3, 5) - scores(*first, head)(3, 5));
}

TEST(Difference, OfLongTextsTakenByBlocksOfRowsHasTheBitsOfWholeGrids) {
  testing::ModelShape shape;
  shape.context = 256;
  const auto model = testing::random_llama(shape);
  const auto first = run(model, {.ids = some_ids(200, 101)});
  const auto second = run(model, {.ids = some_ids(200, 97)});
  const HeadRef head{1, 1};
  const Matrix a = weights(*first, head), b = weights(*second, head);
  const std::vector<double> rows = row_movements(*first, *second, align_by_position(200, 200), head);
  ASSERT_EQ(rows.size(), 200U);
  for (std::size_t row = 0; row < rows.size(); ++row)
    EXPECT_EQ(rows[row], row_movement(a.row(row), b.row(row))) << row;

  // Every token's partner is the one as far from the other end: no two rows of a block lie side by side.
  std::vector<AlignedPair> mirrored;
  for (std::size_t token = 0; token < 200; ++token)
    mirrored.push_back({token, 199 - token});
  const Alignment crossing = align(first->request.ids, second->request.ids, mirrored);
  const std::vector<double> turned = row_movements(*first, *second, crossing, head);
  ASSERT_EQ(turned.size(), 200U);
  for (std::size_t row = 0; row < turned.size(); row += 13) {
    std::vector<float> partner(200);
    for (std::size_t key = 0; key < partner.size(); ++key)
      partner[key] = b(199 - row, 199 - key);
    EXPECT_EQ(turned[row], row_movement(a.row(row), partner)) << row;
  }
}

TEST(Difference, ComparesAReplacedWordAsOnePlace) {
  // One head that looks everywhere alike: queries and keys of zeros.
  const auto model = testing::random_bert({});
  const auto even = [&](Ids ids) {
    auto trace = std::make_shared<Trace>(*run(model, {.ids = std::move(ids)}));
    const Range all{0, trace->tokens()};
    for (std::size_t query = all.begin; query < all.end; ++query) {
      for (float& number : trace->layers[0].queries.row(query))
        number = 0.0F;
      trace->layers[0].row_maximum(0, query) = 0.0F;
      trace->layers[0].row_sum(0, query) = static_cast<float>(all.size());
    }
    return trace;
  };
  const auto one_word = even({1, 2, 3, 4});
  const auto other_word = even({1, 9, 3, 4});
  EXPECT_NEAR(
      head_movement(*one_word, *other_word, align(one_word->request.ids, other_word->request.ids), {0, 0}).movement,
      0.0, 1e-9);
  const auto inserted = even({1, 2, 9, 3, 4});
  const HeadMovement moved =
      head_movement(*one_word, *inserted, align(one_word->request.ids, inserted->request.ids), {0, 0});
  std::vector<float> four(5, 0.25F), five(5, 0.2F);
  four[4] = 0.0F;
  EXPECT_NEAR(moved.movement, row_movement(four, five), 1e-6);
  EXPECT_NEAR(moved.gained, 0.2, 1e-6);
  EXPECT_EQ(moved.lost, 0.0);
}

}  // namespace
}  // namespace regard
