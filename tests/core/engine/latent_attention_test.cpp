// SPDX-License-Identifier: Apache-2.0
// Latent attention beyond reference_test.cpp: the two grids of a score, what a cache keeps, interventions, what analyses make of
// values that are narrower or wider than keys, the choice of experts by groups and bias.
#include "core/analysis/copying.h"
#include "core/analysis/kv_cache.h"
#include "core/analysis/layer_steps.h"
#include "core/analysis/row_steps.h"
#include "core/analysis/value_weights.h"
#include "core/engine/variants.h"
#include "core/trace/experts.h"
#include "core/trace/export.h"
#include "core/trace/score_parts.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/reference.h"

#include <cmath>

namespace regard {
namespace {

using Kind = InterventionKind;

class LatentAttentionOf : public testing::ReferenceTest {
protected:
  void SetUp() override {
    testing::ReferenceTest::SetUp();
    if (IsSkipped()) return;
    const testing::Reference reference = testing::open_reference(GetParam());
    model_ = reference.model;
    request_.ids = reference.runs.front().request.ids;
    trace_ = run(model_, request_);
  }
  [[nodiscard]] std::shared_ptr<const Trace> run_with(Intervention item) const {
    Request request = request_;
    request.interventions.push_back(std::move(item));
    return run(model_, request);
  }
  [[nodiscard]] const ModelConfig& config() const { return model_->config; }

  std::shared_ptr<const Model> model_;
  Request request_;
  std::shared_ptr<const Trace> trace_;
};

TEST_P(LatentAttentionOf, ScoresAreTheSumOfTwoGrids) {
  const Range queries{1, trace_->tokens()}, keys{2, trace_->tokens() - 1};
  for (std::size_t head = 0; head < config().heads(0); ++head) {
    const HeadRef ref{1, head};
    const std::vector<ScorePart> parts = score_parts(*trace_, ref, queries, keys);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].kind, ScorePartKind::content);
    EXPECT_EQ(parts[1].kind, ScorePartKind::rotary);
    const Matrix whole = scores(*trace_, ref, queries, keys);
    double worst = 0.0, least = 0.0;
    for (std::size_t at = 0; at < whole.values.size(); ++at) {
      worst = std::max(worst, std::abs(static_cast<double>(whole.values[at]) - parts[0].scores.values[at] -
                                       parts[1].scores.values[at]));
      least = std::max(least, std::abs(static_cast<double>(parts[1].scores.values[at])));
    }
    EXPECT_LE(worst, 1e-5);
    EXPECT_GT(least, 0.1) << "the turned part says nothing";
  }
}

/// The turned part is one of q·k, no bias behind it.
TEST_P(LatentAttentionOf, StepsOfARowHaveNoBiases) {
  const RowSteps steps = row_steps(*trace_, {1, 0}, trace_->tokens() - 1);
  EXPECT_EQ(steps.biases, std::vector<float>(trace_->tokens()));
  for (std::size_t key = 0; key < trace_->tokens(); ++key)
    EXPECT_NEAR(steps.dots[key] * steps.rule.scale, steps.scores[key], 1e-5);
}

TEST_P(LatentAttentionOf, HeadsShareTheTurnedPartOfTheKey) {
  const std::size_t shared = config().plans[1].attention.latent->shared_dims;
  for (std::size_t token = 0; token < trace_->tokens(); ++token) {
    const auto expected = trace_->layers[1].shared_key.row(token);
    for (std::size_t head = 0; head < config().heads(0); ++head) {
      const auto key = key_of(*trace_, {1, head}, token);
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), key.end() - static_cast<std::ptrdiff_t>(shared)));
    }
    EXPECT_EQ(value_of(*trace_, {1, 0}, token).size(), config().value_dim(1));
    EXPECT_EQ(output_of(*trace_, {1, 0}, token).size(), config().value_dim(1));
  }
}

