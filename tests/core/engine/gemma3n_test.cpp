// SPDX-License-Identifier: Apache-2.0
// Gemma 3n against PyTorch (tests/reference/gemma3n_families.py): streams that layers predict and correct, a low-rank path beside
// attention, gates that let their largest numbers through, rows that tokens bring into layers; and what views show of them.
#include "core/analysis/ablation_map.h"
#include "core/analysis/attribution.h"
#include "core/analysis/copying.h"
#include "core/analysis/kv_cache.h"
#include "core/analysis/layer_steps.h"
#include "core/analysis/logit_lens.h"
#include "core/analysis/patching.h"
#include "core/analysis/residual_path.h"
#include "core/engine/forward.h"
#include "core/engine/generation.h"
#include "core/engine/linear.h"
#include "core/engine/streams.h"
#include "core/engine/variants.h"
#include "core/trace/export.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/by_layer.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using testing::Reference;
using testing::ReferenceRun;

std::vector<float> all_other_streams(const Trace& trace) {
  std::vector<float> all;
  for (const std::vector<Matrix>& beside : trace.other_streams)
    for (const Matrix& other : beside)
      all.insert(all.end(), other.values.begin(), other.values.end());
  return all;
}

class Gemma3n : public testing::ReferenceTest {};

TEST_P(Gemma3n, AgreesWithEveryRecordedTensor) {
  const Reference reference = testing::open_reference(GetParam());
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    testing::Differences found = testing::differences_of(*trace, reference, one);
    found["other_streams"] =
        testing::worst_difference(all_other_streams(*trace), reference.array(one, "other_streams"));
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " of " << one.name << ": «" << one.text << "»";
    testing::gather(worst, found);
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
  }
  testing::tell(GetParam(), worst);
}

TEST_P(Gemma3n, DisagreesWhenOneWeightIsChanged) {
  const Reference reference = testing::open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  for (Linear LayerWeights::*const matrix : {&LayerWeights::key, &LayerWeights::output}) {
    const auto trace = run(testing::with_one_value_changed(*reference.model, matrix), one.request);
    EXPECT_GT(testing::worst_of(testing::differences_of(*trace, reference, one)), 10 * testing::kReferenceTolerance);
  }
}

TEST_P(Gemma3n, HeadsThatPutOutNothingAreAsInPyTorch) {
  const Reference reference = testing::open_reference(GetParam());
  const ReferenceRun& one = reference.runs[2];
  const auto plain = run(reference.model, one.request);
  std::vector<float> logits;
  for (std::size_t layer = 0; layer < reference.model->config.layers; ++layer) {
    Request request = one.request;
    const std::size_t head = layer % reference.model->config.heads(layer);
    request.interventions = {{.kind = InterventionKind::ablate, .scope = {layer, head}}};
    const auto trace = run(reference.model, request);
    EXPECT_GT(testing::worst_difference(trace->logits.values, plain->logits.values), 0.05);
    logits.insert(logits.end(), trace->logits.values.begin(), trace->logits.values.end());
  }
  EXPECT_LE(testing::worst_difference(logits, reference.array(one, "cut_logits")), testing::kReferenceTolerance);
}

TEST_P(Gemma3n, PrefixReuseEqualsAFreshRun) {
  const Reference reference = testing::open_reference(GetParam());
  const Request request = reference.runs[2].request;
  const auto fresh = run(reference.model, request);
  for (const std::size_t kept : {std::size_t{1}, std::size_t{20}, fresh->tokens() - 1}) {
    Request other = request;
    other.ids.resize(kept);
    other.ids.push_back(5);
    const auto reused = run(reference.model, request, run(reference.model, other));
    EXPECT_EQ(reused->reused_tokens, kept);
    EXPECT_LE(testing::worst_difference(testing::all_residuals(*fresh), testing::all_residuals(*reused)), 1e-5);
    EXPECT_LE(testing::worst_difference(all_other_streams(*fresh), all_other_streams(*reused)), 1e-5);
    EXPECT_LE(testing::worst_difference(testing::all_weights(*fresh), testing::all_weights(*reused)), 1e-5);
  }
}

TEST_P(Gemma3n, LayersAreTakenOverWhereAnInterventionBeginsLater) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  for (std::size_t layer = 1; layer < recorded.trace->layers.size(); ++layer) {
    Request request = recorded.trace->request;
    request.interventions = {{.kind = InterventionKind::ablate, .scope = {layer, 0}}};
    const auto reused = run(recorded.reference.model, request, recorded.trace);
    EXPECT_EQ(reused->reused_layers, layer);
    const auto fresh = run(recorded.reference.model, request);
    EXPECT_EQ(testing::all_residuals(*reused), testing::all_residuals(*fresh));
    EXPECT_EQ(all_other_streams(*reused), all_other_streams(*fresh));
    EXPECT_EQ(reused->logits.values, fresh->logits.values);
  }
}

