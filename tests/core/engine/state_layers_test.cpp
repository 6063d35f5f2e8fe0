// SPDX-License-Identifier: Apache-2.0
// Hybrids of softmax and layers that keep a state, by the gated delta rule or as a state space, against PyTorch
// (tests/reference/delta_families.py, state_families.py, scan_families.py), which runs them as recurrences: what comes out of a layer, and the attention
// hidden in it.
#include "core/analysis/ablation_map.h"
#include "core/analysis/anomalies.h"
#include "core/analysis/attribution.h"
#include "core/analysis/copying.h"
#include "core/analysis/difference.h"
#include "core/analysis/flow.h"
#include "core/analysis/head_measures.h"
#include "core/analysis/kv_cache.h"
#include "core/analysis/layer_steps.h"
#include "core/analysis/row_steps.h"
#include "core/analysis/sentence_probe.h"
#include "core/analysis/value_weights.h"
#include "core/engine/generation.h"
#include "core/trace/export.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/engine/by_layer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

using testing::error_of;
using testing::Reference;
using testing::ReferenceRun;

class StateLayers : public testing::ReferenceTest {};

using testing::differences_of;

TEST_P(StateLayers, AgreesWithEveryRecordedTensor) {
  const Reference reference = testing::open_reference(GetParam());
  testing::Differences worst;
  for (const ReferenceRun& one : reference.runs) {
    const auto trace = run(reference.model, one.request);
    const testing::Differences found = differences_of(*trace, reference, one);
    for (const auto& [tensor, difference] : found)
      EXPECT_LE(difference, testing::kReferenceTolerance) << tensor << " of " << one.name << ": «" << one.text << "»";
    testing::gather(worst, found);
  }
  testing::tell(GetParam(), worst);
}

TEST_P(StateLayers, DisagreesWhenOneWeightIsChanged) {
  const Reference reference = testing::open_reference(GetParam());
  const ReferenceRun& one = reference.runs.front();
  for (Linear LayerWeights::*const matrix : {&LayerWeights::output, &LayerWeights::output_gate}) {
    const auto trace = run(testing::with_one_value_changed(*reference.model, matrix), one.request);
    EXPECT_GT(testing::worst_of(differences_of(*trace, reference, one)), 10 * testing::kReferenceTolerance);
  }
}

TEST_P(StateLayers, HeadsPutOutWhatTheirHiddenAttentionGathers) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 2);
  const Trace& trace = *recorded.trace;
  for (const HeadRef head : all_heads(trace.model->config)) {
    const Matrix grid = weights(trace, head);
    for (std::size_t query = 0; query < trace.tokens(); ++query) {
      for (std::size_t at = 0; at < trace.model->config.value_dim(head.layer); ++at) {
        double sum = 0.0, size = 1.0;
        for (std::size_t key = 0; key < trace.tokens(); ++key) {
          const double part =
              static_cast<double>(grid(query, key)) * static_cast<double>(value_of(trace, head, key)[at]);
          sum += part;
          size += std::abs(part);
        }
        EXPECT_NEAR(sum, output_of(trace, head, query)[at], 5e-6 * size);
      }
      for (std::size_t key = query + 1; key < trace.tokens(); ++key)
        EXPECT_EQ(grid(query, key), 0.0F);
    }
  }
}

TEST_P(StateLayers, TilesAreTheGridToTheLastBit) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 2);
  for (const HeadRef head : all_heads(recorded.trace->model->config)) {
    const Matrix whole = weights(*recorded.trace, head);
    for (const auto& [queries, keys] : {std::pair(Range{3, 9}, Range{2, 30}), std::pair(Range{20, 21}, Range{0, 21})}) {
      const Matrix tile = weights(*recorded.trace, head, queries, keys);
      for (std::size_t row = 0; row < tile.rows; ++row)
        for (std::size_t col = 0; col < tile.cols; ++col)
          EXPECT_EQ(tile(row, col), whole(queries.begin + row, keys.begin + col));
    }
  }
}

TEST_P(StateLayers, PrefixReuseEqualsAFreshRun) {
  const Reference reference = testing::open_reference(GetParam());
  const Request request = reference.runs[2].request;
  const auto fresh = run(reference.model, request);
  double worst = 0.0;
  for (const std::size_t kept : {std::size_t{1}, std::size_t{2}, std::size_t{20}, fresh->tokens() - 1}) {
    Request other = request;
    other.ids.resize(kept);
    other.ids.push_back(5);
    const auto reused = run(reference.model, request, run(reference.model, other));
    EXPECT_EQ(reused->reused_tokens, kept);
    worst = std::max({worst, testing::worst_difference(testing::all_residuals(*fresh), testing::all_residuals(*reused)),
                      testing::worst_difference(fresh->logits.values, reused->logits.values)});
    for (const HeadRef head : all_heads(reference.model->config))
      worst = std::max(worst, testing::worst_difference(weights(*fresh, head).values, weights(*reused, head).values));
  }
  EXPECT_LE(worst, 2e-5);
}