TEST_P(LatentAttentionOf, ACacheKeepsTheLatentRowAndTheSharedKey) {
  const LatentAttention& latent = *config().plans[0].attention.latent;
  EXPECT_EQ(cached_numbers(config(), 0), latent.rank + latent.shared_dims);
  EXPECT_EQ(cache_bytes(config(), 7, 4), config().layers * 7U * 4U * (latent.rank + latent.shared_dims));
  EXPECT_EQ(cache_bytes_ungrouped(config(), 7, 2),
            config().layers * 7U * 2U * config().heads(0) * (config().head_dim(0) + config().value_dim(0)));
  EXPECT_EQ(cached_numbers(config(), 0), trace_->layers[0].latent.cols + trace_->layers[0].shared_key.cols);
}

TEST_P(LatentAttentionOf, ArithmeticCountsItsNarrowProducts) {
  const LatentAttention& latent = *config().plans[0].attention.latent;
  const std::size_t hidden = config().hidden, heads = config().heads(0), d = config().head_dim(0);
  const std::size_t v = config().value_dim(0), queries = heads * d;
  const std::size_t of_queries = latent.query_rank > 0 ? latent.query_rank * (hidden + queries) : hidden * queries;
  const std::size_t row = of_queries + hidden * (latent.rank + latent.shared_dims) +
                          latent.rank * heads * (d - latent.shared_dims + v) + heads * v * hidden;
  const Arithmetic sum = arithmetic(config(), {0, 5}, 5, true, 0);
  EXPECT_EQ(sum.projections, 5U * config().layers * row);
  EXPECT_EQ(sum.attention, config().layers * 15U * heads * (d + v));
}

TEST_P(LatentAttentionOf, ShiftingEveryPositionAlikeChangesNoScore) {
  const auto shifted = run_with({.kind = Kind::shift_positions, .amount = 9.0F});
  EXPECT_LE(testing::worst_difference(testing::all_scores(*trace_), testing::all_scores(*shifted)), 2e-3);
  EXPECT_NE(trace_->layers[0].shared_key, shifted->layers[0].shared_key);
  EXPECT_EQ(trace_->layers[0].latent, shifted->layers[0].latent) << "the latent row knows no position";
  const auto one = run_with({.kind = Kind::shift_positions, .positions = {{3, 4}}, .amount = 9.0F});
  const HeadRef head{0, 1};
  const Range all{0, trace_->tokens()};
  const auto before = score_parts(*trace_, head, all, all), after = score_parts(*one, head, all, all);
  EXPECT_EQ(before[0].scores, after[0].scores) << "what is not turned stays";
  EXPECT_NE(before[1].scores(5, 3), after[1].scores(5, 3));
  EXPECT_EQ(before[1].scores(5, 4), after[1].scores(5, 4));
}

TEST_P(LatentAttentionOf, WithoutPositionsNothingIsTurned) {
  const auto plain = run_with({.kind = Kind::no_positions});
  const LayerOf of{*trace_, AttentionKind::self, 0};
  const Range rows{0, trace_->tokens()};
  const float factor = first_rotary(config())->rope.attention_factor;
  if (factor == 1.0F) {
    EXPECT_LE(testing::worst_difference(plain->layers[0].queries.values,
                                        projected_queries(of, rows, attention_input(of, rows), {}).values),
              1e-5);
    EXPECT_LE(testing::worst_difference(plain->layers[0].keys.values,
                                        projected_keys(of, rows, attention_input(of, rows), {}).values),
              1e-5);
  }
  EXPECT_NE(plain->layers[0].keys, trace_->layers[0].keys);
}

