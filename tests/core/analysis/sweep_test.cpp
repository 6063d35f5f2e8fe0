// SPDX-License-Identifier: Apache-2.0
// Replacing tokens and watching a weight, a head, the prediction: held to runs done by hand.
#include "core/analysis/sweep.h"

#include "core/analysis/difference.h"
#include "core/analysis/effect.h"
#include "core/base/error.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <filesystem>

namespace regard {
namespace {

using testing::some_ids;

constexpr Watch kWatch{.head = {1, 2}, .query = 9, .key = 4, .position = 9};

TEST(Sweep, WatchesWhatARunByHandShows) {
  for (const auto& model : {testing::random_bert({}), testing::random_llama({})}) {
    const auto base =
        run(model, {.ids = some_ids(10, 101),
                    .interventions = {{.kind = InterventionKind::scale, .scope = {0, 1}, .amount = 2.0F}}});
    const std::vector<Substitution> list{{{4, 5}, {7}}, {{4, 5}, {8}}, {{0, 1}, {9}}};
    std::vector<SweepResult> seen;
    Progress progress;
    const auto results = sweep(
        base, list, kWatch, [&](const SweepResult& one) { seen.push_back(one); }, {}, &progress);
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(seen.size(), 3U);
    EXPECT_EQ(progress.fraction, 1.0F);
    for (std::size_t at = 0; at < 3; ++at) {
      Request request = base->request;
      request.ids[list[at].tokens.begin] = list[at].ids.front();
      const auto changed = run(model, request);
      EXPECT_EQ(results[at].substitution, list[at]);
      EXPECT_EQ(results[at].weight, static_cast<double>(weights(*changed, kWatch.head)(9, 4)));
      EXPECT_EQ(results[at].weight_change, results[at].weight - static_cast<double>(weights(*base, kWatch.head)(9, 4)));
      EXPECT_EQ(results[at].movement, head_movement(*base, *changed, align_by_position(10, 10), kWatch.head).movement);
      EXPECT_EQ(results[at].divergence, effect(*base, *changed, {.position = 9}).divergence);
      EXPECT_GT(results[at].divergence, 0.0);
    }
    EXPECT_NE(results[0].weight, results[1].weight);
  }
}

TEST(Sweep, SumsOverThePiecesOfAWord) {
  const auto model = testing::random_llama({});
  const auto base = run(model, {.ids = some_ids(10, 101)});
  const std::vector<Substitution> list{{{4, 6}, {7, 8, 9}}};
  const auto results = sweep(base, list, kWatch);
  auto ids = base->request.ids;
  ids.erase(ids.begin() + 4, ids.begin() + 6);
  for (const std::int32_t id : {9, 8, 7})
    ids.insert(ids.begin() + 4, id);
  const auto changed = run(model, {.ids = ids});
  const Matrix before = weights(*base, kWatch.head), after = weights(*changed, kWatch.head);
  EXPECT_NEAR(results[0].weight, after(10, 4) + after(10, 5) + after(10, 6), 1e-6);
  EXPECT_NEAR(results[0].weight_change, after(10, 4) + after(10, 5) + after(10, 6) - before(9, 4) - before(9, 5), 1e-6);
  EXPECT_NEAR(watched_weight(*base, {4, 6}, kWatch), before(9, 4) + before(9, 5), 1e-6);
  EXPECT_EQ(results[0].divergence, effect(*base, *changed, {.position = 9, .changed_position = 10}).divergence);
  const Watch inside{.head = {0, 1}, .query = 5, .key = 1, .position = 5};
  const Matrix other = weights(*changed, inside.head);
  EXPECT_NEAR(sweep(base, list, inside)[0].weight, (other(4, 1) + other(5, 1) + other(6, 1)) / 3.0, 1e-6);
}

TEST(Sweep, RefusesWhatDoesNotFitAndStopsWhenAsked) {
  const auto base = run(testing::random_bert({}), {.ids = some_ids(10, 101)});
  EXPECT_THROW((void)sweep(base, std::vector<Substitution>{{{9, 11}, {1}}}, kWatch), Error);
  EXPECT_THROW((void)sweep(base, std::vector<Substitution>{{{3, 4}, {}}}, kWatch), Error);
  EXPECT_THROW((void)sweep(base, std::vector<Substitution>{{{3, 4}, {101}}}, kWatch), Error);
  std::stop_source stop;
  const std::vector<Substitution> list{{{4, 5}, {7}}, {{4, 5}, {8}}};
  EXPECT_THROW((void)sweep(
                   base, list, kWatch, [&](const SweepResult&) { stop.request_stop(); }, stop.get_token()),
               Cancelled);
}

TEST(FindSubstitution, FindsTheBestOfTheModelsOwnAlternatives) {
  const auto model = testing::random_llama({});
  const auto base = run(model, {.ids = some_ids(10, 101)});
  const auto best = find_substitution(base, kWatch, {.positions = {3, 4}, .alternatives = 100, .keep = 5});
  ASSERT_FALSE(best.empty());
  ASSERT_LE(best.size(), 5U);
  double most = 0.0;
  for (const std::size_t position : {3, 4}) {
    for (std::int32_t id = 0; id < 101; ++id) {
      Request request = base->request;
      request.ids[position] = id;
      const double change = static_cast<double>(weights(*run(model, request), kWatch.head)(9, 4)) -
                            static_cast<double>(weights(*base, kWatch.head)(9, 4));
      most = std::max(most, change);
    }
  }
  EXPECT_EQ(best.front().weight_change, most);
  for (std::size_t rank = 1; rank < best.size(); ++rank)
    EXPECT_GE(best[rank - 1].weight_change, best[rank].weight_change);
  EXPECT_TRUE(own_alternatives(base, 0, 5).empty());
}

TEST(FindSubstitution, ProposesWordsOfTheBuiltInVocabulary) {
  const std::filesystem::path folder = std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council";
  const auto model = load_model(folder);
  Request request;
  for (const Token& token : model->tokenizer->encode("Кошка сидела на крыше").tokens)
    request.ids.push_back(token.id);
  const auto base = run(model, request);
  const std::int32_t cat = request.ids[1];
  const auto words = frequent_words(*model, cat, 30);
  EXPECT_EQ(words.size(), 30U);
  for (const std::int32_t id : words)
    EXPECT_EQ(model->tokenizer->id_of(model->tokenizer->readable(id)), id) << model->tokenizer->readable(id);
  const auto own = own_alternatives(base, 1, 10);
  EXPECT_EQ(own.size(), 10U);
  EXPECT_EQ(std::find(own.begin(), own.end(), cat), own.end());
}

}  // namespace
}  // namespace regard