TEST_P(StateLayers, ATextThatGrowsInPlaceIsWrittenAsAFreshOneIs) {
  const Reference reference = testing::open_reference(GetParam());
  std::vector<std::int32_t> ids(reference.runs[0].request.ids.begin(), reference.runs[0].request.ids.begin() + 5);
  const std::vector<std::int32_t> written = generate(reference.model, ids, {.tokens = 6});
  for (const std::int32_t id : written) {
    const auto trace = run(reference.model, Request{.ids = ids});
    EXPECT_EQ(predict(*trace, ids.size() - 1, 1).front().id, id);
    ids.push_back(id);
  }
}

TEST_P(StateLayers, HeadsAreAblatedTogetherAsOneByOne) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const std::size_t last = recorded.trace->tokens() - 1;
  for (const bool mean : {false, true}) {
    const auto map = ablation_map(recorded.trace, {.position = last, .mean = mean});
    ASSERT_EQ(map.size(), head_count(recorded.trace->model->config));
    for (const HeadEffect& one : map) {
      Request request = recorded.trace->request;
      request.interventions = {
          {.kind = InterventionKind::ablate, .scope = {one.head.layer, one.head.head}, .mean = mean}};
      const auto alone = run(recorded.trace->model, request);
      EXPECT_NEAR(one.divergence, divergence(recorded.trace->logits.row(last), alone->logits.row(last)), 1e-5);
    }
  }
}

TEST_P(StateLayers, PartsAddUpToTheLogit) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const std::size_t last = trace.tokens() - 1;
  for (const std::int32_t token : {7, 99})
    EXPECT_NEAR(attribution(trace, last, token).sum(), trace.logits(last, static_cast<std::size_t>(token)), 1e-4);
}

TEST_P(StateLayers, HeadsOfALayerAddUpToWhatItWrites) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  for (std::size_t layer = 0; layer < recorded.trace->layers.size(); ++layer) {
    if (recorded.trace->model->config.heads(layer) == 0) continue;
    const OutputParts parts = output_parts({*recorded.trace, AttentionKind::self, layer}, 9);
    const std::span<const float> written = recorded.trace->layers[layer].attention_output.row(9);
    for (std::size_t at = 0; at < written.size(); ++at)
      EXPECT_NEAR(parts.written[at], written[at], 1e-5);
  }
}

/// The first layer whose weights are signed, of this model.
std::size_t signed_layer(const Model& model) {
  return first_without_softmax(model.config).value();
}

TEST_P(StateLayers, WhatNeedsASoftmaxIsRefusedWithASentence) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const ModelConfig& config = recorded.trace->model->config;
  const std::size_t layer = signed_layer(*recorded.trace->model);
  using Kind = InterventionKind;
  const auto code = [&](const Intervention& item) {
    const auto error = complaint(item, 0, config, recorded.trace->tokens());
    return error ? std::string(error->code()) : std::string();
  };
  const std::vector<Cells> cells{{.queries = {4, 5}, .keys = {1, 2}}};
  EXPECT_EQ(code({.kind = Kind::mask, .scope = {layer, 0}, .cells = cells}), "intervention_no_softmax");
  EXPECT_EQ(code({.kind = Kind::mask, .cells = cells}), "intervention_no_softmax") << "of all layers";
  EXPECT_EQ(code({.kind = Kind::hide_tokens, .positions = {{1, 2}}}), "intervention_no_softmax");
  EXPECT_EQ(code({.kind = Kind::temperature, .scope = {layer}, .amount = 2.0F}), "intervention_no_softmax");
  EXPECT_EQ(code({.kind = Kind::ablate, .scope = {layer, 0}}), "");
  EXPECT_EQ(code({.kind = Kind::scale, .scope = {layer, 0}, .amount = 0.5F}), "");
  const HeadList softmax = softmax_heads(config);  // Mamba alone has none
  const std::size_t full = softmax.empty() ? layer : softmax.front().layer;
  if (!softmax.empty()) {
    EXPECT_EQ(code({.kind = Kind::mask, .scope = {full, 0}, .cells = cells}), "");
  }
  Request request = recorded.trace->request;
  request.mask = MaskMode::bidirectional;
  EXPECT_EQ(error_of([&] { (void)run(recorded.trace->model, request); }).code(), "mask_recurrent");
  const LayerOf of{*recorded.trace, AttentionKind::self, layer};
  EXPECT_EQ(error_of([&] { (void)layer_edges(of, LayerEdges::with_residual); }).code(), "no_softmax");
  EXPECT_EQ(error_of([&] { (void)value_weights(of, 0, ValueLength::value, {0, 4}, {0, 4}); }).code(), "no_softmax");
  const Alignment same = align(request.ids, request.ids);
  EXPECT_EQ(error_of([&] {
              (void)head_movement(*recorded.trace, *recorded.trace, same, {layer, 0});
            }).code(),
            "no_softmax");
  const NamedProbe probe{"probe.txt", {.name = "probe"}};
  EXPECT_EQ(error_of([&] { (void)probe_evidence(recorded.reference.model, probe, {layer, 0}); }).code(), "no_softmax");
  const LayerOf gated{*recorded.trace, AttentionKind::self, full};
  if (config.plans[full].attention.output_gate) {
    EXPECT_EQ(error_of([&] { (void)layer_edges(gated, LayerEdges::handed_over); }).code(), "gated_values");
  }
}

