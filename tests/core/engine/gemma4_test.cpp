// SPDX-License-Identifier: Apache-2.0
// Gemma 4 against PyTorch (tests/reference/gemma4_families.py): layers of two widths, keys that are values, keys that later layers
// share, rows that tokens bring into layers, experts beside a dense block, streams that are multiplied.
#include "core/analysis/ablation_map.h"
#include "core/analysis/attribution.h"
#include "core/analysis/copying.h"
#include "core/analysis/kv_cache.h"
#include "core/analysis/layer_steps.h"
#include "core/analysis/residual_path.h"
#include "core/engine/generation.h"
#include "core/engine/variants.h"
#include "core/trace/experts.h"
#include "tests/core/engine/by_layer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

using testing::Reference;
using testing::ReferenceRun;

class Gemma4Layers : public testing::ReferenceTest {};

TEST_P(Gemma4Layers, AgreesWithEveryRecordedTensor) {
  const Reference reference = testing::open_reference(GetParam());
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    testing::Differences found = testing::differences_of(*trace, reference, one);
    if (reference.model->config.plans.front().feed_forward.experts) {
      found["router"] =
          testing::worst_difference(testing::all_rows_of(*trace, &LayerTrace::router), reference.array(one, "router"));
      found["gates"] = testing::worst_difference(testing::all_gates(*trace), reference.array(one, "gates"));
    }
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " of " << one.name << ": «" << one.text << "»";
    testing::gather(worst, found);
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
  }
  testing::tell(GetParam(), worst);
}

TEST_P(Gemma4Layers, DisagreesWhenOneWeightIsChanged) {
  const Reference reference = testing::open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  for (Linear LayerWeights::*const matrix : {&LayerWeights::key, &LayerWeights::output}) {
    const auto trace = run(testing::with_one_value_changed(*reference.model, matrix), one.request);
    EXPECT_GT(testing::worst_of(testing::differences_of(*trace, reference, one)), 10 * testing::kReferenceTolerance);
  }
}

TEST_P(Gemma4Layers, PrefixReuseEqualsAFreshRun) {
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
    EXPECT_LE(testing::worst_difference(testing::all_weights(*fresh), testing::all_weights(*reused)), 1e-5);
  }
}

TEST_P(Gemma4Layers, LayersAreTakenOverWhereAnInterventionBeginsLater) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const std::size_t last = recorded.trace->layers.size() - 1;
  Request request = recorded.trace->request;
  request.interventions = {{.kind = InterventionKind::ablate, .scope = {last, 0}}};
  const auto reused = run(recorded.reference.model, request, recorded.trace);
  EXPECT_EQ(reused->reused_layers, last);
  const auto fresh = run(recorded.reference.model, request);
  EXPECT_EQ(testing::all_residuals(*reused), testing::all_residuals(*fresh));
}

TEST_P(Gemma4Layers, ATextThatGrowsInPlaceIsWrittenAsAFreshOneIs) {
  const Reference reference = testing::open_reference(GetParam());
  std::vector<std::int32_t> ids(reference.runs[0].request.ids.begin(), reference.runs[0].request.ids.begin() + 5);
  for (const std::int32_t id : generate(reference.model, ids, {.tokens = 6})) {
    const auto trace = run(reference.model, Request{.ids = ids});
    EXPECT_EQ(predict(*trace, ids.size() - 1, 1).front().id, id);
    ids.push_back(id);
  }
}

TEST_P(Gemma4Layers, HeadsAreAblatedTogetherAsOneByOne) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const std::size_t last = recorded.trace->tokens() - 1;
  for (const HeadEffect& one : ablation_map(recorded.trace, {.position = last, .mean = false})) {
    Request request = recorded.trace->request;
    request.interventions = {{.kind = InterventionKind::ablate, .scope = {one.head.layer, one.head.head}}};
    const auto alone = run(recorded.trace->model, request);
    EXPECT_NEAR(one.divergence, divergence(recorded.trace->logits.row(last), alone->logits.row(last)), 1e-5);
  }
}

TEST_P(Gemma4Layers, PartsAddUpToTheLogit) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const std::size_t last = recorded.trace->tokens() - 1;
  for (const std::int32_t token : {7, 99}) {
    const Attribution parts = attribution(*recorded.trace, last, token);
    EXPECT_NEAR(parts.sum(), parts.logit, 1e-4);
  }
}

TEST_P(Gemma4Layers, PartsOfTheFinalStateAddUpToIt) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const ResidualPath path = residual_path(trace, {4, 5});
  double sum = 0.0, kept = 1.0, first = 0.0, whole = 0.0;
  for (const ResidualStep& step : path.steps)
    sum += static_cast<double>(step.attention_part) + static_cast<double>(step.feed_forward_part);
  for (const LayerWeights& layer : trace.model->weights->layers)
    kept *= static_cast<double>(layer.stream_factor);
  const std::span<const float> embedding = trace.residual.front().row(4), last = trace.residual.back().row(4);
  for (std::size_t at = 0; at < last.size(); ++at) {
    first += static_cast<double>(embedding[at]) * static_cast<double>(last[at]);
    whole += static_cast<double>(last[at]) * static_cast<double>(last[at]);
  }
  EXPECT_NE(kept, 1.0);
  EXPECT_NEAR(sum + kept * first / whole, 1.0, 1e-4);
}

