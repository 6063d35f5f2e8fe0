// SPDX-License-Identifier: Apache-2.0
// A learner is a model like any other: in memory, and as a folder that opens.
#include "core/train/learner_model.h"
#include "core/engine/engine.h"
#include "core/train/curves.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace regard::train {
namespace {

using testing::error_of;

Learner learner_of(NormKind norm, PositionKind positions, std::size_t feed_forward, std::size_t window,
                   std::size_t tokens = 19, WeighKind weigh = WeighKind::softmax) {
  Recipe recipe{.task = {.symbols = 21, .least_period = 3, .most_period = 6},
                .shape = {.layers = 2,
                          .heads = 3,
                          .width = 30,
                          .feed_forward = feed_forward,
                          .norm = norm,
                          .positions = positions,
                          .weigh = weigh,
                          .window = window,
                          .context = tokens},
                .batch = 4};
  Learner learner = make_learner(recipe);
  for (int step = 0; step < 5; ++step)
    (void)learn(learner);
  return learner;
}

Request first_sequence(const Learner& learner) {
  Request request;
  request.ids.assign(learner.batch.ids.begin(),
                     learner.batch.ids.begin() + static_cast<std::ptrdiff_t>(learner.batch.tokens));
  request.all_logits = true;
  return request;
}

/// The largest difference between what the learner computes and what the engine does, whose folder opens as the same.
double worst_of(Learner learner) {
  double worst = 0.0;
  const auto in_memory = model_of(learner);
  const Request request = first_sequence(learner);
  const auto trace = run(in_memory, request);
  forward(learner.pass, learner.parameters, learner.batch.ids);
  for (std::size_t index = 0; index < trace->logits.values.size(); ++index)
    worst = std::max(worst, static_cast<double>(std::abs(trace->logits.values[index] - learner.pass.logits[index])));
  for (const HeadRef head : all_heads(in_memory->config)) {  // the maps that views draw are those it learned with
    const Matrix shown = weights(*trace, head);
    const float* const own = learner.pass.layers[head.layer].weights.data() + head.head * shown.values.size();
    for (std::size_t index = 0; index < shown.values.size(); ++index)
      worst = std::max(worst, static_cast<double>(std::abs(shown.values[index] - own[index])));
  }
  testing::TemporaryFolder folder;
  write_folder(learner, {}, folder / "learner");
  const auto opened = load_model(folder / "learner");
  EXPECT_EQ(run(opened, request)->logits, trace->logits);
  EXPECT_EQ(opened->parameters, in_memory->parameters);
  EXPECT_EQ(opened->config.architecture, in_memory->config.architecture);
  return worst;
}

TEST(LearnerModel, TheEngineComputesWhatTheLearnerDoesAndTheFolderOpensTheSame) {
  double worst = 0.0;
  for (const NormKind norm : {NormKind::layer_norm, NormKind::rms_norm})
    for (const PositionKind positions :
         {PositionKind::none, PositionKind::learned, PositionKind::rotary, PositionKind::alibi})
      for (const std::size_t inner : {std::size_t{0}, std::size_t{41}})
        for (const std::size_t window : {std::size_t{0}, std::size_t{4}})
          worst = std::max(worst, worst_of(learner_of(norm, positions, inner, window)));
  EXPECT_LE(worst, 1e-5);
}

TEST(LearnerModel, OfLinearAttentionIsTheSameInTheEngine) {
  for (const PositionKind positions : {PositionKind::none, PositionKind::learned, PositionKind::rotary})
    for (const std::size_t window : {std::size_t{0}, std::size_t{4}}) {
      Learner learner = learner_of(NormKind::layer_norm, positions, 41, window, 19, WeighKind::linear);
      EXPECT_TRUE(model_of(learner)->config.plans[1].attention.linear);
      EXPECT_LE(worst_of(std::move(learner)), 1e-5);
    }
}

TEST(LearnerModel, ALayerWithoutFeedForwardWritesNothingThere) {
  const Learner learner = learner_of(NormKind::layer_norm, PositionKind::rotary, 0, 0);
  const auto trace = run(model_of(learner), first_sequence(learner));
  for (const LayerTrace& layer : trace->layers)
    EXPECT_TRUE(std::ranges::all_of(layer.feed_forward_output.values, [](float value) { return value == 0.0F; }));
  for (std::size_t index = 0; index < trace->residual[0].values.size(); ++index)
    ASSERT_EQ(trace->residual[1].values[index],
              trace->residual[0].values[index] + trace->layers[0].attention_output.values[index]);
}

TEST(LearnerModel, ReadsTheSymbolsOfItsTask) {
  const Learner learner = learner_of(NormKind::layer_norm, PositionKind::rotary, 0, 0);
  const auto model = model_of(learner);
  const Encoding encoding = model->tokenizer->encode("A C  U");
  ASSERT_EQ(encoding.tokens.size(), 3U);
  EXPECT_EQ(encoding.tokens[1].id, 2);
  EXPECT_EQ(encoding.tokens[2].id, 20);
}

TEST(LearnerModel, ReadsEveryCharacterOfItsText) {
  Recipe recipe{.task = {.kind = TaskKind::text, .text = "кот и пёс,\nпёс и кот: а кто же там ещё?"},
                .shape = {.layers = 1, .heads = 2, .width = 8, .context = 12},
                .batch = 2};
  const auto model = model_of(make_learner(recipe));
  const Encoding encoding = model->tokenizer->encode("пёс и\nкот");
  ASSERT_EQ(encoding.tokens.size(), 9U);
  std::vector<std::int32_t> ids;
  for (const Token& token : encoding.tokens)
    ids.push_back(token.id);
  EXPECT_EQ(model->tokenizer->decode(ids), "пёс и\nкот");
}

TEST(LearnerFolder, IsWrittenAgainButNotOverOtherFiles) {
  const Learner learner = learner_of(NormKind::layer_norm, PositionKind::rotary, 0, 0);
  testing::TemporaryFolder folder;
  write_folder(learner, {}, folder / "new" / "deep");
  write_folder(learner, {}, folder / "new" / "deep");
  testing::write(folder / "model" / "config.json", "{}");
  EXPECT_EQ(error_of([&] { write_folder(learner, {}, folder / "model"); }).code(), "training_folder");
  EXPECT_EQ(testing::read(folder / "model" / "config.json"), "{}");
  testing::write(folder / "file", "");
  EXPECT_EQ(error_of([&] { check_folder(folder / "file"); }).code(), "training_folder");
}

TEST(Curves, MeasureEveryHeadAndSayWhatIsNotKnown) {
  Learner learner = learner_of(NormKind::layer_norm, PositionKind::rotary, 0, 0, 40);
  const std::vector<HeadPoint> heads = measure_heads(model_of(learner), learner.task);
  ASSERT_EQ(heads.size(), 6U);
  for (const HeadPoint& head : heads) {
    EXPECT_GT(head.previous.rows, 100U);
    EXPECT_GT(head.induction.rows, 20U);
    EXPECT_GT(head.entropy.value, 0.1F);
    EXPECT_LE(head.entropy.value, 1.0F);
  }
  const std::vector<CurvePoint> points{{.step = 0, .scores = learn(learner)}, {.step = 5, .heads = heads}};
  const std::string csv = curves_csv(learner.recipe.shape, points);
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);)
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), 4 + 6 * 4) << line;
  EXPECT_NE(csv.find("L1H2_induction"), std::string::npos);
  EXPECT_NE(csv.find("\n5,0,,,,"), std::string::npos) << csv;
}

TEST(Curves, SeeAPreviousTokenHeadAppear) {
  Recipe recipe{.task = {.kind = TaskKind::previous, .symbols = 12},
                .shape = {.layers = 1, .heads = 2, .width = 32, .context = 20},
                .batch = 32,
                .optimiser = {.rate = 3e-3F}};
  Learner learner = make_learner(recipe);
  const auto most = [&] {
    const std::vector<HeadPoint> heads = measure_heads(model_of(learner), learner.task);
    return heads[best_head(heads, &HeadPoint::previous)].previous.value;
  };
  EXPECT_LT(most(), 0.4F);
  for (int step = 0; step < 300; ++step)
    (void)learn(learner);
  EXPECT_GT(most(), 0.8F);
}

}  // namespace
}  // namespace regard::train