TEST_P(StateLayers, MeasuresOfSharesAreTakenOfSoftmaxAlone) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const ModelConfig& config = trace.model->config;
  const HeadRef head{signed_layer(*trace.model), 1};
  EXPECT_FALSE(measure_head(trace, head).entropy.defined());
  for (const HeadRef other : softmax_heads(config))
    EXPECT_TRUE(measure_head(trace, other).entropy.defined());
  EXPECT_TRUE(std::isnan(scores(trace, head)(3, 1)));
  const RowSteps steps = row_steps(trace, head, 8);
  EXPECT_TRUE(std::isnan(steps.exponentials[2]));
  EXPECT_EQ(steps.weights, weights(trace, head, {8, 9}, {0, trace.tokens()}).values);
  EXPECT_EQ(find_anomalies(trace, AttentionKind::self, {}).heads, softmax_heads(config).size());
  const Alignment alignment = align(trace.request.ids, trace.request.ids);
  EXPECT_EQ(head_movements(trace, trace, {alignment, alignment}).size(), softmax_heads(config).size());
  const std::vector<std::int32_t> ids{3, 9, 14};
  EXPECT_EQ(measure_copying(recorded.reference.model, ids).absent, HeadCopying::Absent::gated);
}

TEST_P(StateLayers, TheSecondHalfOfALayerReadsWhatTheFirstReads) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const ModelConfig& config = trace.model->config;
  for (std::size_t layer = 1; layer < config.layers; ++layer) {
    if (!config.plans[layer].beside) continue;
    ASSERT_TRUE(keeps_state(config.plans[layer - 1]) && has_softmax(config.plans[layer]));
    // What the first half writes does not reach the heads of the second, but its block.
    Request request = trace.request;
    request.interventions = {{.kind = InterventionKind::scale, .scope = {layer - 1, {}}, .amount = 0.25F}};
    const auto changed = run(trace.model, request);
    EXPECT_EQ(changed->layers[layer].queries, trace.layers[layer].queries);
    EXPECT_EQ(changed->layers[layer].attention_output, trace.layers[layer].attention_output);
    EXPECT_NE(changed->layers[layer].feed_forward_output, trace.layers[layer].feed_forward_output);
  }
}

TEST_P(StateLayers, AStateDoesNotGrowWithTheText) {
  const Reference reference = testing::open_reference(GetParam());
  const ModelConfig& config = reference.model->config;
  std::uint64_t growing = 0, state = 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    const std::uint64_t d = plan.attention.head_dim, heads = plan.attention.heads, v = plan.attention.value_dim;
    if (const auto* delta = std::get_if<GatedDelta>(&plan.mixer))
      state += heads * d * d + (delta->convolution - 1) * (2 * delta->key_heads + heads) * d;
    else if (const auto* space = std::get_if<StateSpace>(&plan.mixer))
      state +=
          heads * v * d + (space->convolution - 1) * (heads * v + (space->step_rank > 0 ? 0 : 2 * space->groups * d));
    else
      growing += 2 * plan.attention.kv_heads * d;
  }
  EXPECT_GT(state, 0U);
  EXPECT_EQ(cache_bytes(config, 10, 4), 4 * (10 * growing + state));
  EXPECT_EQ(cache_bytes(config, 1000, 2), 2 * (1000 * growing + state));
}

class StateSpaces : public testing::ReferenceTest {};