TEST_P(Gemma3n, ATextThatGrowsInPlaceIsWrittenAsAFreshOneIs) {
  const Reference reference = testing::open_reference(GetParam());
  std::vector<std::int32_t> ids(reference.runs[0].request.ids.begin(), reference.runs[0].request.ids.begin() + 5);
  for (const std::int32_t id : generate(reference.model, ids, {.tokens = 6})) {
    const auto trace = run(reference.model, Request{.ids = ids});
    EXPECT_EQ(predict(*trace, ids.size() - 1, 1).front().id, id);
    ids.push_back(id);
  }
}

TEST_P(Gemma3n, HeadsAreAblatedTogetherAsOneByOne) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const std::size_t last = recorded.trace->tokens() - 1;
  for (const HeadEffect& one : ablation_map(recorded.trace, {.position = last, .mean = false})) {
    Request request = recorded.trace->request;
    request.interventions = {{.kind = InterventionKind::ablate, .scope = {one.head.layer, one.head.head}}};
    const auto alone = run(recorded.trace->model, request);
    EXPECT_NEAR(one.divergence, divergence(recorded.trace->logits.row(last), alone->logits.row(last)), 1e-5);
  }
}

/// A run in which a head of the first layer is silent, and the same text without.
struct TwoRuns {
  std::shared_ptr<const Trace> plain{}, cut{};
};
TwoRuns two_runs(const char* name) {
  const testing::RecordedRun recorded = testing::recorded_run(name, 0);
  Request request = recorded.trace->request;
  request.interventions = {{.kind = InterventionKind::ablate, .scope = {0, 1}}};
  return {recorded.trace, run(recorded.trace->model, request)};
}

TEST_P(Gemma3n, APatchOfTheStreamPutsAllStreamsIn) {
  const TwoRuns runs = two_runs(GetParam());
  for (const std::size_t place : {std::size_t{1}, runs.plain->layers.size()}) {
    Request request = runs.plain->request;
    request.interventions = {
        {.kind = InterventionKind::patch, .scope = {.layer = place}, .site = PatchSite::residual, .source = runs.cut}};
    const auto patched = run(runs.plain->model, request, runs.plain);
    EXPECT_EQ(patched->logits.values, runs.cut->logits.values) << place;
    const std::vector<std::vector<Intervention>> variants{request.interventions};
    const std::vector<std::size_t> last{patched->tokens() - 1};
    const Matrix stream = run_variants(runs.plain, variants, last);
    EXPECT_TRUE(std::ranges::equal(stream.row(0), patched->residual.back().row(last.front())));
  }
}

TEST_P(Gemma3n, AStreamThatDiffersBesideTheFirstIsPatchedToo) {
  const TwoRuns runs = two_runs(GetParam());
  auto other = std::make_shared<Trace>(*runs.plain);
  for (float& value : other->other_streams[1].front().values)
    value += 0.5F;  // nothing else differs
  const std::size_t last = runs.plain->tokens() - 1;
  const Alignment same = align_by_position(runs.plain->tokens(), runs.plain->tokens());
  const std::vector<PatchCell> cells{{.site = PatchSite::residual, .layer = 1, .position = last}};
  const PatchingMap map = patching(other, runs.plain, cells, {same, last, last, 7, 9});
  EXPECT_NE(map.results.front().patched.logit_difference, map.corrupt.logit_difference);
}

TEST_P(Gemma3n, WhatAPositionReadsIsWhatTheLayerPredicts) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  for (std::size_t layer = 0; layer < recorded.trace->layers.size(); ++layer)
    for (const Projection projection : {Projection::query, Projection::key, Projection::value}) {
      const NumberSum number = number_sum({*recorded.trace, AttentionKind::self, layer}, projection, 6, 3);
      EXPECT_NEAR(number.sum, number.recorded, 1e-4) << layer;
    }
}

