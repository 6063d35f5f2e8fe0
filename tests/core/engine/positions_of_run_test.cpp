// SPDX-License-Identifier: Apache-2.0
// Heads of a run with positions that the model was not trained with: what is a removal is exact, what is stretched is what a stretched model
// does, what is typed on is as if it had been there from the start, and what cannot be is refused. Numbers stand in edited_reference_test.
#include "core/analysis/effect.h"
#include "core/analysis/positions.h"
#include "core/analysis/rotary_planes.h"
#include "core/analysis/score_by_distance.h"
#include "core/analysis/stretched_context.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/engine/generation.h"
#include "core/engine/variants.h"
#include "core/model/alibi.h"
#include "core/trace/head_edits.h"
#include "core/trace/switched_positions.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

using testing::some_ids;
using MovedRun = std::shared_ptr<const Trace>;
using Models = std::vector<std::shared_ptr<Model>>;

constexpr std::size_t kMoved = 21;

Intervention positions_as(const std::string& text, HeadScope scope = {}) {
  Intervention item{.kind = InterventionKind::positions, .scope = scope};
  item.positioned = parse_positions(text);
  return item;
}

Request moved_request(std::vector<Intervention> list, std::size_t tokens = kMoved) {
  return {.ids = some_ids(tokens, 101), .interventions = std::move(list)};
}

MovedRun run_moved(const std::shared_ptr<Model>& model, std::vector<Intervention> list) {
  return run(model, moved_request(std::move(list)));
}

std::shared_ptr<Model> with_bias() {
  const auto model = testing::random_llama({.layers = 3});
  RelativeBias bias{.buckets = 4, .distance = 6};
  std::vector<float> values;
  for (std::size_t number = 0; number < model->config.heads(0) * bias.width(); ++number)
    values.push_back(0.25F * static_cast<float>(number % 11));
  bias.values = std::make_shared<const std::vector<float>>(values);
  testing::set_positions(*model, bias);
  return model;
}

std::shared_ptr<Model> with_slopes() {
  const auto model = testing::random_llama({.layers = 3});
  testing::set_positions(*model, Alibi{alibi_slopes(4)});
  return model;
}

Models models_of_positions() {
  return {testing::random_bert({.layers = 3}), testing::random_llama({.layers = 3}), with_slopes(), with_bias()};
}

const std::vector<std::string>& rotary_switches() {
  static const std::vector<std::string> texts{"base:500", "share:0.5", "linear:2", "ntk:4", "yarn:2"};
  return texts;
}

void expect_same_numbers(const Trace& a, const Trace& b, const std::string& what) {
  EXPECT_EQ(a.residual, b.residual) << what;
  for (std::size_t layer = 0; layer < a.layers.size(); ++layer) {
    EXPECT_EQ(a.layers[layer].queries, b.layers[layer].queries) << what;
    EXPECT_EQ(a.layers[layer].keys, b.layers[layer].keys) << what;
    EXPECT_EQ(a.layers[layer].row_sum, b.layers[layer].row_sum) << what;
  }
  EXPECT_EQ(testing::all_weights(a), testing::all_weights(b)) << what;
}

