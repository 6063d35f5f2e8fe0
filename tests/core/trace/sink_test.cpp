// SPDX-License-Identifier: Apache-2.0
// Learned sinks: one more score in every row, which nobody can look at. That the numbers are right is shown by reference_test.cpp and
// edited_reference_test.cpp; here is what follows from them.
#include "core/trace/sink.h"

#include "core/analysis/difference.h"
#include "core/analysis/head_likeness.h"
#include "core/analysis/head_measures.h"
#include "core/analysis/head_rows.h"
#include "core/analysis/row_steps.h"
#include "core/base/mapped_file.h"
#include "core/engine/engine.h"
#include "core/engine/variants.h"
#include "core/format/npz.h"
#include "core/trace/export.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

using Kind = InterventionKind;

constexpr testing::ModelShape kShape{.layers = 2, .heads = 3, .kv_heads = 1, .hidden = 36, .feed_forward = 19};
constexpr HeadRef kHead{1, 2};
constexpr std::size_t kTokens = 11;

/// Sinks of these scores in layer 1; `window`: of that layer, 0 = none.
std::shared_ptr<const Model> sunk(const std::vector<float>& scores = {0.4F, -0.7F, 1.1F}, std::size_t window = 0) {
  const auto model = testing::random_llama(kShape);
  const auto weights = std::make_shared<Weights>(*model->weights);
  weights->layers[1].sinks = scores;
  model->weights = weights;
  model->config.plans[1].attention.sink = true;
  model->config.plans[1].attention.window.width = window;
  return model;
}

Request request_with(std::vector<Intervention> interventions = {}, float temperature = 1.0F) {
  Request request{.ids = testing::some_ids(kTokens, kShape.vocabulary), .temperature = temperature};
  request.interventions = std::move(interventions);
  return request;
}

double sum_of(const Trace& trace, HeadRef head, std::size_t query) {
  const Matrix row = weights(trace, head, {query, query + 1}, {0, trace.tokens()});
  return std::accumulate(row.values.begin(), row.values.end(), 0.0);
}

void expect_whole_rows(const Trace& trace) {
  for (std::size_t layer = 0; layer < kShape.layers; ++layer)
    for (std::size_t head = 0; head < kShape.heads; ++head)
      for (std::size_t query = 0; query < trace.tokens(); ++query)
        EXPECT_NEAR(sum_of(trace, {layer, head}, query) + static_cast<double>(sink_share(trace, {layer, head}, query)),
                    1.0, 1e-6)
            << layer << "." << head << ", " << query;
}

TEST(Sink, TakesItsShareOfASoftmaxOverKeysAndItself) {
  for (const std::size_t window : {0U, 4U})
    for (const float temperature : {1.0F, 0.6F}) {
      const auto trace = run(sunk({0.4F, -0.7F, 1.1F}, window), request_with({}, temperature));
      expect_whole_rows(*trace);
      for (std::size_t query = 0; query < kTokens; ++query) {
        const double z = std::exp(1.1 / static_cast<double>(temperature));
        double sum = z;
        allowed_keys(*trace, 1, query).for_each([&](std::size_t key) {
          const float score = scores(*trace, kHead, {query, query + 1}, {key, key + 1})(0, 0);
          sum += std::exp(static_cast<double>(score) / static_cast<double>(temperature));
        });
        EXPECT_NEAR(sink_share(*trace, kHead, query), z / sum, 1e-6);
        EXPECT_NEAR(trace->layers[1].log_sum_exp(2, query), std::log(sum), 1e-5);
        EXPECT_EQ(sink_share(*trace, {0, 2}, query), 0.0F);
      }
    }
}