TEST_P(StateSpaces, HeadsOfAGroupShareTheirQueriesAndKeys) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const std::size_t layer = signed_layer(*trace.model);
  const ModelConfig& config = trace.model->config;
  const std::size_t groups = std::get<StateSpace>(config.plans[layer].mixer).groups;
  const std::size_t each = config.heads(layer) / groups;
  EXPECT_EQ(trace.layers[layer].queries.cols, groups * config.head_dim(layer)) << "kept once for a group";
  for (std::size_t head = 0; head < config.heads(layer); ++head) {
    const HeadRef first{layer, head / each * each};
    EXPECT_EQ(query_of(trace, {layer, head}, 4).data(), query_of(trace, first, 4).data());
    EXPECT_EQ(key_of(trace, {layer, head}, 4).data(), key_of(trace, first, 4).data());
  }
}

TEST_P(StateSpaces, WhatSkipsTheStateIsATokensOwnWeight) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const Trace& trace = *recorded.trace;
  const std::size_t layer = signed_layer(*trace.model);
  for (std::size_t head = 0; head < trace.model->config.heads(layer); ++head) {
    const std::span<const float> query = query_of(trace, {layer, head}, 5), key = key_of(trace, {layer, head}, 5);
    const double read = std::inner_product(query.begin(), query.end(), key.begin(), 0.0);
    const double skip = static_cast<double>(trace.model->weights->layers[layer].state.skip[head]);
    const double own = static_cast<double>(weights(trace, {layer, head}, {5, 6}, {5, 6})(0, 0));
    EXPECT_NEAR(own, static_cast<double>(trace.layers[layer].write(5, head)) * read + skip,
                1e-5 * std::max(1.0, std::abs(own)));
  }
}

TEST_P(StateSpaces, AQueryOfAHeadIsPatchedForItsGroup) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const auto model = recorded.trace->model;
  const std::size_t layer = signed_layer(*model);
  Request other = recorded.trace->request;
  std::swap(other.ids[2], other.ids[3]);
  const auto source = run(model, other);
  Request request = recorded.trace->request;
  const std::size_t last = model->config.heads(layer) - 1;
  for (const PatchSite site : {PatchSite::query, PatchSite::key, PatchSite::value, PatchSite::head_output}) {
    const Intervention patch{.kind = InterventionKind::patch, .scope = {layer, last}, .site = site, .source = source};
    request.interventions = {patch};
    const auto patched = run(model, request);
    const auto row = [&](const Trace& trace) {
      const HeadRef head{layer, last};
      if (site == PatchSite::query) return query_of(trace, head, 3);
      if (site == PatchSite::key) return key_of(trace, head, 3);
      return site == PatchSite::value ? value_of(trace, head, 3) : output_of(trace, head, 3);
    };
    EXPECT_TRUE(std::ranges::equal(row(*patched), row(*source)));
    EXPECT_FALSE(std::ranges::equal(row(*patched), row(*recorded.trace))) << "or the test shows nothing";
  }
}

INSTANTIATE_TEST_SUITE_P(Models, StateSpaces,
                         ::testing::Values("granite-hybrid-f32", "granite-hybrid-rope-bf16", "nemotron-h-f32",
                                           "nemotron-h-groups-f16", "falcon-h1-f32", "falcon-h1-normed-bf16",
                                           "falcon-h1-baked-f32", "jamba-f32", "jamba-dense-bf16", "mamba-f32",
                                           "mamba-untied-f16", "mamba2-f32", "granite-hybrid-plain-f32",
                                           "granite-hybrid-dense-f32"),
                         testing::name_of);

TEST_P(StateLayers, ALayerOfOneBlockWritesNothingInThePlaceOfTheOther) {
  const testing::RecordedRun recorded = testing::recorded_run(GetParam(), 0);
  const ModelConfig& config = recorded.trace->model->config;
  const auto is_zero = [](const Matrix& matrix) {
    return std::all_of(matrix.values.begin(), matrix.values.end(), [](float number) { return number == 0.0F; });
  };
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    EXPECT_EQ(is_zero(recorded.trace->layers[layer].attention_output), config.heads(layer) == 0);
    EXPECT_EQ(is_zero(recorded.trace->layers[layer].feed_forward_output), config.plans[layer].feed_forward.width == 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, StateLayers,
                         ::testing::Values("qwen3-next-f32", "qwen3-5-dense-bf16", "qwen3-5-moe-f16",
                                           "qwen3-5-wrapped-f32", "granite-hybrid-f32", "granite-hybrid-rope-bf16",
                                           "nemotron-h-f32", "nemotron-h-groups-f16", "falcon-h1-f32",
                                           "falcon-h1-normed-bf16", "falcon-h1-baked-f32", "jamba-f32",
                                           "jamba-dense-bf16", "mamba-f32", "mamba-untied-f16", "mamba2-f32",
                                           "granite-hybrid-plain-f32", "granite-hybrid-dense-f32",
                                           "nemotron-h-plain-f16"),
                         testing::name_of);

}  // namespace
}  // namespace regard