TEST_P(Gemma4Layers, EveryNumberOfAProjectionIsTheSumItIs) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  for (std::size_t layer = 0; layer < recorded.trace->layers.size(); ++layer)
    for (const Projection projection : {Projection::query, Projection::key, Projection::value}) {
      const NumberSum number = number_sum({*recorded.trace, AttentionKind::self, layer}, projection, 6, 3);
      EXPECT_NEAR(number.sum, number.recorded, 1e-4) << layer;
    }
}

TEST_P(Gemma4Layers, StepsShowWhatAttentionWrites) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  for (std::size_t layer = 0; layer < recorded.trace->layers.size(); ++layer) {
    const OutputParts parts = output_parts({*recorded.trace, AttentionKind::self, layer}, 9);
    const std::span<const float> written = recorded.trace->layers[layer].attention_output.row(9);
    for (std::size_t at = 0; at < written.size(); ++at)
      EXPECT_NEAR(parts.written[at], written[at], 1e-5);
  }
}

TEST_P(Gemma4Layers, CopyingIsMeasuredInEveryHead) {
  const Reference reference = testing::open_reference(GetParam());
  const std::vector<std::int32_t> ids{3, 9, 14, 27};
  const HeadCopying copying = measure_copying(reference.model, ids);
  EXPECT_EQ(copying.absent, HeadCopying::Absent::nothing);
  for (const HeadRef head : all_heads(reference.model->config))
    EXPECT_NE(copying.heads[head.layer * most_heads(reference.model->config) + head.head].value, 0.0F);
}

TEST_P(Gemma4Layers, ACacheKeepsNothingForLayersThatReadAnEarlierOne) {
  const Reference reference = testing::open_reference(GetParam());
  const ModelConfig& config = reference.model->config;
  std::uint64_t numbers = 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const SoftmaxAttention& plan = config.plans[layer].attention;
    EXPECT_EQ(cached_numbers(config, layer), plan.keys_of ? 0U : 2 * plan.kv_heads * plan.head_dim);
    numbers += cached_numbers(config, layer);
  }
  EXPECT_EQ(cache_bytes(config, 11, 2), 2 * 11 * numbers);
}

INSTANTIATE_TEST_SUITE_P(Models, Gemma4Layers,
                         ::testing::Values("gemma4-dense-f32", "gemma4-shared-f16", "gemma4-mixture-f32",
                                           "gemma4-wrapped-bf16"),
                         testing::name_of);

class Gemma4Shared : public testing::ReferenceTest {};

TEST_P(Gemma4Shared, LayersHaveTheKeysAndValuesThatTheyRead) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  std::size_t sharing = 0;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    const auto& from = trace.model->config.plans[layer].attention.keys_of;
    if (!from) continue;
    ++sharing;
    EXPECT_EQ(trace.layers[layer].keys.values, trace.layers[*from].keys.values);
    EXPECT_EQ(trace.layers[layer].values.values, trace.layers[*from].values.values);
  }
  EXPECT_GT(sharing, 0U);
}

TEST_P(Gemma4Shared, AKeyPatchedInOneLayerIsReadByThoseThatShareIt) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const auto model = recorded.trace->model;
  std::size_t layer = 0;
  while (!model->config.plans[layer].attention.keys_of)
    ++layer;
  const std::size_t from = *model->config.plans[layer].attention.keys_of;
  Request other = recorded.trace->request;
  std::swap(other.ids[2], other.ids[3]);
  const auto source = run(model, other);
  Request request = recorded.trace->request;
  request.interventions = {
      {.kind = InterventionKind::patch, .scope = {from, 0}, .site = PatchSite::key, .source = source}};
  const auto patched = run(model, request);
  EXPECT_TRUE(std::ranges::equal(key_of(*patched, {layer, 0}, 3), key_of(*source, {from, 0}, 3)));
  EXPECT_FALSE(std::ranges::equal(key_of(*patched, {layer, 0}, 3), key_of(*recorded.trace, {layer, 0}, 3)));
  const std::vector<std::vector<Intervention>> variants{request.interventions};
  const std::vector<std::size_t> last{recorded.trace->tokens() - 1};
  const Matrix stream = run_variants(recorded.trace, variants, last);
  EXPECT_TRUE(std::ranges::equal(stream.row(0), patched->residual.back().row(last.front())));
}

INSTANTIATE_TEST_SUITE_P(Models, Gemma4Shared, ::testing::Values("gemma4-shared-f16", "gemma4-wrapped-bf16"),
                         testing::name_of);

class Gemma4Mixture : public testing::ReferenceTest {};

TEST_P(Gemma4Mixture, GatesAreMultipliedByLearnedFactors) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Experts& experts = *recorded.trace->model->config.plans.front().feed_forward.experts;
  ASSERT_TRUE(experts.gate_factors);
  double sum = 0.0;
  for (const ChosenExpert& each : chosen_experts(*recorded.trace, 0, 4))
    sum += static_cast<double>(each.gate) / static_cast<double>((*experts.gate_factors)[each.expert]);
  EXPECT_NEAR(sum, 1.0, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Models, Gemma4Mixture, ::testing::Values("gemma4-mixture-f32"), testing::name_of);

}  // namespace
}  // namespace regard
