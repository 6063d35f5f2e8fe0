// SPDX-License-Identifier: Apache-2.0
// A council learns from the trees that ship, the same bits each time, stops where its loss is no number, and its folder opens like any
// other model.
#include "core/train/council/council.h"

#include "core/engine/engine.h"
#include "core/train/council/council_folder.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace regard::train {
namespace {

using testing::error_of;

std::shared_ptr<const GuidedSet> shipped_set() {
  static const std::shared_ptr<const GuidedSet> set = prepare_council(load_council_sources(REGARD_ASSETS_DIR));
  return set;
}

CouncilLearner learned(const CouncilRecipe& recipe, std::size_t steps) {
  CouncilLearner learner = make_council(recipe, shipped_set());
  for (std::size_t step = 0; step < steps; ++step)
    (void)learn(learner);
  return learner;
}

CouncilRecipe tiny(std::size_t heads = 4) {
  return {.heads = heads, .width = 16, .steps = 40, .pieces = 128};
}

TEST(CouncilSet, LearnsFromFourFifthsOfTheSentencesAndMeasuresByTheRest) {
  const auto set = shipped_set();
  const CouncilSources sources = load_council_sources(REGARD_ASSETS_DIR);
  std::size_t all = 0, held_out = 0;
  for (std::size_t language = 0; language < 2; ++language) {
    all += sources.trees[language].size();
    held_out += set->held_out[language].size();
    for (const TreeSentence& sentence : set->held_out[language])
      EXPECT_FALSE(sentence.id.empty());
  }
  EXPECT_EQ(held_out, all / 5);
  EXPECT_EQ(set->sentences.size(), all - all / 5);
  EXPECT_EQ(set->questions.of.size(), 19U);
  EXPECT_EQ(set->labels.size(), 9U);
  EXPECT_LT(set->pieces(), 4'000U) << "what is not there to be learned is left out";
  std::size_t unknown = 0, pieces = 0;
  for (const GuidedSentence& sentence : set->sentences)
    for (const GuidedWord& word : sentence.words) {
      pieces += word.pieces.size();
      unknown += static_cast<std::size_t>(std::count(word.pieces.begin(), word.pieces.end(), set->unknown));
    }
  EXPECT_LT(static_cast<double>(unknown), 0.005 * static_cast<double>(pieces));
}

TEST(CouncilSet, AsksWhatTheTreeAnswers) {
  const std::vector<TreeSentence> sentences = parse_conllu(
      "1\tShe\tshe\tPRON\t_\t_\t2\tnsubj\t_\t_\n2\treads\tread\tVERB\t_\t_\t0\troot\t_\t_\n"
      "3\tand\tand\tCCONJ\t_\t_\t4\tcc\t_\t_\n4\twrites\twrite\tVERB\t_\t_\t2\tconj\t_\t_\n\n",
      "test");
  const Questions questions{4,
                            {{.head = {0, 0}, .relation = std::string(kPreviousToken)},
                             {.head = {3, 0}, .relation = "predicate_subject"},
                             {.head = {3, 1}, .relation = "predicate_object"}}};
  const auto asks = asks_of(sentences.front(), questions, {true, true, true, true});
  EXPECT_TRUE(asks[0].empty()) << "neighbours need no tree";
  ASSERT_EQ(asks[1].size(), 4U);
  ASSERT_EQ(asks[1][1].words.size(), 1U);
  EXPECT_EQ(asks[1][1].words[0].word, 0U);
  EXPECT_EQ(asks[1][1].separator, 0.0F);
  EXPECT_EQ(asks[1][0].separator, 0.5F) << "a subject has no subject";
  EXPECT_TRUE(asks[1][3].words.empty());
  EXPECT_EQ(asks[1][3].separator, 0.0F) << "she may write, too: doubtful";
  EXPECT_EQ(asks[2][1].separator, 0.5F) << "no object";
  EXPECT_TRUE(asks_of(sentences.front(), questions, {false, true, true, true})[1][1].words.empty());
}

TEST(CouncilPlaces, AreThoseOfTheModelsThatShip) {
  const std::filesystem::path models = std::filesystem::path(REGARD_ASSETS_DIR) / "models" / "council-heads";
  const Questions& questions = shipped_set()->questions;
  for (const std::size_t heads : {1U, 2U, 4U, 8U}) {
    const auto model = load_model(models / std::to_string(heads));
    const std::vector<HeadRef> places = places_of(questions, 4, heads);
    for (std::size_t question = 0; question < places.size(); ++question) {
      const HeadRole* role = role_of(*model, places[question]);
      ASSERT_NE(role, nullptr);
      EXPECT_NE(("+" + role->relation + "+").find("+" + questions.of[question].relation + "+"), std::string::npos);
    }
  }
  for (const std::size_t layers : {1U, 2U, 3U, 6U})
    for (const HeadRef place : places_of(questions, layers, 2)) {
      EXPECT_LT(place.layer, layers);
      EXPECT_LT(place.head, 2U);
    }
}

TEST(Council, IsTheSameToTheLastBitFromItsSeed) {
  std::vector<CouncilLearner> learners;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    CouncilRecipe recipe = tiny();
    recipe.seed = seed;
    const std::vector<char> shifts_the_heap(1'000 + 17 * learners.size());
    learners.push_back(learned(recipe, 6));
  }
  EXPECT_EQ(learners[0].parameters, learners[1].parameters);
  EXPECT_NE(learners[0].parameters, learners[2].parameters);
  EXPECT_EQ(measure_council(learners[0]), measure_council(learners[1]));
}

TEST(Council, LearnsToLook) {
  CouncilRecipe recipe = tiny(2);
  CouncilLearner learner = make_council(recipe, shipped_set());
  const double before = learn(learner).heads;
  double after = 0.0;
  while (learner.steps < recipe.steps)
    after = learn(learner).heads;
  EXPECT_LT(after, 0.8 * before);
}

TEST(Council, MeasuringChangesNothingOfWhatItLearns) {
  CouncilLearner measured = make_council(tiny(), shipped_set()), other = make_council(tiny(), shipped_set());
  for (int step = 0; step < 3; ++step) {
    (void)measure_council(measured);
    (void)learn(measured);
    (void)learn(other);
  }
  EXPECT_EQ(measured.parameters, other.parameters);
}

TEST(Council, TheFolderOpensAndItsHeadsLookAsTheLearnersDo) {
  for (const std::size_t heads : {1U, 4U, 8U}) {
    CouncilLearner learner = learned(tiny(heads), 5);
    testing::TemporaryFolder folder;
    write_council(learner, {}, folder / "council");
    const auto model = load_model(folder / "council");
    std::set<std::string> named;
    for (const HeadRole& role : model->roles)
      named.insert(role.relation);
    EXPECT_EQ(named.size(), model->roles.size());
    double worst = 0.0;
    for (const auto& sentences : learner.set->held_out)
      for (std::size_t number = 0; number < 5; ++number) {
        Request request;
        for (const Token& token : model->tokenizer->encode(sentences[number].text).tokens)
          request.ids.push_back(token.id);
        const auto trace = run(model, request);
        PackedSentences packed{.ids = request.ids};
        packed.starts.push_back(packed.ids.size());
        forward(learner.pass, learner.parameters, packed);
        for (const HeadRef head : all_heads(model->config)) {
          const Matrix shown = weights(*trace, head);
          const float* const own = learner.pass.layers[head.layer].weights.data() + learner.pass.grid_of(0, head.head);
          for (std::size_t index = 0; index < shown.values.size(); ++index)
            worst = std::max(worst, static_cast<double>(std::abs(shown.values[index] - own[index])));
        }
      }
    EXPECT_LE(worst, 1e-5) << heads;
  }
}

TEST(Council, StopsAtTheLastGoodStepWhenItDiverges) {
  CouncilRecipe recipe = tiny();
  recipe.optimiser.rate = 1e30F;
  CouncilLearner learner = make_council(recipe, shipped_set());
  std::size_t good = 0;
  const Error error = error_of([&] {
    for (; good < 20; ++good)
      (void)learn(learner);
  });
  EXPECT_EQ(error.code(), "training_diverged");
  EXPECT_LT(good, 20U);
  EXPECT_EQ(learner.steps + 1, good);
  EXPECT_TRUE(
      std::all_of(learner.parameters.begin(), learner.parameters.end(), [](float x) { return std::isfinite(x); }));
  EXPECT_EQ(error_of([&] { (void)learn(learner); }).code(), "training_diverged");
}

TEST(Council, RefusesWhatDoesNotFit) {
  const auto refused = [](auto change) {
    CouncilRecipe recipe = tiny();
    change(recipe);
    return error_of([&] { (void)make_council(recipe, shipped_set()); }).details().item;
  };
  EXPECT_EQ(refused([](CouncilRecipe& recipe) { recipe.heads = 3; }), "heads");
  EXPECT_EQ(refused([](CouncilRecipe& recipe) { recipe.heads = 0; }), "heads");
  EXPECT_EQ(refused([](CouncilRecipe& recipe) { recipe.layers = 0; }), "layers");
  EXPECT_EQ(refused([](CouncilRecipe& recipe) { recipe.width = 4'096; }), "width");
  EXPECT_EQ(refused([](CouncilRecipe& recipe) { recipe.steps = 0; }), "steps");
  EXPECT_EQ(refused([](CouncilRecipe& recipe) { recipe.pieces = 1; }), "pieces");
  EXPECT_EQ(refused([](CouncilRecipe& recipe) { recipe.optimiser.rate = NAN; }), "rate");
  testing::TemporaryFolder folder;
  testing::write(folder / "other.txt", "mine");
  EXPECT_EQ(error_of([&] { write_council(learned(tiny(), 0), {}, folder.path()); }).code(), "training_folder");
}

}  // namespace
}  // namespace regard::train