/// x_0 − p_0 is a multiple of y − p_0.
TEST_P(Gemma3n, StepsEndWithTheStreamThatTheFeedForwardReads) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  for (std::size_t layer = 0; layer + 1 < trace.layers.size(); ++layer) {
    const LayerSteps steps = layer_steps({trace, AttentionKind::self, layer}, 0, {0, 9}, {0, 9});
    for (std::size_t token = 0; token < 9; ++token) {
      double dot = 0.0, first = 0.0, second = 0.0;
      for (std::size_t at = 0; at < trace.model->config.hidden; ++at) {
        const double found = static_cast<double>(steps.before(token, at));
        const double corrected = static_cast<double>(trace.residual[layer + 1](token, at)) - found;
        const double made = static_cast<double>(steps.after(token, at)) +
                            static_cast<double>(trace.layers[layer].feed_forward_output(token, at)) - found;
        dot += corrected * made, first += corrected * corrected, second += made * made;
      }
      EXPECT_NEAR(std::abs(dot) / std::sqrt(first * second), 1.0, 1e-5) << layer << " " << token;
    }
  }
}

TEST_P(Gemma3n, StepsShowWhatAttentionWrites) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  for (std::size_t layer = 0; layer < recorded.trace->layers.size(); ++layer) {
    const OutputParts parts = output_parts({*recorded.trace, AttentionKind::self, layer}, 9);
    const std::span<const float> written = recorded.trace->layers[layer].attention_output.row(9);
    for (std::size_t at = 0; at < written.size(); ++at)
      EXPECT_NEAR(parts.written[at], written[at], 1e-5);
  }
}

TEST_P(Gemma3n, TheLensJoinsTheStreamsAsTheEndDoes) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const std::size_t last = trace.tokens() - 1;
  const LogitLens lens = logit_lens(trace, last);
  ASSERT_EQ(lens.layers.size(), trace.layers.size() + 1);
  EXPECT_EQ(lens.layers.back().final_rank, 0U);
  if (recorded.reference.arrays.count("run0_lens") == 0) return;  // of text alone
  std::vector<float> logits;
  for (std::size_t place = 0; place < trace.residual.size(); ++place) {
    const Matrix read = joined_streams(trace, place, {0, trace.tokens()});
    const Matrix here = unembed(*trace.model, all_rows(read), {});
    logits.insert(logits.end(), here.values.begin(), here.values.end());
    EXPECT_EQ(lens.layers[place].top_id,
              std::max_element(here.row(last).begin(), here.row(last).end()) - here.row(last).begin());
  }
  EXPECT_LE(testing::worst_difference(logits, recorded.array("lens")), testing::kReferenceTolerance);
}

TEST_P(Gemma3n, ThePathOfTheStreamIsThatOfAllJoinedAndNamesNoWriters) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const ResidualPath path = residual_path(trace, {4, 5});
  EXPECT_FALSE(path.has_writers);
  EXPECT_TRUE(path.is_joined);
  for (std::size_t place = 0; place < path.steps.size(); ++place) {
    const Matrix read = joined_streams(trace, place, {4, 5});
    double square = 0.0;
    for (const float value : read.values)
      square += static_cast<double>(value) * static_cast<double>(value);
    EXPECT_NEAR(path.steps[place].norm, std::sqrt(square), 1e-4);
    EXPECT_TRUE(std::isnan(path.steps[place].attention_part));
    EXPECT_TRUE(std::isnan(path.steps[place].feed_forward_share));
  }
  EXPECT_NEAR(path.steps.back().cosine_to_final, 1.0F, 1e-5F);
}

TEST_P(Gemma3n, SharesOfALogitAddUpToIt) {
  const TwoRuns runs = two_runs(GetParam());
  const std::size_t last = runs.plain->tokens() - 1;
  ASSERT_TRUE(has_attribution(*runs.plain->model));
  for (const auto& trace : {runs.plain, runs.cut})
    for (const std::int32_t token : {7, 99}) {
      const Attribution parts = attribution(*trace, last, token, 12);
      EXPECT_NEAR(parts.sum(), parts.logit, 1e-4 * std::max(1.0, std::abs(parts.logit)));
      double heads = 0.0;
      for (const LayerAttribution& layer : parts.layers)
        heads += std::abs(layer.self_attention());
      EXPECT_GT(heads, 1e-2);
    }
  EXPECT_EQ(attribution(*runs.plain, last, 7).layers[1].interventions, 0.0);
  EXPECT_NEAR(attribution(*runs.cut, last, 7).layers[0].heads[1], 0.0, 1e-12);
}

