// SPDX-License-Identifier: Apache-2.0
// Heads of a run in kinds of attention that the model was not trained for: the run, its tiles and what the workspace shows of a head are
// the same numbers; switched off, everything is as before; what cannot be is refused.
#include "core/analysis/kind_weights.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/engine/generation.h"
#include "core/engine/variants.h"
#include "core/trace/kind_obstacle.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>

namespace regard {
namespace {

using testing::some_ids;

constexpr std::size_t kTokens = 21;
constexpr HeadRef kHeadInKind{1, 2};

Intervention attention_in(const std::string& kind, HeadScope scope = {kHeadInKind.layer, kHeadInKind.head}) {
  Intervention item{.kind = InterventionKind::attention, .scope = scope};
  item.as = parse_kind(kind);
  return item;
}

Request request_in(std::vector<Intervention> list) {
  return {.ids = some_ids(kTokens, 101), .interventions = std::move(list)};
}

std::vector<std::shared_ptr<Model>> models_of_kinds() {
  return {testing::random_bert({.layers = 3}), testing::random_llama({.layers = 3})};
}

const std::vector<std::string>& all_other_kinds() {
  static const std::vector<std::string> kinds{"window:3",  "global:2:3", "first_last:1:4", "strided:4",
                                              "blocks:4",  "topk:3",     "hard",           "sigmoid",
                                              "cosine:10", "linear",     "performer:32"};
  return kinds;
}

/// To the last bit; NaN equals NaN.
void expect_same_run(const Trace& a, const Trace& b, const std::string& what) {
  EXPECT_EQ(a.residual, b.residual) << what;
  EXPECT_EQ(testing::all_weights(a), testing::all_weights(b)) << what;
  for (std::size_t layer = 0; layer < a.layers.size(); ++layer) {
    EXPECT_EQ(a.layers[layer].head_outputs, b.layers[layer].head_outputs) << what;
    const std::vector<float>&one = a.layers[layer].row_sum.values, &other = b.layers[layer].row_sum.values;
    for (std::size_t at = 0; at < one.size(); ++at)
      EXPECT_TRUE(one[at] == other[at] || (std::isnan(one[at]) && std::isnan(other[at]))) << what;
  }
}

TEST(KindsOfRun, AKindThatChoosesByPlaceIsAMaskOfTheSameCells) {
  for (const auto& model : models_of_kinds())
    for (const std::string kind : {"window:3", "global:2:3", "first_last:1:4", "strided:4", "blocks:4"}) {
      Intervention mask{.kind = InterventionKind::mask, .scope = {1, 2}};
      for (std::size_t query = 0; query < kTokens; ++query)
        for (std::size_t key = 0; key < kTokens; ++key)
          if (!leaves_open(parse_kind(kind), query, key)) mask.cells.push_back({{query, query + 1}, {key, key + 1}});
      const auto in_kind = run(model, request_in({attention_in(kind)})), masked = run(model, request_in({mask}));
      expect_same_run(*in_kind, *masked, kind);
      EXPECT_EQ(in_kind->layers[1].log_sum_exp, masked->layers[1].log_sum_exp) << kind;
      for (std::size_t query = 0; query < kTokens; ++query)
        EXPECT_EQ(hidden_keys(*in_kind, kHeadInKind, query, {0, kTokens}),
                  hidden_keys(*masked, kHeadInKind, query, {0, kTokens}))
            << kind;
    }
}

TEST(KindsOfRun, TheRunHasTheWeightsThatTheHeadIsShownWith) {
  for (const auto& model : models_of_kinds()) {
    const auto plain = run(model, request_in({}));
    for (const std::string& kind : all_other_kinds()) {
      const auto trace = run(model, request_in({attention_in(kind)}), plain);
      const KindWeights shown = kind_weights(*plain, kHeadInKind, parse_kind(kind));
      const double worst = testing::worst_difference(weights(*trace, kHeadInKind).values, shown.weights.values);
      EXPECT_LE(worst, 1e-5) << kind;
      std::cout << kind << ": the run's weights are off the grid's by " << worst << "\n";
      for (std::size_t query = 0; query < kTokens; ++query)
        for (std::size_t dimension = 0; dimension < shown.outputs.cols; ++dimension)
          EXPECT_NEAR(output_of(*trace, kHeadInKind, query)[dimension], shown.outputs(query, dimension), 1e-5) << kind;
      EXPECT_EQ(kind_weights(*trace, kHeadInKind, parse_kind(kind)).weights, shown.weights)
          << "of a head in a kind the same is shown: " << kind;
      EXPECT_LE(testing::worst_difference(kind_weights(*trace, kHeadInKind, {}).weights.values,
                                          weights(*plain, kHeadInKind).values),
                1e-6)
          << kind;
    }
  }
}

TEST(KindsOfRun, EveryTileShowsWhatTheRunUsed) {
  for (const auto& model : models_of_kinds())
    for (const std::string& kind : all_other_kinds()) {
      const auto trace = run(model, request_in({attention_in(kind, {})}));
      const Matrix all = weights(*trace, kHeadInKind), tile = weights(*trace, kHeadInKind, {6, 15}, {3, 11});
      const Matrix whole = scores(*trace, kHeadInKind), part = scores(*trace, kHeadInKind, {6, 15}, {3, 11});
      for (std::size_t query = 6; query < 15; ++query)
        for (std::size_t key = 3; key < 11; ++key) {
          EXPECT_EQ(tile(query - 6, key - 3), all(query, key)) << kind;
          EXPECT_EQ(part(query - 6, key - 3), whole(query, key)) << kind;
        }
      for (std::size_t query = 0; query < kTokens; ++query)
        for (std::size_t dimension = 0; dimension < model->config.head_dim(1); ++dimension) {
          double sum = 0.0;
          for (std::size_t key = 0; key < kTokens; ++key)
            sum += static_cast<double>(all(query, key)) *
                   static_cast<double>(value_of(*trace, kHeadInKind, key)[dimension]);
          EXPECT_NEAR(output_of(*trace, kHeadInKind, query)[dimension], sum, 1e-5) << kind;
        }
      EXPECT_EQ(weights_are_softmax(*trace, kHeadInKind), kind != "sigmoid");
      if (kind != "sigmoid") {
        EXPECT_LE(testing::worst_row_sum(*trace), 1e-5) << kind;
      }
    }
}

TEST(KindsOfRun, RowsAreTheSoftmaxOfTheScoresOverTheKeysThatAreNotHidden) {
  for (const auto& model : models_of_kinds())
    for (const std::string& kind : all_other_kinds()) {
      if (kind == "sigmoid") continue;
      const auto trace = run(model, request_in({attention_in(kind)}));
      const Matrix grid = weights(*trace, kHeadInKind), score = scores(*trace, kHeadInKind);
      for (std::size_t query = 0; query < kTokens; ++query) {
        const RowStatistics row = row_statistics(*trace, kHeadInKind, query);
        const SeenKeys seen = seen_keys(*trace, kHeadInKind, query);
        for (std::size_t key = 0; key < kTokens; ++key) {
          const double expected =
              seen.contains(key) ? std::exp(static_cast<double>(score(query, key) - row.maximum)) / row.sum : 0.0;
          EXPECT_NEAR(grid(query, key), expected, 1e-6) << kind;
        }
      }
    }
}

TEST(KindsOfRun, ASigmoidHasNoStatisticsOfASoftmax) {
  const auto trace = run(testing::random_llama({.layers = 2}), request_in({attention_in("sigmoid", {})}));
  EXPECT_TRUE(std::isnan(row_statistics(*trace, kHeadInKind, 7).sum));
  EXPECT_TRUE(std::isfinite(scores(*trace, kHeadInKind)(7, 3)));
}

TEST(KindsOfRun, SwitchedOffTheRunIsAsItWas) {
  for (const auto& model : models_of_kinds()) {
    const auto plain = run(model, request_in({}));
    for (const std::string& kind : all_other_kinds()) {
      const auto changed = run(model, request_in({attention_in(kind)}), plain);
      EXPECT_NE(changed->residual.back(), plain->residual.back()) << kind;
      EXPECT_EQ(changed->reused_layers, 1U) << kind;
      expect_same_run(*run(model, request_in({}), changed), *plain, kind);
    }
  }
}

TEST(KindsOfRun, OfSeveralTheLastOneHolds) {
  const auto model = testing::random_llama({.layers = 2});
  const auto both = run(model, request_in({attention_in("linear", {}), attention_in("window:2", {1, {}})}));
  EXPECT_EQ(applied_kind(*both, {0, 1}).form, KindForm::linear);
  EXPECT_EQ(applied_kind(*both, {1, 3}), (KindOfAttention{KindForm::window, 2}));
}

TEST(KindsOfRun, ACausalTextGoesOnFromRowsThatAreKnown) {
  const auto model = testing::random_llama({.layers = 3});
  for (const std::string& kind : all_other_kinds()) {
    Request request = request_in({attention_in(kind, {})});
    Request shorter = request;
    shorter.ids.resize(13);
    shorter.ids[12] = 3;
    const auto reused = run(model, request, run(model, shorter));
    EXPECT_EQ(reused->reused_tokens, 12U) << kind;
    expect_same_run(*reused, *run(model, request), kind);
    const Generated alone = continue_alone(model, request, {.tokens = 4});
    Request grown = request;
    for (const std::int32_t id : alone.ids) {
      const auto trace = run(model, grown);
      EXPECT_EQ(predict(*trace, grown.ids.size() - 1, 1).front().id, id) << kind;
      grown.ids.push_back(id);
    }
  }
}

TEST(KindsOfRun, SeveralAreRunTogetherAsEachAlone) {
  for (const auto& model : models_of_kinds()) {
    const auto plain = run(model, request_in({}));
    std::vector<std::vector<Intervention>> variants;
    for (const std::string& kind : all_other_kinds())
      variants.push_back({attention_in(kind)});
    const std::size_t positions[] = {5, 20};
    const Matrix rows = run_variants(plain, variants, positions);
    for (std::size_t at = 0; at < variants.size(); ++at) {
      const auto alone = run(model, request_in(variants[at]));
      for (std::size_t which = 0; which < 2; ++which)
        EXPECT_TRUE(std::ranges::equal(alone->residual.back().row(positions[which]), rows.row(at * 2 + which)))
            << all_other_kinds()[at];
    }
  }
}

TEST(KindsOfRun, PerformersScoresAreNearTheModelsWhereThereAreManyFeatures) {
  const auto model = testing::random_llama({.layers = 2});
  const auto plain = run(model, request_in({}));
  const auto few = run(model, request_in({attention_in("performer:4", {0, 1})}), plain);
  const auto many = run(model, request_in({attention_in("performer:4096", {0, 1})}), plain);
  const std::vector<float> exact = scores(*plain, {0, 1}).values;
  EXPECT_LT(testing::worst_difference(scores(*many, {0, 1}).values, exact),
            0.5 * testing::worst_difference(scores(*few, {0, 1}).values, exact));
}

std::string refusal(const std::shared_ptr<const Model>& model, std::vector<Intervention> list,
                    float temperature = 1.0F) {
  Request request = request_in(std::move(list));
  request.temperature = temperature;
  try {
    (void)run(model, request);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(KindsOfRun, WhatWouldNotBeTheKindIsRefused) {
  const auto model = testing::random_llama({.layers = 2});
  const Intervention add{.kind = InterventionKind::add, .scope = {1, 2}, .cells = {{{3, 4}, {0, 1}}}, .amount = 1.0F};
  const Intervention set{
      .kind = InterventionKind::set_weight, .scope = {1, 2}, .cells = {{{3, 4}, {0, 1}}}, .amount = 0.5F};
  EXPECT_EQ(refusal(model, {attention_in("linear"), add}), "kind_obstacle_added");
  EXPECT_EQ(refusal(model, {attention_in("window"), add}), "none");
  EXPECT_EQ(refusal(model, {set, attention_in("window")}), "kind_obstacle_weights_set");
  EXPECT_EQ(refusal(model, {set, attention_in("window", {1, 1})}), "none") << "another head";
  EXPECT_EQ(refusal(model, {attention_in("linear")}, 2.0F), "kind_obstacle_temperature");
  EXPECT_EQ(refusal(model, {attention_in("performer:8")}, 2.0F), "none");
  EXPECT_EQ(refusal(model, {attention_in("softmax")}), "intervention_value");
  EXPECT_EQ(refusal(model, {attention_in("flash")}), "intervention_value");
  Intervention wild = attention_in("window");
  wild.as.first = 0;
  EXPECT_EQ(refusal(model, {wild}), "intervention_value");
  EXPECT_EQ(refusal(model, {attention_in("hard", {9, 0})}), "intervention_value");
  const auto capped = testing::random_llama({.layers = 2});
  testing::set_cap(*capped, 4.0F);
  EXPECT_EQ(refusal(capped, {attention_in("cosine", {})}), "kind_obstacle_cap");
  EXPECT_EQ(refusal(capped, {attention_in("hard", {})}), "none");
  const auto bloom = testing::random_llama({.layers = 2});
  testing::set_positions(*bloom, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  EXPECT_EQ(refusal(bloom, {attention_in("linear")}), "kind_obstacle_position_bias");
  EXPECT_EQ(refusal(bloom, {attention_in("linear"), {.kind = InterventionKind::no_positions}}), "none")
      << "there is nothing that knows places";
}

TEST(KindsOfRun, ARefusalNamesTheHead) {
  const auto capped = testing::random_llama({.layers = 2});
  testing::set_cap(*capped, 4.0F);
  const Error error = testing::error_of([&] { (void)run(capped, request_in({attention_in("cosine:7", {1, {}})})); });
  EXPECT_EQ(error.details().found, "1/0");
  EXPECT_EQ(error.details().expected, "cosine:7");
}

}  // namespace
}  // namespace regard