TEST_P(LatentAttentionOf, PatchesOfOneHeadTouchItsColumnsAlone) {
  Request other = request_;
  std::reverse(other.ids.begin(), other.ids.end());
  const auto source = run(model_, other);
  const std::size_t head = config().heads(0) - 1;
  const std::pair<PatchSite, Matrix LayerTrace::*> sites[] = {{PatchSite::query, &LayerTrace::queries},
                                                              {PatchSite::key, &LayerTrace::keys},
                                                              {PatchSite::value, &LayerTrace::values},
                                                              {PatchSite::head_output, &LayerTrace::head_outputs}};
  for (const auto& [site, tensor] : sites) {
    const auto patched =
        run_with({.kind = Kind::patch, .scope = {1, head}, .positions = {{4, 5}}, .site = site, .source = source});
    const Matrix &before = trace_->layers[1].*tensor, &after = patched->layers[1].*tensor;
    const Matrix& given = source->layers[1].*tensor;
    const std::size_t width = before.cols / config().heads(0);
    for (std::size_t column = 0; column < before.cols; ++column) {
      EXPECT_EQ(after(4, column), column / width == head ? given(4, column) : before(4, column)) << column;
      if (site != PatchSite::head_output) {
        EXPECT_EQ(after(5, column), before(5, column)) << column;
      }
    }
    EXPECT_NE(trace_->residual[2], patched->residual[2]);
    EXPECT_EQ(trace_->residual[1], patched->residual[1]);
  }
}

TEST_P(LatentAttentionOf, AnAblatedHeadPutsOutZerosOrItsMean) {
  const std::size_t v = config().value_dim(0);
  const auto zero = run_with({.kind = Kind::ablate, .scope = {0, 1}});
  const auto mean = run_with({.kind = Kind::ablate, .scope = {0, 1}, .mean = true});
  for (std::size_t dimension = 0; dimension < v; ++dimension) {
    double sum = 0.0;
    for (std::size_t token = 0; token < trace_->tokens(); ++token)
      sum += output_of(*trace_, {0, 1}, token)[dimension];
    EXPECT_EQ(output_of(*zero, {0, 1}, 2)[dimension], 0.0F);
    EXPECT_NEAR(output_of(*mean, {0, 1}, 2)[dimension], sum / static_cast<double>(trace_->tokens()), 1e-5);
    EXPECT_EQ(output_of(*zero, {0, 0}, 2)[dimension], output_of(*trace_, {0, 0}, 2)[dimension]);
  }
}

TEST_P(LatentAttentionOf, VariantsTogetherAreThoseOneByOne) {
  const std::vector<std::vector<Intervention>> variants{{{.kind = Kind::ablate, .scope = {0, 0}}},
                                                        {{.kind = Kind::scale, .scope = {1, 1}, .amount = 3.0F}}};
  const std::size_t positions[] = {0, trace_->tokens() - 1};
  const Matrix together = run_variants(trace_, variants, positions, {});
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    const auto alone = run_with(variants[variant].front());
    for (std::size_t place = 0; place < 2; ++place) {
      const auto row = together.row(variant * 2 + place), expected = alone->residual.back().row(positions[place]);
      EXPECT_LE(testing::worst_difference({row.begin(), row.end()}, {expected.begin(), expected.end()}), 1e-5);
    }
  }
}

TEST_P(LatentAttentionOf, AnExportedRunHasValuesOfTheirOwnWidthAndTheLatentRows) {
  const testing::TemporaryFolder folder;
  write_npz(*trace_, folder.path() / "run.npz");
  const auto arrays = testing::read_npz(folder.path() / "run.npz");
  using Shape = std::vector<std::size_t>;
  const std::size_t layers = config().layers, heads = config().heads(0), tokens = trace_->tokens();
  const LatentAttention& latent = *config().plans[0].attention.latent;
  EXPECT_EQ(arrays.at("k").shape, (Shape{layers, heads, tokens, config().head_dim(0)}));
  EXPECT_EQ(arrays.at("v").shape, (Shape{layers, heads, tokens, config().value_dim(0)}));
  EXPECT_EQ(arrays.at("head_out").shape, (Shape{layers, heads, tokens, config().value_dim(0)}));
  EXPECT_EQ(arrays.at("v").as_f32(), testing::all_heads(*trace_, &LayerTrace::values));
  EXPECT_EQ(arrays.at("latent").shape, (Shape{layers, tokens, latent.rank}));
  EXPECT_EQ(arrays.at("latent").as_f32(), testing::all_rows_of(*trace_, &LayerTrace::latent));
  EXPECT_EQ(arrays.at("shared_key").shape, (Shape{layers, tokens, latent.shared_dims}));
  const bool biased = config().plans.back().feed_forward.experts->has_choice_bias;
  ASSERT_EQ(arrays.contains("router_bias"), biased);
  if (biased) {
    EXPECT_EQ(arrays.at("router_bias").shape, (Shape{layers - 1, config().plans.back().feed_forward.experts->count}));
  }
}