TEST(Sink, LeavesWeightsThatAreTheSameInEveryTile) {
  const auto trace = run(sunk(), request_with());
  const Matrix whole = weights(*trace, kHead);
  for (std::size_t query = 0; query < kTokens; ++query)
    for (std::size_t key = 0; key < kTokens; ++key)
      EXPECT_EQ(weights(*trace, kHead, {query, query + 1}, {key, key + 1})(0, 0), whole(query, key));
  const std::vector<float> shares = sink_shares(*trace, kHead, {3, 8});
  for (std::size_t query = 3; query < 8; ++query)
    EXPECT_EQ(shares[query - 3], sink_share(*trace, kHead, query));
}

TEST(Sink, ThatIsTheLargestScoreIsTheRowsMaximum) {
  const auto trace = run(sunk({900.0F, 30.0F, 0.0F}), request_with());
  for (std::size_t query = 0; query < kTokens; ++query) {
    EXPECT_EQ(trace->layers[1].row_maximum(0, query), 900.0F);
    EXPECT_EQ(trace->layers[1].row_sum(0, query), 1.0F);
    EXPECT_EQ(sink_share(*trace, {1, 0}, query), 1.0F);
    EXPECT_EQ(sum_of(*trace, {1, 0}, query), 0.0);
    for (const float number : output_of(*trace, {1, 0}, query))
      EXPECT_EQ(number, 0.0F);
  }
  expect_whole_rows(*trace);
}

TEST(Sink, FarBelowEveryScoreChangesNoBitOfTheRun) {
  const auto trace = run(sunk({-1e30F, -1e30F, -1e30F}), request_with());
  const auto plain = run(testing::random_llama(kShape), request_with());
  EXPECT_EQ(trace->residual, plain->residual);
  EXPECT_EQ(trace->layers[1].row_sum, plain->layers[1].row_sum);
}

TEST(Sink, CannotBeHiddenAndTakesRowsWhoseKeysAllAre) {
  const auto model = sunk();
  const auto all = run(model, request_with({{.kind = Kind::hide_tokens, .positions = {{0, kTokens}}}}));
  for (std::size_t query = 0; query < kTokens; ++query) {
    EXPECT_EQ(sink_share(*all, kHead, query), 1.0F);
    EXPECT_EQ(sum_of(*all, kHead, query), 0.0);
    EXPECT_EQ(all->layers[1].row_sum(2, query), 1.0F);
    EXPECT_EQ(all->layers[0].row_sum(2, query), 0.0F) << "a layer without sinks";
  }
  const auto plain = run(model, request_with());
  const auto some = run(model, request_with({{.kind = Kind::mask, .scope = {1, 2}, .cells = {{.keys = {0, 3}}}}}));
  expect_whole_rows(*some);
  EXPECT_GT(sink_share(*some, kHead, 7), sink_share(*plain, kHead, 7));
}

TEST(Sink, SharesWhatSetWeightsLeaveInItsOldProportion) {
  const auto model = sunk();
  const auto plain = run(model, request_with());
  const auto set = [&](float amount, Range keys) {
    return run(model, request_with({{.kind = Kind::set_weight,
                                     .scope = {1, 2},
                                     .cells = {{.queries = {6, 8}, .keys = keys}},
                                     .amount = amount}}));
  };
  const auto half = set(0.5F, {2, 3});
  expect_whole_rows(*half);
  const auto ratio = [](const Trace& trace) {
    return sink_share(trace, kHead, 7) / weights(trace, kHead, {7, 8}, {4, 5})(0, 0);
  };
  EXPECT_NEAR(ratio(*half), ratio(*plain), 1e-4F * ratio(*plain));
  EXPECT_EQ(weights(*half, kHead, {7, 8}, {2, 3})(0, 0), 0.5F);
  const auto full = set(0.5F, {2, 5});
  EXPECT_EQ(sink_share(*full, kHead, 7), 0.0F) << "set weights that sum to more than 1 are divided by their sum";
  EXPECT_NEAR(sum_of(*full, kHead, 7), 1.0, 1e-6);
  const auto none = set(0.0F, {0, kTokens});
  EXPECT_EQ(sink_share(*none, kHead, 7), 1.0F) << "what nobody may look at falls to the sink";
}