/// A patch of the last streams, too, is told as an intervention.
TEST_P(Gemma3n, SharesOfALogitNameWhatAPatchPutIn) {
  const TwoRuns runs = two_runs(GetParam());
  const std::size_t last = runs.plain->tokens() - 1;
  for (std::size_t place = 1; place <= runs.plain->layers.size(); ++place) {
    Request request = runs.plain->request;
    request.interventions = {
        {.kind = InterventionKind::patch, .scope = {.layer = place}, .site = PatchSite::residual, .source = runs.cut}};
    const auto patched = run(runs.plain->model, request, runs.plain);
    const Attribution parts = attribution(*patched, last, 7);
    EXPECT_NEAR(parts.sum(), parts.logit, 1e-4 * std::max(1.0, std::abs(parts.logit))) << place;
    EXPECT_GT(std::abs(parts.layers[place - 1].interventions), 1e-4) << place;
  }
}

TEST_P(Gemma3n, AStepBackAndTheSharesAtTheEndMakeTheLastStream) {
  const TwoRuns runs = two_runs(GetParam());
  const Trace& trace = *runs.plain;
  const std::size_t last = trace.tokens() - 1, layer = trace.layers.size() - 1;
  const StreamStep step = stream_step(trace, layer, last);
  EXPECT_LE(testing::worst_difference({trace.residual[layer].row(last).begin(), trace.residual[layer].row(last).end()},
                                      {step.found.row(0).begin(), step.found.row(0).end()}),
            0.0);
  const std::vector<float> shares = shares_at_end(*trace.model, step.left);
  Matrix joined(1, trace.model->config.hidden);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Matrix turned(1, joined.cols);
    if (i == 0) std::copy(step.left.row(0).begin(), step.left.row(0).end(), turned.row(0).begin());
    if (i > 0)
      project({step.left.row(i).data(), 1, joined.cols}, trace.model->weights->streams_out[i - 1], all_rows(turned),
              {});
    for (std::size_t at = 0; at < joined.cols; ++at)
      joined(0, at) += shares[i] * turned(0, at);
  }
  const std::span<const float> end = trace.residual.back().row(last);
  EXPECT_LE(testing::worst_difference({joined.values.begin(), joined.values.end()}, {end.begin(), end.end()}), 1e-5);
}

TEST_P(Gemma3n, WhatNeedsASumOfWritersIsRefused) {
  const Reference reference = testing::open_reference(GetParam());
  EXPECT_FALSE(is_sum_of_writers(reference.model->config));
  const std::vector<std::int32_t> ids{3, 9, 14, 27};
  EXPECT_EQ(measure_copying(reference.model, ids).absent, HeadCopying::Absent::streams);
}

TEST_P(Gemma3n, ACacheKeepsNothingForLayersThatReadAnEarlierOne) {
  const Reference reference = testing::open_reference(GetParam());
  const ModelConfig& config = reference.model->config;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const SoftmaxAttention& plan = config.plans[layer].attention;
    EXPECT_EQ(cached_numbers(config, layer), plan.keys_of ? 0U : 2 * plan.kv_heads * plan.head_dim);
  }
}

/// Beside what the same layers without streams and low-rank path pay.
TEST_P(Gemma3n, StreamsAndTheLowRankPathAreCounted) {
  const Reference reference = testing::open_reference(GetParam());
  ModelConfig config = reference.model->config;
  const std::uint64_t count = config.streams->count, hidden = config.hidden, rank = config.plans.front().side_rank;
  const std::uint64_t all = arithmetic(config, {0, 5}, 5, true, 1).projections;
  config.streams.reset();
  for (LayerPlan& plan : config.plans)
    plan.side_rank = 0;
  const std::uint64_t less = arithmetic(config, {0, 5}, 5, true, 1).projections;
  const std::uint64_t of_layer = 2 * count * hidden + count * count * count + count * count + count * count * hidden +
                                 count * hidden + 2 * hidden * rank;
  EXPECT_EQ(all - less, 5 * (config.layers * of_layer + 2 * (count - 1) * hidden * hidden));
}

TEST_P(Gemma3n, AnExportedRunHasAllStreams) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const testing::TemporaryFolder folder;
  write_npz(trace, folder / "run.npz");
  const testing::Arrays arrays = testing::read_npz(folder / "run.npz");
  const auto& found = arrays.at("other_streams");
  EXPECT_EQ(found.shape, (std::vector<std::size_t>{trace.layers.size(), trace.model->config.streams->count - 1,
                                                   trace.tokens(), trace.model->config.hidden}));
  EXPECT_EQ(found.as_f32(), all_other_streams(trace));
}

INSTANTIATE_TEST_SUITE_P(Models, Gemma3n,
                         ::testing::Values("gemma3n-three-streams-f32", "gemma3n-four-streams-f16",
                                           "gemma3n-wrapped-bf16"),
                         testing::name_of);

}  // namespace
}  // namespace regard