TEST_P(LatentAttentionOf, StepsAddUpEveryNumberOfQueriesKeysAndValues) {
  const LayerOf of{*trace_, AttentionKind::self, 1};
  const Range rows{0, trace_->tokens()};
  const LayerSteps steps = layer_steps(of, 1, rows, rows);
  EXPECT_EQ(steps.focus.outputs.cols, config().value_dim(1));
  EXPECT_EQ(steps.joined, trace_->layers[1].head_outputs);
  EXPECT_EQ(steps.values, trace_->layers[1].values);
  const std::pair<Projection, const Matrix*> all[] = {{Projection::query, &steps.projected_queries},
                                                      {Projection::key, &steps.projected_keys},
                                                      {Projection::value, &steps.values}};
  for (const auto& [projection, matrix] : all)
    for (std::size_t output = 0; output < matrix->cols; ++output) {
      const NumberSum number = number_sum(of, projection, 3, output);
      EXPECT_NEAR(number.sum, (*matrix)(3, output), 1e-4) << output;
      EXPECT_EQ(number.recorded, (*matrix)(3, output)) << output;
      EXPECT_EQ(number.weights.size(), number.input.size());
    }
  const HeadRows unscaled = head_rows(of, 0, rows, rows, {.unscaled = true});
  EXPECT_EQ(unscaled.outputs.cols, config().value_dim(1));
  const OutputParts parts = output_parts(of, 2);
  for (std::size_t column = 0; column < config().hidden; ++column) {
    double sum = parts.bias.empty() ? 0.0 : parts.bias[column];
    for (std::size_t head = 0; head < config().heads(0); ++head)
      sum += parts.heads(head, column);
    EXPECT_NEAR(sum, trace_->layers[1].attention_output(2, column), 1e-4);
  }
}

TEST_P(LatentAttentionOf, RowsAreNotCutOtherwiseWhereValuesHaveAnotherWidth) {
  const LayerOf of{*trace_, AttentionKind::self, 0};
  ASSERT_NE(config().value_dim(0), config().head_dim(0));
  EXPECT_EQ(obstacle_to_cut(of, 1), CutObstacle::widths);
  EXPECT_EQ(possible_cuts(of), std::vector<std::size_t>{config().heads(0)});
  EXPECT_EQ(effective(of, {.heads = 1}), StepSwitches{});
}

TEST_P(LatentAttentionOf, ValueWeightsAreOfTheValuesWidth) {
  const LayerOf of{*trace_, AttentionKind::self, 1};
  const std::vector<float> lengths = value_lengths(of, 1, ValueLength::value);
  for (std::size_t key = 0; key < lengths.size(); ++key)
    EXPECT_NEAR(lengths[key], length_of(value_of(*trace_, {1, 1}, key)), 1e-4F * lengths[key]);
  const std::vector<float> handed = value_lengths(of, 1, ValueLength::output);
  Matrix alone(1, config().outputs_width(1));
  const auto value = value_of(*trace_, {1, 1}, 2);
  std::copy(value.begin(), value.end(), alone.row(0).begin() + static_cast<std::ptrdiff_t>(value.size()));
  const Matrix with = written_by(of, alone), without = written_by(of, Matrix(1, alone.cols));
  std::vector<float> difference(with.cols);
  for (std::size_t column = 0; column < with.cols; ++column)
    difference[column] = with(0, column) - without(0, column);
  EXPECT_NEAR(handed[2], length_of(difference), 1e-4F);
}