TEST(Sink, GoesWithACopiedPatternToAnotherSinkAlone) {
  const auto model = sunk();
  const auto plain_model = testing::random_llama(kShape);
  Request other = request_with();
  std::rotate(other.ids.begin(), other.ids.begin() + 3, other.ids.end());
  const auto copied = [&](const auto& to, const auto& from, std::vector<std::int32_t> partners = {}) {
    return run(to, request_with({{.kind = Kind::copy_pattern,
                                  .scope = {1, 2},
                                  .source = run(from, other),
                                  .source_positions = std::move(partners)}}));
  };
  const auto source = run(model, other);
  const auto both = copied(model, model);
  expect_whole_rows(*both);
  EXPECT_EQ(sink_share(*both, kHead, 5), sink_share(*source, kHead, 5));
  EXPECT_EQ(weights(*both, kHead), weights(*source, kHead));
  const auto here_alone = copied(model, plain_model);
  EXPECT_EQ(sink_share(*here_alone, kHead, 5), 0.0F);
  EXPECT_NEAR(sum_of(*here_alone, kHead, 5), 1.0, 1e-6);
  const auto there_alone = copied(plain_model, model);
  EXPECT_NEAR(sum_of(*there_alone, kHead, 5), 1.0, 1e-6) << "the weight of what has no partner here is lost";
  std::vector<std::int32_t> partners(kTokens);
  std::iota(partners.begin(), partners.end(), 0);
  partners[1] = -1;
  const auto lost = copied(model, model, partners);
  expect_whole_rows(*lost);
  EXPECT_GT(sink_share(*lost, kHead, 5), sink_share(*source, kHead, 5));
}

TEST(Sink, OfVariantsRunTogetherIsThatOfEachAlone) {
  const auto model = sunk();
  const auto base = run(model, request_with());
  const std::vector<std::vector<Intervention>> variants{
      {{.kind = Kind::set_weight, .scope = {1, 2}, .cells = {{.keys = {1, 3}}}, .amount = 0.25F}},
      {{.kind = Kind::hide_tokens, .positions = {{0, 2}}}}};
  const std::size_t positions[] = {3, kTokens - 1};
  const Matrix together = run_variants(base, variants, positions);
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    const auto alone = run(model, request_with(variants[variant]));
    for (std::size_t at = 0; at < 2; ++at)
      for (std::size_t column = 0; column < kShape.hidden; ++column)
        ASSERT_EQ(together(variant * 2 + at, column), alone->residual.back()(positions[at], column)) << variant;
  }
}

TEST(Sink, IsInTheSumOfOneQuestion) {
  const auto trace = run(sunk(), request_with({}, 0.8F));
  const RowSteps steps = row_steps(*trace, kHead, 6);
  EXPECT_EQ(steps.sink_score, 1.1F);
  EXPECT_NEAR(steps.sink_exponential / steps.sum, steps.sink_share, 1e-6);
  EXPECT_NEAR(steps.exponentials[3] / steps.sum, steps.weights[3], 1e-6);
  EXPECT_EQ(steps.sink_share, sink_share(*trace, kHead, 6));
  EXPECT_EQ(row_steps(*trace, {0, 2}, 6).sink_score, kNoSink);
}

