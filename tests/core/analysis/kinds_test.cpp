// SPDX-License-Identifier: Apache-2.0
// Kinds of attention: their names, the keys they leave open, their grids against PyTorch's, Performer's error, flash, and heads that
// cannot be shown in a kind.
#include "core/analysis/kinds.h"

#include "core/analysis/kind_report.h"
#include "core/analysis/kind_weights.h"
#include "core/analysis/performer.h"
#include "core/base/random.h"
#include "core/trace/sink.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <iostream>
#include <numeric>

namespace regard {
namespace {

using testing::random_llama;
using testing::some_ids;

void expect_refused(const std::string& code, const std::function<void()>& call) {
  EXPECT_EQ(testing::error_of(call).code(), code);
}

constexpr double kBound = 1e-5;

double furthest(std::span<const float> a, std::span<const float> b) {
  double worst = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t at = 0; at < a.size() && at < b.size(); ++at)
    worst = std::max(worst,
                     std::isnan(a[at]) ? INFINITY : std::abs(static_cast<double>(a[at]) - static_cast<double>(b[at])));
  return worst;
}

Matrix matrix_of_array(const NpyArray& array) {
  Matrix matrix(array.shape.at(0), array.shape.at(1));
  matrix.values = array.as_f32();
  return matrix;
}

/// A run of one head with these queries, keys and values.
std::shared_ptr<Trace> trace_of(const Matrix& queries, const Matrix& keys, const Matrix& values, bool causal) {
  auto model = std::make_shared<Model>();
  model->config.layers = 1;
  model->config.causal = causal;
  model->config.plans = {{.attention = {.heads = 1,
                                        .kv_heads = 1,
                                        .head_dim = queries.cols,
                                        .value_dim = values.cols,
                                        .scale = usual_scale(queries.cols)}}};
  auto trace = std::make_shared<Trace>();
  trace->model = model;
  trace->request.ids.resize(queries.rows);
  LayerTrace layer{.queries = queries, .keys = keys, .values = values};
  layer.row_maximum = layer.row_sum = layer.log_sum_exp = Matrix(1, queries.rows);
  trace->layers.push_back(layer);
  const Matrix all = scores(*trace, {});
  for (std::size_t query = 0; query < queries.rows; ++query) {
    const std::size_t end = causal ? query + 1 : keys.rows;
    const auto row = all.row(query).first(end);
    const float largest = *std::ranges::max_element(row);
    trace->layers[0].row_maximum(0, query) = largest;
    trace->layers[0].row_sum(0, query) =
        static_cast<float>(std::accumulate(row.begin(), row.end(), 0.0, [&](double sum, float s) {
          return sum + std::exp(static_cast<double>(s - largest));
        }));
  }
  return trace;
}

class KindsReference : public ::testing::Test {
protected:
  void SetUp() override { REGARD_NEEDS(testing::reference_folder("kinds") / "reference.npz"); }
};

TEST_F(KindsReference, EveryKindIsWhatPyTorchMakesOfIt) {
  const testing::Arrays arrays = testing::read_npz(testing::reference_folder("kinds") / "reference.npz");
  const auto array = [&](const std::string& name) { return matrix_of_array(arrays.at(name)); };
  for (const std::string mode : {"causal", "bidirectional"}) {
    const auto trace = trace_of(array("q"), array("k"), array("v"), mode == "causal");
    double worst = 0.0;
    for (const KindInfo& info : kind_infos()) {
      const std::string prefix = mode + "_" + std::string(info.name);
      const auto found = std::ranges::find_if(arrays, [&](const auto& entry) {
        const std::string& name = entry.first;
        return name.starts_with(prefix) && (name.size() == prefix.size() || name[prefix.size()] == ':') &&
               !name.ends_with("_out");
      });
      ASSERT_NE(found, arrays.end()) << prefix;
      if (info.form == KindForm::performer) {
        const Matrix drawn = performer_weights(*trace, {}, array("omega"));
        worst = std::max(worst, furthest(drawn.values, found->second.as_f32()));
        continue;
      }
      const KindOfAttention kind = parse_kind(found->first.substr(mode.size() + 1));
      const KindWeights shown = kind_weights(*trace, {}, kind);
      EXPECT_LE(furthest(shown.weights.values, found->second.as_f32()), kBound) << found->first;
      EXPECT_LE(furthest(shown.outputs.values, arrays.at(found->first + "_out").as_f32()), kBound) << found->first;
      worst = std::max(worst, furthest(shown.weights.values, found->second.as_f32()));
      EXPECT_GT(
          furthest(shown.weights.values, matrix_of_array(arrays.at((mode == "causal" ? "bidirectional" : "causal") +
                                                                   found->first.substr(mode.size())))
                                             .values),
          1e-2)
          << "the other mode is another grid: " << found->first;
    }
    EXPECT_LE(worst, kBound) << mode;
    RecordProperty("worst_" + mode, std::to_string(worst));
    std::cout << "kinds, " << mode << ": worst difference " << worst << "\n";
  }
}

std::shared_ptr<const Trace> kinds_run(std::size_t tokens,
                                       const std::shared_ptr<Model>& model = random_llama({.context = 600})) {
  return run(model, {.ids = some_ids(tokens, 101)});
}

TEST(KindsOfAttention, NamesAreReadAsTheyAreWritten) {
  for (const KindInfo& info : kind_infos())
    EXPECT_EQ(parse_kind(kind_text(usual_kind(info.form))), usual_kind(info.form)) << info.name;
  EXPECT_EQ(parse_kind("window:3"), (KindOfAttention{KindForm::window, 3}));
  EXPECT_EQ(parse_kind("first_last:2"), (KindOfAttention{KindForm::first_last, 2, 4}))
      << "the other number is the usual one";
  EXPECT_EQ(parse_kinds("softmax,topk:2").size(), 2U);
}

TEST(KindsOfAttention, WhatIsNoKindIsRefusedInASentence) {
  expect_refused("kind_unknown", [] { (void)parse_kind("widow:3"); });
  expect_refused("kind_unknown", [] { (void)parse_kind(""); });
  for (const char* text :
       {"window:0", "window:", "window:x", "window:-1", "window:2000000", "window:99999999999999999999"})
    expect_refused("kind_number", [text] { (void)parse_kind(text); });
  expect_refused("kind_numbers", [] { (void)parse_kind("hard:1"); });
  expect_refused("kind_numbers", [] { (void)parse_kind("first_last:1:2:3"); });
  expect_refused("kind_twice", [] { (void)parse_kinds("linear,window:4,window"); });
  EXPECT_EQ(within_limits({KindForm::window, 0}), (KindOfAttention{KindForm::window, 1}));
  EXPECT_EQ(within_limits({KindForm::hard, 7, 8}), KindOfAttention{KindForm::hard});
}

TEST(KindsOfAttention, OpenKeysAreCountedAsTheyAre) {
  for (const KindInfo& info : kind_infos())
    for (const std::size_t first : {1U, 2U, 3U, 7U, 40U})
      for (const std::size_t second : {1U, 4U, 50U})
        for (const Range keys : {Range{0, 31}, Range{0, 12}, Range{5, 23}, Range{9, 9}})
          for (std::size_t query = 0; query < 31; ++query) {
            const KindOfAttention kind = within_limits({info.form, first, second});
            std::size_t count = 0;
            for (std::size_t key = keys.begin; key < keys.end; ++key)
              count += leaves_open(kind, query, key) ? 1U : 0U;
            ASSERT_EQ(count_open(kind, query, keys), count) << kind_text(kind) << " query " << query;
          }
}

TEST(KindsOfAttention, AWindowIsWhatAModelWithThatWindowDoes) {
  const auto model = random_llama({});
  const auto windowed = random_llama({});
  testing::set_window(*windowed, 6);
  const auto plain = kinds_run(40, model), narrow = kinds_run(40, windowed);
  for (std::size_t head = 0; head < 4; ++head)  // of the first layer: what it reads is the same
    EXPECT_LE(furthest(kind_weights(*plain, {0, head}, {KindForm::window, 6}).weights.values,
                       weights(*narrow, {0, head}).values),
              1e-6);
  for (LayerPlan& plan : windowed->config.plans)
    plan.attention.window = {6, 3};
  EXPECT_LE(furthest(kind_weights(*plain, {0, 1}, {KindForm::first_last, 3, 6}).weights.values,
                     weights(*kinds_run(40, windowed), {0, 1}).values),
            1e-6);
}

TEST(KindsOfAttention, WhatLeavesAllOpenIsSoftmax) {
  const auto trace = kinds_run(33);
  const Matrix own = weights(*trace, {1, 2});
  EXPECT_EQ(kind_weights(*trace, {1, 2}, {}).weights.values, own.values) << "to the last bit";
  for (const char* text :
       {"window:33", "first_last:33:1", "global:33:1", "topk:33", "blocks:33", "strided:33", "strided:1"})
    EXPECT_LE(furthest(kind_weights(*trace, {1, 2}, parse_kind(text)).weights.values, own.values), 1e-6) << text;
  const KindWeights hard = kind_weights(*trace, {1, 2}, parse_kind("hard"));
  EXPECT_EQ(hard.weights.values, kind_weights(*trace, {1, 2}, parse_kind("topk:1")).weights.values);
}

TEST(KindsOfAttention, FlashIsSoftmaxWithinItsBound) {
  for (const std::size_t tokens : {1U, 7U, 64U, 130U})
    for (const std::size_t side : {1U, 5U, 16U, 64U, 200U}) {
      const auto trace = kinds_run(tokens);
      const Matrix own = weights(*trace, {1, 3});
      const KindWeights flash = kind_weights(*trace, {1, 3}, {KindForm::flash, side});
      for (std::size_t cell = 0; cell < own.values.size(); ++cell)
        ASSERT_LE(std::abs(static_cast<double>(flash.weights.values[cell]) - static_cast<double>(own.values[cell])),
                  flash_bound(tokens, side) * static_cast<double>(own.values[cell]))
            << tokens << " tokens, tiles of " << side;
      const KindWeights exact = kind_weights(*trace, {1, 3}, {});
      EXPECT_LE(furthest(flash.outputs.values, exact.outputs.values), 2e-6);
    }
}

TEST(KindsOfAttention, FlashGoesTileByTile) {
  const auto trace = kinds_run(20);
  const KindWeights shown = kind_weights(*trace, {0, 0}, {KindForm::flash, 8});
  const FlashRun& flash = *shown.flash;
  ASSERT_EQ(flash.tiles.size(), 6U) << "3 rows of tiles with 1, 2 and 3: the others lie in the future";
  const Matrix early = flash_weights_after(flash, shown.open, 2);
  EXPECT_TRUE(std::isnan(early(8, 8))) << "still to come";
  EXPECT_FALSE(std::isnan(early(8, 0)));
  double sum = 0.0;
  for (std::size_t key = 0; key < 8; ++key)
    sum += early(9, key);
  EXPECT_NEAR(sum, 1.0, 1e-6) << "a row is whole as far as it has come";
  EXPECT_EQ(flash_weights_after(flash, shown.open, 99).values, shown.weights.values);
  for (std::size_t tile = 1; tile < flash.tiles.size(); ++tile)
    if (flash.tiles[tile].queries == flash.tiles[tile - 1].queries) {
      for (std::size_t row = 0; row < flash.tiles[tile].running.size(); ++row)
        EXPECT_GE(flash.tiles[tile].running[row].maximum, flash.tiles[tile - 1].running[row].maximum);
    }
}

TEST(KindsOfAttention, DirectionsOfABlockAreOrthogonalAndAsLongAsGaussianOnes) {
  const Matrix drawn = orthogonal_gaussian(600, 12, 5);
  const auto product = [&](std::size_t a, std::size_t b) {
    return std::inner_product(drawn.row(a).begin(), drawn.row(a).end(), drawn.row(b).begin(), 0.0);
  };
  double lengths = 0.0;
  for (std::size_t row = 0; row < drawn.rows; ++row) {
    lengths += product(row, row);
    for (std::size_t other = row / 12 * 12; other < row; ++other)
      EXPECT_NEAR(product(row, other) / std::sqrt(product(row, row) * product(other, other)), 0.0, 1e-5);
  }
  EXPECT_NEAR(lengths / 600.0 / 12.0, 1.0, 0.05) << "E‖ω‖² = d";
  EXPECT_EQ(drawn.values, orthogonal_gaussian(600, 12, 5).values);
  EXPECT_NE(drawn.values, orthogonal_gaussian(600, 12, 6).values);
}

TEST(KindsOfAttention, PerformersErrorShrinksAsOneByTheRootOfItsFeatures) {
  Random random(11);
  Matrix queries(40, 16),
      keys(40, 16);  // as long as a trained head's: where q·k is much larger, few features are far from their mean
  for (Matrix* matrix : {&queries, &keys})
    for (float& value : matrix->values)
      value = 0.45F * random.normal();
  const auto trace = trace_of(queries, keys, keys, true);
  std::vector<double> errors;
  for (const std::size_t features : {16U, 64U, 256U, 1024U})
    errors.push_back(performer_error(*trace, {}, {KindForm::performer, features}, 24).mean);
  for (std::size_t step = 1; step < errors.size(); ++step) {
    EXPECT_GT(errors[step - 1] / errors[step], 1.6) << "four times as many features: half the error";
    EXPECT_LT(errors[step - 1] / errors[step], 2.5);
  }
  std::cout << "performer, mean |A − Â| with 16, 64, 256, 1024 features: " << errors[0] << ", " << errors[1] << ", "
            << errors[2] << ", " << errors[3] << "\n";
}

TEST(KindsOfAttention, RowsOfASigmoidDoNotSumToOneAndOthersDo) {
  const auto trace = kinds_run(24);
  std::vector<KindOfAttention> kinds;
  for (const KindInfo& info : kind_infos())
    kinds.push_back(usual_kind(info.form));
  for (const KindReport& report : kind_reports(*trace, {1, 1}, kinds)) {
    ASSERT_EQ(report.obstacle, KindObstacle::none);
    EXPECT_EQ(report.numbers.sums_to_one(), report.kind.form != KindForm::sigmoid) << kind_text(report.kind);
    for (const double number : {report.numbers.entropy, report.numbers.distance, report.numbers.divergence,
                                report.numbers.largest_change, report.numbers.output_change})
      EXPECT_TRUE(std::isfinite(number) && number >= 0.0) << kind_text(report.kind);
    EXPECT_EQ(report.error.has_value(), report.kind.form == KindForm::performer);
  }
}

TEST(KindsOfAttention, NumbersSayHowFarALayerLooksAndHowFarAKindIsFromTheModel) {
  const auto trace = kinds_run(30);
  const std::vector<KindReport> reports =
      kind_reports(*trace, {0, 2}, parse_kinds("softmax,window:4,first_last:1:4,hard,flash:8"));
  EXPECT_EQ(reports[0].numbers.divergence, 0.0);
  EXPECT_EQ(reports[0].numbers.output_change, 0.0);
  EXPECT_EQ(reports[0].numbers.farthest, 29U);
  EXPECT_TRUE(reports[0].numbers.reaches_all);
  EXPECT_EQ(reports[1].numbers.farthest, 3U);
  EXPECT_FALSE(reports[1].numbers.reaches_all);
  EXPECT_GT(reports[1].numbers.divergence, 0.05);
  EXPECT_LT(reports[1].numbers.distance, reports[0].numbers.distance);
  EXPECT_EQ(reports[2].numbers.farthest, 29U);
  EXPECT_EQ(reports[3].numbers.entropy, 0.0);
  EXPECT_LT(reports[4].numbers.divergence, 1e-9);
  EXPECT_LT(reports[4].numbers.output_change, 1e-6);
}

TEST(KindsOfAttention, CostsAreTheSumsTheyAreSaidToBe) {
  const HeadShape causal{7, 5, true, {}}, both{7, 5, false, {}};
  EXPECT_EQ(kind_cost({}, causal, 100).pairs, 5050.0);
  EXPECT_EQ(kind_cost({}, both, 100).multiply_adds, 100.0 * 100.0 * 12.0);
  EXPECT_EQ(kind_cost({KindForm::window, 8}, causal, 100).pairs, 8.0 * 100.0 - 28.0);
  EXPECT_EQ(kind_cost({}, HeadShape{7, 5, true, {8}}, 100).pairs, 772.0) << "the layer's own window";
  EXPECT_EQ(kind_cost(parse_kind("linear"), causal, 100).multiply_adds, 100.0 * (2.0 * 35.0 + 14.0));
  EXPECT_EQ(kind_cost(parse_kind("performer:11"), causal, 100).multiply_adds, 100.0 * (2.0 * 55.0 + 22.0 + 154.0));
  EXPECT_EQ(kind_cost(parse_kind("topk:3"), both, 100).multiply_adds, 100.0 * 100.0 * 7.0 + 300.0 * 5.0);
  EXPECT_EQ(kind_cost(parse_kind("flash:16"), both, 100).bytes, 4.0 * (256.0 + 200.0));
  EXPECT_EQ(kind_cost(parse_kind("flash:16"), both, 100).multiply_adds, 120000.0 + 700.0 * 5.0);
  for (const KindInfo& info : kind_infos()) {
    const std::vector<KindCost> curve = cost_curve(usual_kind(info.form), causal);
    ASSERT_EQ(curve.size(), cost_lengths().size());
    EXPECT_EQ(curve.front().tokens, 16U);
    EXPECT_EQ(curve.back().tokens, std::size_t{1} << 20);
    const double growth = curve.back().multiply_adds / curve[curve.size() - 2].multiply_adds;
    const bool linear = info.form == KindForm::window || info.form == KindForm::first_last ||
                        info.form == KindForm::global_local || info.form == KindForm::linear ||
                        info.form == KindForm::performer;
    EXPECT_NEAR(growth, linear ? 2.0 : 4.0, 0.05) << info.name;
  }
}

TEST(KindsOfAttention, AHeadIsRefusedWhereItsNumbersWouldNotBeTheKinds) {
  const auto obstacle = [](const Trace& trace, const char* text) {
    return obstacle_to_kind(trace, {0, 0}, parse_kind(text));
  };
  const auto capped = random_llama({});
  testing::set_cap(*capped, 5.0F);
  const auto of_capped = kinds_run(12, capped);
  const auto biased = random_llama({});
  testing::set_positions(*biased, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  const auto of_biased = kinds_run(12, biased);
  for (const char* text : {"linear", "performer", "cosine"}) {
    EXPECT_EQ(obstacle(*of_capped, text), KindObstacle::cap) << text;
    EXPECT_EQ(obstacle(*of_biased, text), KindObstacle::position_bias) << text;
    EXPECT_EQ(obstacle(*kinds_run(12), text), KindObstacle::none) << text;
  }
  for (const char* text : {"softmax", "window", "topk", "hard", "sigmoid", "flash"}) {
    EXPECT_EQ(obstacle(*of_capped, text), KindObstacle::none) << text;
    EXPECT_EQ(obstacle(*of_biased, text), KindObstacle::none) << text;
  }
  EXPECT_LE(furthest(kind_weights(*of_capped, {0, 0}, parse_kind("flash:5")).weights.values,
                     weights(*of_capped, {0, 0}).values),
            1e-6);
  EXPECT_LE(furthest(kind_weights(*of_biased, {0, 0}, parse_kind("window:12")).weights.values,
                     weights(*of_biased, {0, 0}).values),
            1e-6);
  const auto hot = run(random_llama({}), {.ids = some_ids(12, 101), .temperature = 2.0F});
  EXPECT_EQ(obstacle(*hot, "linear"), KindObstacle::temperature);
  EXPECT_EQ(obstacle(*hot, "performer"), KindObstacle::none);
  EXPECT_LE(furthest(kind_weights(*hot, {0, 0}, parse_kind("topk:12")).weights.values, weights(*hot, {0, 0}).values),
            1e-6);
}

TEST(KindsOfAttention, WhatInterventionsHideStaysHidden) {
  Intervention mask{.kind = InterventionKind::mask};
  mask.scope.layer = 0;
  mask.cells = {{{0, 12}, {3, 5}}};
  Intervention add{.kind = InterventionKind::add, .amount = 2.0F};
  add.cells = {{{4, 9}, {0, 2}}};
  const auto trace = run(random_llama({}), {.ids = some_ids(12, 101), .interventions = {mask, add}});
  EXPECT_LE(
      furthest(kind_weights(*trace, {0, 0}, parse_kind("flash:5")).weights.values, weights(*trace, {0, 0}).values),
      1e-6);
  EXPECT_EQ(obstacle_to_kind(*trace, {0, 0}, parse_kind("linear")), KindObstacle::added);
  const auto masked = run(random_llama({}), {.ids = some_ids(12, 101), .interventions = {mask}});
  for (const KindInfo& info : kind_infos()) {
    const KindWeights shown = kind_weights(*masked, {0, 0}, usual_kind(info.form));
    for (std::size_t query = 6; query < 12; ++query)
      EXPECT_EQ(shown.weights(query, 3) + shown.weights(query, 4), 0.0F) << info.name;
  }
  Intervention set{.kind = InterventionKind::set_weight, .amount = 0.5F};
  set.cells = {{{4, 5}, {1, 2}}};
  const auto changed = run(random_llama({}), {.ids = some_ids(12, 101), .interventions = {set}});
  EXPECT_EQ(obstacle_to_kind(*changed, {0, 0}, parse_kind("window")), KindObstacle::weights_set);
  EXPECT_EQ(kind_weights(*changed, {0, 0}, {}).weights.values, weights(*changed, {0, 0}).values);
}

/// random_llama() whose heads have sinks.
std::shared_ptr<Model> model_with_sinks() {
  const auto model = random_llama({});
  const auto own = std::make_shared<Weights>(*model->weights);
  for (std::size_t layer = 0; layer < model->config.layers; ++layer) {
    own->layers[layer].sinks = {0.5F, -1.0F, 2.0F, 0.0F};
    model->config.plans[layer].attention.sink = true;
  }
  model->weights = own;
  return model;
}

TEST(KindsOfAttention, ASinkKeepsItsShare) {
  const auto trace = kinds_run(20, model_with_sinks());
  const HeadRef head{0, 2};
  const std::vector<float> shares = sink_shares(*trace, head, {0, 20});
  for (const char* text : {"softmax", "window:20", "topk:20", "flash:6"}) {
    const KindWeights shown = kind_weights(*trace, head, parse_kind(text));
    EXPECT_LE(furthest(shown.weights.values, weights(*trace, head).values), 1e-6) << text;
    EXPECT_LE(furthest(shown.sinks, shares), 1e-6) << text;
  }
  const KindWeights hard = kind_weights(*trace, head, parse_kind("hard"));
  for (std::size_t query = 0; query < 20; ++query) {
    const auto row = hard.weights.row(query);
    EXPECT_EQ(std::accumulate(row.begin(), row.end(), 0.0F) + hard.sinks[query], 1.0F);
  }
  const KindWeights narrow = kind_weights(*trace, head, parse_kind("window:2"));
  EXPECT_GT(narrow.sinks[15], shares[15]) << "what is closed is shared among the rest, the sink included";
  for (const char* text : {"linear", "performer", "cosine", "sigmoid"})
    EXPECT_EQ(obstacle_to_kind(*trace, head, parse_kind(text)), KindObstacle::sink) << text;
  EXPECT_TRUE(kind_reports(*trace, head, parse_kinds("softmax,window:4"))[1].numbers.sums_to_one())
      << "keys and sink together";
}

TEST(KindsOfAttention, ALatentHeadIsComputedFromItsOwnQueriesAndKeys) {
  const auto trace = kinds_run(16, testing::random_latent({}));
  const Matrix own = weights(*trace, {1, 1});
  EXPECT_LE(furthest(kind_weights(*trace, {1, 1}, parse_kind("flash:5")).weights.values, own.values), 1e-6);
  const KindWeights linear = kind_weights(*trace, {1, 1}, parse_kind("linear"));
  EXPECT_EQ(linear.outputs.cols, 7U) << "values are of another width";
  EXPECT_LT(performer_error(*trace, {1, 1}, parse_kind("performer:2048"), 4).mean,
            performer_error(*trace, {1, 1}, parse_kind("performer:32"), 4).mean);
}

}  // namespace
}  // namespace regard