TEST_P(LatentAttentionOf, CopyingGoesThroughTheLatentRow) {
  const std::vector<std::int32_t> ids{3, 14, 15, 92, 65, 35};
  const HeadCopying copying = measure_copying(model_, ids);
  ASSERT_EQ(copying.absent, HeadCopying::Absent::nothing);
  // A text of one token attends to itself alone: its first layer's heads put out that token's value.
  const Weights& all = *model_->weights;
  for (std::size_t head = 0; head < config().heads(0); ++head) {
    double diagonal = 0.0, rest = 0.0;
    for (const std::int32_t from : ids) {
      const auto alone = run(model_, {.ids = {from}});
      Matrix joined(1, config().outputs_width(0));
      const auto output = output_of(*alone, {0, head}, 0);
      std::copy(output.begin(), output.end(),
                joined.row(0).begin() + static_cast<std::ptrdiff_t>(head * output.size()));
      const LayerOf of{*alone, AttentionKind::self, 0};
      const Matrix written = written_by(of, joined), bias = written_by(of, Matrix(1, joined.cols));
      for (const std::int32_t to : ids) {
        std::vector<float> direction(config().hidden);
        copy_as_f32(all.unembedding.weight, static_cast<std::size_t>(to) * direction.size(), direction);
        double logit = 0.0;
        for (std::size_t column = 0; column < direction.size(); ++column)
          logit += static_cast<double>(written(0, column) - bias(0, column)) * all.final_norm.scale[column] *
                   direction[column];
        (from == to ? diagonal : rest) += logit;
      }
    }
    EXPECT_NEAR(copying.heads[head].value, diagonal / 6.0 - rest / 30.0, 1e-4) << head;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, LatentAttentionOf,
                         ::testing::Values("deepseek-v2-lite-f32", "deepseek-v2-groups-f16", "deepseek-v3-f32",
                                           "deepseek-v3-glued-bf16"),
                         testing::name_of);

TEST(ChosenExperts, OfTheBestGroupsAreNeverThoseOfAnother) {
  const std::vector<float> p{0.9F, 0.1F, 0.6F, 0.5F, 0.2F, 0.8F};
  Experts experts{.count = 6, .chosen = 2, .groups = 3, .chosen_groups = 1, .group_votes = 1};
  EXPECT_EQ(chosen_experts(experts, p), (std::vector<ChosenExpert>{{0, 0.9F}, {1, 0.1F}}));
  experts.group_votes = 2;  // 1.0, 1.1, 1.0
  EXPECT_EQ(chosen_experts(experts, p), (std::vector<ChosenExpert>{{2, 0.6F}, {3, 0.5F}}));
  experts.chosen_groups = 2;  // of two alike the first
  EXPECT_EQ(chosen_experts(experts, p), (std::vector<ChosenExpert>{{0, 0.9F}, {2, 0.6F}}));
}

TEST(ChosenExperts, AreChosenWithTheBiasAndCountWithoutIt) {
  const std::vector<float> p{0.9F, 0.25F, 0.75F};
  const Experts experts{
      .count = 3,
      .chosen = 2,
      .gates_sum_to_1 = true,
      .gate_scale = 2.0F,
      .has_choice_bias = true,
      .choice_bias = std::make_shared<const std::vector<float>>(std::vector<float>{-1.0F, 0.0F, 0.0F})};
  EXPECT_EQ(chosen_experts(experts, p), (std::vector<ChosenExpert>{{2, 1.5F}, {1, 0.5F}}));
}

}  // namespace
}  // namespace regard
