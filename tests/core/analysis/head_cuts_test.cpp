// SPDX-License-Identifier: Apache-2.0
// A layer's matrices as other numbers of heads: against PyTorch, against a model that is built so, and where that cannot be.
#include "core/analysis/head_cuts.h"

#include "core/engine/engine.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

namespace regard {
namespace {

using testing::some_ids;

class HeadCutsReference : public ::testing::Test {
protected:
  void SetUp() override { REGARD_NEEDS(testing::reference_folder("kinds") / "reference.npz"); }
};

Matrix rows_of_array(const NpyArray& array) {
  Matrix matrix(array.shape.at(0), array.shape.at(1));
  matrix.values = array.as_f32();
  return matrix;
}

TEST_F(HeadCutsReference, EveryNumberOfHeadsIsWhatPyTorchMakesOfTheSameRows) {
  const testing::Arrays arrays = testing::read_npz(testing::reference_folder("kinds") / "reference.npz");
  for (const std::string mode : {"causal", "bidirectional"}) {
    auto model = std::make_shared<Model>();
    model->config.layers = 1;
    model->config.causal = mode == "causal";
    model->config.plans = {
        {.attention = {.heads = 3, .kv_heads = 3, .head_dim = 4, .value_dim = 4, .scale = usual_scale(4)}}};
    Trace trace;
    trace.model = model;
    LayerTrace layer{.queries = rows_of_array(arrays.at("cut_q")), .keys = rows_of_array(arrays.at("cut_k"))};
    layer.values = layer.keys;
    trace.request.ids.resize(layer.queries.rows);
    layer.row_maximum = layer.row_sum = layer.log_sum_exp = Matrix(3, layer.queries.rows);
    trace.layers.push_back(std::move(layer));
    const std::vector<std::size_t> counts{1, 2, 4, 6, 12};  // three are the model's own, by what a run has recorded
    const std::vector<HeadCut> cuts = head_cuts({trace, AttentionKind::self, 0}, counts);
    double worst = 0.0;
    for (const HeadCut& cut : cuts) {
      std::vector<float> all;
      for (const CutHead& head : cut.each)
        all.insert(all.end(), head.weights.values.begin(), head.weights.values.end());
      worst = std::max(
          worst, testing::worst_difference(all, arrays.at("cut_" + mode + "_" + std::to_string(cut.heads)).as_f32()));
    }
    EXPECT_LE(worst, 1e-5) << mode;
    std::cout << "cuts, " << mode << ": worst difference " << worst << "\n";
  }
}

TEST(HeadCuts, AreTheHeadsOfAModelThatIsBuiltWithSoMany) {
  const auto model = testing::random_bert({.layers = 1});  // 4 heads of 8
  const Request request{.ids = some_ids(19, 101)};
  const auto trace = run(model, request);
  const LayerOf of{*trace, AttentionKind::self, 0};
  EXPECT_EQ(usual_cuts(of), (std::vector<std::size_t>{1, 2, 4, 8, 16}));
  for (const HeadCut& cut : head_cuts(of, usual_cuts(of))) {
    const auto built = testing::random_bert({.layers = 1, .heads = cut.heads});
    const auto other = run(built, request);
    EXPECT_EQ(cut.width, 32 / cut.heads);
    EXPECT_NEAR(cut.scale, built->config.plans[0].attention.scale, 1e-7);
    for (std::size_t head = 0; head < cut.heads; ++head)
      EXPECT_LE(testing::worst_difference(cut.each[head].weights.values, weights(*other, {0, head}).values), 1e-6)
          << cut.heads << " heads, " << head;
  }
}

TEST(HeadCuts, SayWhereEachHeadLooks) {
  const auto trace = run(testing::random_bert({.layers = 1}), {.ids = some_ids(9, 101)});
  const LayerOf of{*trace, AttentionKind::self, 0};
  const std::size_t four[] = {4};
  const CutHead head = head_cuts(of, four).front().each[2];
  const Matrix grid = weights(*trace, {0, 2});
  double previous = 0.0, entropy = 0.0;
  for (std::size_t query = 0; query < 9; ++query) {
    if (query > 0) previous += static_cast<double>(grid(query, query - 1)) / 8.0;
    for (const float weight : grid.row(query))
      entropy -= static_cast<double>(weight) * std::log(static_cast<double>(weight)) / 9.0;
  }
  EXPECT_NEAR(head.places[static_cast<std::size_t>(LookedPlace::previous)], previous, 1e-9);
  EXPECT_NEAR(head.entropy, entropy, 1e-9);
}

TEST(HeadCuts, AreRefusedWhereTheyWouldNotBeThoseOfSuchALayer) {
  const auto obstacle = [](const std::shared_ptr<Model>& model, std::size_t heads) {
    const auto trace = run(model, {.ids = some_ids(7, 101)});
    return obstacle_to_heads({*trace, AttentionKind::self, 0}, heads);
  };
  EXPECT_EQ(obstacle(testing::random_bert({.layers = 1}), 3), HeadCutObstacle::not_a_divisor);
  EXPECT_EQ(obstacle(testing::random_llama({.layers = 1}), 2), HeadCutObstacle::grouped);
  EXPECT_EQ(obstacle(testing::random_llama({.layers = 1}), 4), HeadCutObstacle::none) << "as they are";
  EXPECT_EQ(obstacle(testing::random_llama({.layers = 1, .kv_heads = 4}), 2), HeadCutObstacle::rotary);
  const auto alibi = testing::random_llama({.layers = 1, .kv_heads = 4});
  testing::set_positions(*alibi, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  EXPECT_EQ(obstacle(alibi, 2), HeadCutObstacle::bias);
  const auto placeless = testing::random_llama({.layers = 1, .kv_heads = 4});
  testing::set_positions(*placeless, NoPositions{});
  EXPECT_EQ(obstacle(placeless, 2), HeadCutObstacle::none);
  EXPECT_EQ(obstacle(placeless, 0), HeadCutObstacle::not_a_divisor);
}

}  // namespace
}  // namespace regard