TEST(Sink, IsToldInTheStepsOfALayerAndKeepsItsHeads) {
  const auto trace = run(sunk(), request_with());
  const LayerOf of{.whole = *trace, .layer = 1};
  const HeadRows rows = head_rows(of, 2, {4, 8}, {0, kTokens});
  EXPECT_EQ(rows.sink_shares, sink_shares(*trace, kHead, {4, 8}));
  EXPECT_EQ(rows.sink_score, 1.1F);
  const HeadRows unscaled = head_rows(of, 2, {4, 8}, {0, kTokens}, {.unscaled = true});
  for (std::size_t row = 0; row < 4; ++row)
    EXPECT_NEAR(unscaled.weight_sums[row] + unscaled.sink_shares[row], 1.0F, 1e-6F);
  EXPECT_NE(unscaled.sink_shares, rows.sink_shares);
  EXPECT_EQ(obstacle_to_cut(of, 1), CutObstacle::sink);
  EXPECT_EQ(possible_cuts(of), std::vector<std::size_t>{kShape.heads});
  EXPECT_TRUE(head_rows({.whole = *trace, .layer = 0}, 2, {4, 8}, {0, kTokens}).sink_shares.empty());
}

TEST(Sink, IsAPlaceToLookAtWhereHeadsAndTextsAreCompared) {
  const auto low = run(sunk({-1e30F, -1e30F, -1e30F}), request_with());
  const auto high = run(sunk({900.0F, -1e30F, -1e30F}), request_with());
  std::vector<std::int32_t> ids = low->request.ids;
  const Alignment same = align(ids, ids);
  const HeadMovement moved = head_movement(*low, *high, same, {1, 0});
  EXPECT_NEAR(moved.movement, 1.0, 1e-6) << "all of the weight went to the sink";
  EXPECT_EQ(head_movement(*low, *high, same, {1, 1}).movement, 0.0);
  const std::shared_ptr<const Trace> traces[] = {low, high};
  LikenessTally tally;
  add_text(tally, traces);
  const Matrix distances = tally.mean().distances;
  const std::size_t per_model = kShape.layers * kShape.heads, head = kShape.heads;  // 1.0
  EXPECT_GT(distances(head, per_model + head), 0.99F);
  EXPECT_NEAR(distances(head + 1, per_model + head + 1), 0.0F, 1e-6F);
}

TEST(Sink, IsOneOfThePlacesOfAnEntropyAndNoKeyOfAShare) {
  const auto all = run(sunk({900.0F, 900.0F, 900.0F}), request_with());
  const HeadMeasures nowhere = measure_head(*all, kHead);
  EXPECT_EQ(nowhere.entropy.value, 0.0F);
  EXPECT_EQ(nowhere.normalised_entropy.value, 0.0F);
  EXPECT_EQ(nowhere.normalised_entropy.rows, kTokens) << "a first token has itself and the sink";
  EXPECT_EQ(nowhere.confidence.value, 0.0F);
  EXPECT_EQ(nowhere.first.value, 0.0F);
  double widest = 0.0;
  for (std::size_t query = 0; query < kTokens; ++query)
    widest += std::log(static_cast<double>(query) + 2.0) / kTokens;
  EXPECT_NEAR(nowhere.entropy.uniform, widest, 1e-5);
  EXPECT_NEAR(nowhere.first.uniform, measure_head(*all, {0, 0}).first.uniform, 1e-7F);
}

TEST(Sink, IsWrittenBesideTheWeights) {
  const testing::TemporaryFolder folder;
  const auto trace = run(sunk(), request_with());
  write_npz(*trace, folder / "sunk.npz");
  const MappedFile file(folder / "sunk.npz");
  const auto arrays = parse_npz(file.bytes(), "sunk.npz");
  const auto& sink = arrays.at("sink");
  EXPECT_EQ(sink.shape, (std::vector<std::size_t>{kShape.layers, kShape.heads, kTokens}));
  const std::vector<float> numbers = sink.as_f32();
  EXPECT_EQ(numbers[(kShape.heads + 2) * kTokens + 5], sink_share(*trace, kHead, 5));
  EXPECT_EQ(numbers[5], 0.0F);
  write_npz(*run(testing::random_llama(kShape), request_with()), folder / "plain.npz");
  const MappedFile plain(folder / "plain.npz");
  EXPECT_FALSE(parse_npz(plain.bytes(), "plain.npz").contains("sink"));
}

}  // namespace
}  // namespace regard