std::string refused_as(const std::shared_ptr<Model>& model, Intervention item) {
  try {
    (void)run_moved(model, {std::move(item)});
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST(PositionsOfRun, NoneChangesNothingInAModelThatHasNone) {
  const auto model = testing::random_llama({.layers = 3});
  testing::set_positions(*model, NoPositions{});
  const auto plain = run_moved(model, {});
  for (const HeadScope& scope : {HeadScope{}, HeadScope{.layer = 1}, HeadScope{1, 2}})
    expect_same_numbers(*plain, *run_moved(model, {positions_as("none", scope)}), "none");
}

TEST(PositionsOfRun, NoneEverywhereIsNoPositionsAtAll) {
  for (const auto& model : models_of_positions()) {
    const auto gone = run_moved(model, {{.kind = InterventionKind::no_positions}});
    expect_same_numbers(*gone, *run_moved(model, {positions_as("none")}), "everywhere");
    EXPECT_GT(testing::worst_difference(testing::all_residuals(*gone), testing::all_residuals(*run_moved(model, {}))),
              1e-3);
  }
}

TEST(PositionsOfRun, WhatIsPutInTheirPlaceIsWhatAModelBuiltSoDoes) {
  const auto turning = testing::random_llama({.layers = 3});
  const auto bare = testing::random_llama({.layers = 3});  // of the same weights
  testing::set_positions(*bare, NoPositions{});
  const auto slopes = with_slopes();
  expect_same_numbers(*run_moved(turning, {positions_as("none")}), *run_moved(bare, {}), "none");
  expect_same_numbers(*run_moved(turning, {positions_as("alibi")}), *run_moved(slopes, {}), "alibi");
  expect_same_numbers(*run_moved(with_bias(), {positions_as("alibi")}), *run_moved(slopes, {}), "alibi of a bias");
  expect_same_numbers(*run_moved(bare, {positions_as("alibi")}), *run_moved(slopes, {}), "alibi of none");
  Rotary fast = std::get<Rotary>(turning->config.plans.front().positions);
  fast.rope.base = 500.0F;
  testing::set_positions(*bare, fast);
  expect_same_numbers(*run_moved(turning, {positions_as("base:500")}), *run_moved(bare, {}), "base");
  const std::string own = "base:" + std::to_string(static_cast<long>(RopeConfig{}.base));
  expect_same_numbers(*run_moved(turning, {positions_as(own)}), *run_moved(turning, {}), "its own base");
  expect_same_numbers(*run_moved(turning, {positions_as("share:1")}), *run_moved(turning, {}), "all pairs");
}

TEST(PositionsOfRun, AlibiOfAnEncoderGoesByTheDistanceToEitherSide) {
  const auto model = testing::random_bert({.layers = 2});
  const auto none = run_moved(model, {positions_as("none")}), alibi = run_moved(model, {positions_as("alibi")});
  const std::vector<float> slopes = alibi_slopes(4);
  for (std::size_t head = 0; head < 4; ++head) {
    const Matrix before = scores(*none, {0, head}), after = scores(*alibi, {0, head});
    for (std::size_t query = 0; query < kMoved; ++query)
      for (std::size_t key = 0; key < kMoved; ++key) {
        const double apart = std::abs(static_cast<double>(query) - static_cast<double>(key));
        EXPECT_NEAR(after(query, key), before(query, key) - static_cast<double>(slopes[head]) * apart, 1e-5);
      }
  }
}

TEST(PositionsOfRun, OneHeadAloneLeavesTheOthersOfItsLayerAsTheyAre) {
  const auto model = testing::random_llama({.layers = 2, .kv_heads = 4});
  const auto plain = run_moved(model, {});
  for (const std::string& text : rotary_switches()) {
    const auto one = run_moved(model, {positions_as(text, {0, 2})}), all = run_moved(model, {positions_as(text)});
    for (std::size_t head = 0; head < 4; ++head) {
      const Trace& like = head == 2 ? *all : *plain;
      EXPECT_EQ(weights(*one, {0, head}), weights(like, {0, head})) << text << ", head " << head;
      for (std::size_t token = 0; token < kMoved; ++token)
        EXPECT_TRUE(std::ranges::equal(key_of(*one, {0, head}, token), key_of(like, {0, head}, token))) << text;
    }
    EXPECT_NE(weights(*one, {0, 2}), weights(*plain, {0, 2})) << text;
  }
}

TEST(PositionsOfRun, OfSeveralTheLastCounts) {
  const auto model = testing::random_llama({.layers = 3});
  expect_same_numbers(*run_moved(model, {positions_as("none"), positions_as("base:500")}),
                      *run_moved(model, {positions_as("base:500")}), "everywhere");
  expect_same_numbers(*run_moved(model, {positions_as("none"), positions_as("base:500", {.layer = 2})}),
                      *run_moved(model, {positions_as("none", {.layer = 0}), positions_as("none", {.layer = 1}),
                                         positions_as("base:500", {.layer = 2})}),
                      "one layer");
}

TEST(PositionsOfRun, StretchedEverywhereIsWhatTheStretchedModelDoesAndWhatStretchingIsSaidToCost) {
  const auto model = testing::random_llama({.layers = 3});
  std::vector<std::size_t> predicts(kMoved - 1);
  std::iota(predicts.begin(), predicts.end(), std::size_t{0});
  const auto plain = run_moved(model, {});
  const StretchCosts costs = stretch_costs(model, moved_request({}), predicts, usual_stretches);
  std::vector<std::size_t> all(kMoved);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Matrix before = logits_at(*plain, all);
  for (const StretchCost& cost : costs.each) {
    const std::string text = std::string(name_of(cost.of.method)) + ":" + std::to_string(cost.of.factor);
    const auto changed = run_moved(model, {positions_as(text)});
    expect_same_numbers(*changed, *run(stretched(*model, cost.of), moved_request({})), text);
    const Matrix after = logits_at(*changed, all);
    double divergences = 0.0, loss = 0.0;
    for (std::size_t token = 0; token < kMoved; ++token) {
      divergences += divergence(before.row(token), after.row(token));
      if (token + 1 < kMoved) loss -= log_probability(after.row(token), changed->request.ids[token + 1]);
    }
    EXPECT_NEAR(cost.divergence, divergences / static_cast<double>(kMoved), 1e-12) << text;
    EXPECT_NEAR(cost.loss, loss / static_cast<double>(predicts.size()), 1e-12) << text;
  }
  EXPECT_THROW((void)stretch_costs(model, moved_request({positions_as("ntk:2")}), predicts, usual_stretches), Error);
}

/// Lists that may be run in a model of models_of_positions().
std::vector<std::vector<Intervention>> lists_for(const std::shared_ptr<Model>& model) {
  std::vector<std::vector<Intervention>> lists{{positions_as("none")}};
  const bool slopes = std::holds_alternative<Alibi>(model->config.plans[0].positions);
  if (!slopes) lists.push_back({positions_as("alibi")});
  if (!slopes)
    lists.push_back(
        {positions_as("alibi"), {.kind = InterventionKind::shift_positions, .positions = {{4, 9}}, .amount = 7.0F}});
  if (!std::holds_alternative<Rotary>(model->config.plans[0].positions)) return lists;
  for (const std::string& text : rotary_switches()) {
    lists.push_back({positions_as(text)});
    lists.push_back({positions_as(text, {.layer = 1})});
  }
  return lists;
}

TEST(PositionsOfRun, WhatIsTypedOnIsAsIfItHadBeenThereFromTheStart) {
  for (const auto& model : models_of_positions())
    for (const std::vector<Intervention>& list : lists_for(model)) {
      const auto fresh = run_moved(model, list);
      auto typed = run(model, moved_request(list, 13));
      for (const std::size_t tokens : {14U, 15U, 19U, 21U})
        typed = run(model, moved_request(list, tokens), typed);
      if (model->config.causal) {
        EXPECT_EQ(typed->reused_tokens, 19U);
      }
      expect_same_numbers(*fresh, *typed, "typed");
      const auto plain = run_moved(model, {});
      expect_same_numbers(*fresh, *run(model, moved_request(list), plain), "switched on");
      expect_same_numbers(*plain, *run(model, moved_request({}), fresh), "switched off");
    }
}

TEST(PositionsOfRun, GenerationIsThatOfFreshRuns) {
  const auto model = testing::random_llama({.layers = 3});
  for (const std::vector<Intervention>& list : lists_for(model)) {
    const std::vector<std::int32_t> grown =
        generate_from(model, moved_request(list), {.tokens = 6, .temperature = 0.0F});
    Request request = moved_request(list);
    for (const std::int32_t id : grown) {
      const auto trace = run(model, request);
      const std::size_t last[] = {trace->tokens() - 1};
      const Matrix logits = logits_at(*trace, last);
      EXPECT_EQ(id, std::max_element(logits.values.begin(), logits.values.end()) - logits.values.begin());
      request.ids.push_back(id);
    }
  }
}

TEST(PositionsOfRun, RunTogetherTheyAreAsAlone) {
  for (const auto& model : models_of_positions()) {
    const auto base = run_moved(model, {});
    std::vector<std::vector<Intervention>> variants = lists_for(model);
    variants.push_back({{.kind = InterventionKind::no_positions}});
    variants.push_back({{.kind = InterventionKind::ablate, .scope = {1, 1}}});
    const std::size_t last[] = {kMoved - 1};
    const Matrix rows = run_variants(base, variants, last);
    for (std::size_t at = 0; at < variants.size(); ++at) {
      const auto alone = run_moved(model, variants[at]);
      EXPECT_TRUE(std::ranges::equal(rows.row(at), alone->residual.back().row(kMoved - 1))) << at;
    }
  }
}

TEST(PositionsOfRun, EveryTileShowsWhatTheRunUsed) {
  for (const auto& model : models_of_positions())
    for (const std::vector<Intervention>& list : lists_for(model)) {
      const auto trace = run_moved(model, list);
      const HeadRef head{1, 2};
      const Matrix all = weights(*trace, head), tile = weights(*trace, head, {6, 15}, {3, 11});
      for (std::size_t query = 6; query < 15; ++query)
        for (std::size_t key = 3; key < 11; ++key)
          EXPECT_EQ(tile(query - 6, key - 3), all(query, key));
      EXPECT_LE(testing::worst_row_sum(*trace), 1e-5);
      for (std::size_t query = 0; query < kMoved; ++query)
        for (std::size_t dimension = 0; dimension < model->config.head_dim(1); ++dimension) {
          double sum = 0.0;
          for (std::size_t key = 0; key < kMoved; ++key)
            sum += static_cast<double>(all(query, key)) * static_cast<double>(value_of(*trace, head, key)[dimension]);
          EXPECT_NEAR(output_of(*trace, head, query)[dimension], sum, 1e-5);
        }
    }
}

TEST(PositionsOfRun, WhatIsToldOfAHeadIsOfThePositionsItHas) {
  const auto model = testing::random_llama({.layers = 2, .kv_heads = 4});
  const auto trace = run_moved(
      model, {positions_as("none", {0, 0}), positions_as("alibi", {0, 1}), positions_as("share:0.5", {0, 2})});
  const std::size_t pairs = model->config.head_dim(0) / 2;
  EXPECT_TRUE(frequencies_of(*trace, {0, 0}).empty());
  EXPECT_EQ(positions_kind(*trace, {0, 1}), PositionsKind::alibi);
  const std::vector<float> some = frequencies_of(*trace, {0, 2}), own = frequencies_of(*trace, {0, 3});
  for (std::size_t pair = 0; pair < pairs; ++pair)
    EXPECT_EQ(some[pair], pair < pairs / 2 ? own[pair] : 0.0F);
  for (std::size_t head = 0; head < 4; ++head) {
    const ScoreTerms terms = score_terms(*trace, {0, head}, 17, 5);
    EXPECT_NEAR(terms.sum(), terms.score, 1e-4) << head;
    const std::vector<double> pair = pair_by_distance(*trace, {0, head}, 17, 5, 16);
    EXPECT_NEAR(pair[12], terms.score, 1e-4) << head << ": as far apart as they stand";
  }
  const std::vector<double> flat = pair_by_distance(*trace, {0, 0}, 17, 5, 16);
  EXPECT_NEAR(flat.front(), flat.back(), 1e-5);
}

TEST(PositionsOfRun, WhatAFamilyCannotDoIsRefused) {
  const auto bert = testing::random_bert({}), llama = testing::random_llama({}),
             alone = testing::random_llama({.kv_heads = 4});
  EXPECT_EQ(refused_as(bert, positions_as("none", {.layer = 1})), "position_obstacle_in_stream");
  EXPECT_EQ(refused_as(bert, positions_as("alibi", {0, 1})), "position_obstacle_in_stream");
  EXPECT_EQ(refused_as(bert, positions_as("base:300")), "position_obstacle_not_rotary");
  EXPECT_EQ(refused_as(with_slopes(), positions_as("yarn:2", {.layer = 1})), "position_obstacle_not_rotary");
  EXPECT_EQ(refused_as(with_slopes(), positions_as("alibi")), "position_obstacle_own");
  EXPECT_EQ(refused_as(with_slopes(), positions_as("none", {0, 1})), "none");
  EXPECT_EQ(refused_as(llama, positions_as("none", {0, 1})), "position_obstacle_shared_keys");
  EXPECT_EQ(refused_as(alone, positions_as("none", {0, 1})), "none");
  EXPECT_EQ(refused_as(llama, positions_as("none", {0, 9})), "intervention_value");
  Rotary scaled = std::get<Rotary>(llama->config.plans.front().positions);
  scaled.rope.scaling = RopeConfig::Scaling::linear;
  scaled.rope.factor = 2.0F;
  testing::set_positions(*llama, scaled);
  EXPECT_EQ(refused_as(llama, positions_as("ntk:2")), "position_obstacle_scaled");
  EXPECT_EQ(refused_as(llama, positions_as("base:300")), "none");
  Intervention wrong = positions_as("share:0.5");
  wrong.positioned.number = std::nanf("");
  EXPECT_EQ(refused_as(llama, wrong), "intervention_value");
  const auto hybrid = testing::random_hybrid({});
  EXPECT_EQ(refused_as(hybrid, positions_as("alibi")), "position_obstacle_recurrent");
  EXPECT_EQ(refused_as(hybrid, positions_as("none", {.layer = 0})), "position_obstacle_recurrent");
  EXPECT_EQ(refused_as(hybrid, positions_as("none")), "none");
  alone->config.plans[1].attention.keys_of = 0;
  EXPECT_EQ(refused_as(alone, positions_as("none", {.layer = 0})), "position_obstacle_shared_layers");
  EXPECT_EQ(refused_as(alone, positions_as("base:300", {.layer = 1})), "position_obstacle_shared_layers");
  EXPECT_EQ(refused_as(alone, positions_as("base:300")), "none");
}

TEST(PositionSwitches, AreReadAsTheyAreWritten) {
  for (const char* text :
       {"none", "alibi", "base:100000", "base:2.5e+08", "share:0.25", "linear:1.5", "ntk:64", "yarn:2"})
    EXPECT_EQ(positions_text(parse_positions(text)), text);
  for (const PositionInfo& info : position_infos())
    EXPECT_EQ(parse_positions(info.name), usual_positions(info.form));
  for (const char* text : {"", "sine", "none:1", "base:", "base:1", "base:1e10", "share:1.01", "share:-0.1",
                           "linear:0.5", "linear:2x", "yarn:nan", "ntk:inf", "ntk:2:3"})
    EXPECT_THROW((void)parse_positions(text), Error) << text;
}

}  // namespace
}  // namespace regard
