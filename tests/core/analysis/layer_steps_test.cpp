// SPDX-License-Identifier: Apache-2.0
// The five steps of one layer, for every family: each number is the Trace's, and follows from the ones before it.
#include "core/analysis/layer_steps.h"

#include "core/engine/engine.h"
#include "core/engine/norm.h"
#include "core/engine/rope.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr double kStepTolerance = 1e-5;  // of numbers around 1, relative to larger ones

/// The worst difference, of large numbers relative to them.
double distance(std::span<const float> left, std::span<const float> right) {
  if (left.size() != right.size() || left.empty()) return std::numeric_limits<double>::infinity();
  double worst = 0.0;
  for (std::size_t at = 0; at < left.size(); ++at) {
    const double a = left[at], b = right[at];
    worst = std::max(worst, std::abs(a - b) / std::max({1.0, std::abs(a), std::abs(b)}));
  }
  return worst;
}

double distance(const Matrix& left, const Matrix& right) {
  return left.rows == right.rows ? distance(left.values, right.values) : std::numeric_limits<double>::infinity();
}

double dot(std::span<const float> left, std::span<const float> right) {
  return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
}

/// Σ |x·y|
double addends(std::span<const float> left, std::span<const float> right) {
  return std::inner_product(left.begin(), left.end(), right.begin(), 0.0, std::plus<>(),
                            [](double x, double y) { return std::abs(x * y); });
}

std::span<const float> columns(const Matrix& matrix, std::size_t row, std::size_t head, std::size_t width) {
  return matrix.row(row).subspan(head * width, width);
}

/// Every layer of every kind of attention of a run.
template <class Visit>
void for_layers(const Trace& trace, const Visit& visit) {
  std::vector<AttentionKind> kinds{AttentionKind::self};
  if (trace.cross) kinds.insert(kinds.end(), {AttentionKind::cross, AttentionKind::encoder});
  for (const AttentionKind kind : kinds)
    for (std::size_t layer = 0; layer < attention_of(trace, kind).layers.size(); ++layer) {
      SCOPED_TRACE("kind " + std::to_string(static_cast<int>(kind)) + ", layer " + std::to_string(layer));
      visit(LayerOf{trace, kind, layer});
    }
}

Range all_queries(const LayerOf& of) {
  return {0, of.part().tokens()};
}
Range all_keys(const LayerOf& of) {
  return {0, of.part().keys()};
}

/// What norms per head and positions make of projected rows.
Matrix placed(const LayerOf& of, Matrix rows, const Norm& norm) {
  const ModelConfig& config = of.config();
  const bool together = of.plan().attention.qk_norm == QkNorm::all_heads;
  const Rows parts = together ? all_rows(rows) : split_heads(all_rows(rows), config.head_dim(of.layer));
  if (normalises_heads(of)) normalise(parts, norm, config.norm_epsilon, parts);
  if (!turns_by_position(of)) return rows;
  const Rotary& rotary = std::get<Rotary>(of.plan().positions);
  RotaryTables tables(regard::places(of.part().request.interventions, of.part().tokens()), of.part().tokens(),
                      config.patches);
  rotate(all_rows(rows), tables.of(rotary), config.head_dim(of.layer), rotary.first);
  return rows;
}

void expect_projection(const LayerOf& of, const LayerSteps& steps) {
  const LayerTrace& recorded = of.recorded();
  EXPECT_LE(distance(placed(of, steps.projected_queries, of.weights().query_norm), recorded.queries), kStepTolerance);
  EXPECT_LE(distance(placed(of, steps.projected_keys, of.weights().key_norm), recorded.keys), kStepTolerance);
  EXPECT_EQ(steps.placed_queries, recorded.queries);
  EXPECT_EQ(steps.placed_keys, recorded.keys);
  EXPECT_EQ(steps.values, recorded.values);
  const std::pair<Projection, const Matrix*> all[] = {{Projection::query, &steps.projected_queries},
                                                      {Projection::key, &steps.projected_keys},
                                                      {Projection::value, &steps.values}};
  for (const auto& [projection, matrix] : all) {
    const std::size_t token = matrix->rows - 1;
    for (std::size_t output = 0; output < matrix->cols; output += 3) {
      const NumberSum number = number_sum(of, projection, token, output);
      EXPECT_EQ(number.recorded, (*matrix)(token, output));
      EXPECT_LE(distance({&number.sum, 1}, {&number.recorded, 1}), kStepTolerance) << "output " << output;
      EXPECT_NEAR(dot(number.input, number.weights) + number.bias, number.sum, 1e-4);
      for (std::size_t place = 1; place < number.order.size(); ++place)
        EXPECT_GE(std::abs(number.term(number.order[place - 1])), std::abs(number.term(number.order[place])));
    }
  }
}

/// What DeBERTa's offset of a query and a key has to do with both.
double offset_part(const ScoreRule& rule, std::size_t query, std::size_t key, std::span<const float> asking,
                   std::span<const float> asked) {
  const Disentangled* table = rule.offsets.table;
  if (table == nullptr) return 0.0;
  const std::size_t row = rule.offsets.row(query, key);
  const auto of_head = [&](const Matrix& matrix) {
    return matrix.row(row).subspan(rule.offsets.first_column, asking.size());
  };
  double sum = 0.0;
  if (table->content_to_position) sum += dot(asking, of_head(*table->keys));
  if (table->position_to_content) sum += dot(asked, of_head(*table->queries));
  return sum * static_cast<double>(rule.scale);
}

void expect_focus(const LayerOf& of, std::size_t head, const HeadRows& focus) {
  const Trace& part = of.part();
  const HeadRef ref{of.layer, head};
  const std::size_t keys = part.keys();
  EXPECT_EQ(focus.scores, scores(part, ref));
  EXPECT_EQ(focus.weights, weights(part, ref)) << "one number on every panel";
  double worst = 0.0;
  for (std::size_t query = 0; query < part.tokens(); ++query) {
    for (std::size_t key = 0; key < keys; ++key) {
      const std::span<const float> asking = query_of(part, ref, query), asked = key_of(part, ref, key);
      const double dots = dot(asking, asked);
      double size = std::max(1.0, addends(asking, asked));  // what rounding is relative to
      const auto off = [&](double wanted, float found) {
        worst = std::max(worst, std::abs(wanted - static_cast<double>(found)) / size);
      };
      off(dots, focus.dots(query, key));
      double score = dots * static_cast<double>(focus.rule.scale);
      size = std::max({1.0, size * static_cast<double>(focus.rule.scale), std::abs(score)});
      if (!focus.scaled.empty()) off(score, focus.scaled(query, key));
      if (focus.rule.cap != 0.0F) {
        score = focus.rule.cap * std::tanh(score / focus.rule.cap);
        off(score, focus.capped(query, key));
      }
      score += focus.rule.bias(query, key) + offset_part(focus.rule, query, key, asking, asked);
      if (!focus.biased.empty()) off(score, focus.biased(query, key));
      off(score, focus.scores(query, key));
      EXPECT_EQ(focus.masked[query * keys + key], !allowed(part, of.layer, query, key));
    }
    const std::span<const float> output = focus.outputs.row(query);
    std::vector<float> gathered(output.size());
    for (std::size_t key = 0; key < keys; ++key)
      for (std::size_t dimension = 0; dimension < output.size(); ++dimension)
        gathered[dimension] += focus.weights(query, key) * value_of(part, ref, key)[dimension];
    EXPECT_LE(distance(gathered, output), kStepTolerance);
    EXPECT_LE(distance(output, output_of(part, ref, query)), 0.0);
    EXPECT_NEAR(focus.weight_sums[query], 1.0F, 1e-6);
  }
  EXPECT_LE(worst, kStepTolerance);
}

void expect_output(const LayerOf& of, const LayerSteps& steps) {
  EXPECT_EQ(steps.joined, of.recorded().head_outputs);
  EXPECT_EQ(steps.written, of.recorded().attention_output);
  EXPECT_LE(distance(written_by(of, steps.joined), steps.written), kStepTolerance);
  const std::size_t token = of.part().tokens() / 2;
  const OutputParts parts = output_parts(of, token);
  ASSERT_EQ(parts.heads.rows, of.config().heads(0));
  std::vector<float> sum = parts.bias.empty() ? std::vector<float>(of.config().hidden) : parts.bias;
  for (std::size_t head = 0; head < parts.heads.rows; ++head)
    for (std::size_t dimension = 0; dimension < sum.size(); ++dimension)
      sum[dimension] += parts.heads(head, dimension);
  EXPECT_LE(distance(sum, steps.written.row(token)), kStepTolerance) << "heads and bias add up to the projection";
  EXPECT_LE(distance(parts.written, parts.recorded), kStepTolerance);
  const BlockNorms norms = block_norms(of, all_queries(of));
  EXPECT_NEAR(norms.attention[token], std::sqrt(dot(parts.recorded, parts.recorded)), 1e-4);
  EXPECT_NEAR(norms.feed_forward[token], std::sqrt(dot(parts.feed_forward, parts.feed_forward)), 1e-4);
  EXPECT_EQ(norms.other.empty(), parts.other.empty());
}

/// The stream after attention and what feed-forward writes make the stream that the next layer reads.
void expect_stream(const LayerOf& of, const LayerSteps& steps) {
  const bool last = of.kind != AttentionKind::self || of.whole.cross == nullptr;  // nothing but feed-forward follows
  if (!last) return;
  const ModelConfig& config = of.config();
  Matrix next = steps.after;
  const Matrix& feed_forward = of.stack().layers[of.layer].feed_forward_output;
  std::transform(next.values.begin(), next.values.end(), feed_forward.values.begin(), next.values.begin(),
                 std::plus<>());
  if (normalises_after(of.plan()))
    normalise(all_rows(std::as_const(next)), of.weights().feed_forward_norm, config.norm_epsilon, all_rows(next));
  EXPECT_LE(distance(next, of.stack().residual[of.layer + 1]), kStepTolerance);
}

void expect_all_steps(const Trace& trace) {
  for_layers(trace, [](const LayerOf& of) {
    for (std::size_t head = 0; head < of.config().heads(0); ++head) {
      SCOPED_TRACE("head " + std::to_string(head));
      const LayerSteps steps = layer_steps(of, head, all_queries(of), all_keys(of));
      expect_focus(of, head, steps.focus);
      if (head > 0) continue;
      expect_projection(of, steps);
      expect_output(of, steps);
      expect_stream(of, steps);
    }
  });
}

class LayerStepsOf : public testing::ReferenceTest {};

TEST_P(LayerStepsOf, EveryFamilyFollowFromOneAnotherAndAreTheTraces) {
  const testing::Reference reference = testing::open_reference(GetParam());
  for (const testing::ReferenceRun& one : reference.runs) {
    SCOPED_TRACE(one.name);
    expect_all_steps(*run(reference.model, one.request));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, LayerStepsOf,
    ::testing::Values("bert-gelu-f32", "bert-tanh-f16", "bert-bare-bf16", "qwen3-one-kv-head-bf16", "qwen2-window-f16",
                      "mistral-window-f32", "llama-biases-linear-f32", "llama-llama3-f32", "llama-yarn-f32",
                      "llama-dynamic-f32", "smollm3-listed-f32", "roberta-f32", "xlm-roberta-padding-f16",
                      "distilbert-f32", "electra-projected-f32", "gpt2-f32", "gpt2-unscaled-bf16", "neox-parallel-f32",
                      "neox-sequential-f16", "opt-f32", "opt-post-norm-projected-f16", "bloom-6-heads-f32",
                      "bloom-4-heads-bf16", "gemma-f32", "gemma2-capped-f32", "gemma2-types-bf16", "gemma3-plain-f32",
                      "gemma3-two-ropes-f32", "phi3-window-f16", "phi3-longrope-partial-f32", "t5-relu-tied-f32",
                      "t5-gated-untied-f16", "mt5-f32", "umt5-bf16", "bart-f32", "mbart-scaled-f16", "pegasus-f32",
                      "marian-f32", "m2m100-f32", "vit-f32", "vit-oblong-without-bias-f16", "deit-f32",
                      "learner-rotary-f32", "learner-alibi-rms-f32", "learner-learned-window-f32",
                      "learner-none-rms-f32", "olmo2-f32", "olmo3-yarn-f32", "granite-f32", "starcoder2-window-f16",
                      "stablelm-f32", "stablelm-parallel-bf16", "cohere-f32", "cohere-normed-f16", "cohere2-f32",
                      "gptj-f32", "falcon-one-kv-head-f32", "falcon-groups-bf16", "albert-f32", "mpnet-f32",
                      "deberta-v3-f32", "deberta-v2-own-projections-f16", "deberta-v1-f32", "modern-bert-f32",
                      "falcon-alibi-f32"),
    testing::name_of);

std::shared_ptr<const Trace> run_of(const std::shared_ptr<const Model>& model, MaskMode mask = MaskMode::as_trained) {
  return run(model, {.ids = {5, 17, 3, 99, 42, 7, 8}, .mask = mask});
}

TEST(LayerSteps, AWindowIsThatPartOfTheWhole) {
  const auto trace = run_of(testing::random_llama({}));
  const LayerOf of{*trace, AttentionKind::self, 1};
  const LayerSteps whole = layer_steps(of, 2, {0, 7}, {0, 7});
  const LayerSteps part = layer_steps(of, 2, {3, 6}, {1, 5});
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_LE(distance(part.input.row(row), whole.input.row(row + 3)), 0.0);
    EXPECT_LE(distance(part.after.row(row), whole.after.row(row + 3)), 0.0);
    EXPECT_LE(distance(part.focus.outputs.row(row), whole.focus.outputs.row(row + 3)), 0.0);
    EXPECT_EQ(part.focus.weight_sums[row], whole.focus.weight_sums[row + 3]);
    for (std::size_t key = 0; key < 4; ++key) {
      EXPECT_EQ(part.focus.weights(row, key), whole.focus.weights(row + 3, key + 1));
      EXPECT_EQ(part.focus.dots(row, key), whole.focus.dots(row + 3, key + 1));
      EXPECT_EQ(part.focus.masked[row * 4 + key], whole.focus.masked[(row + 3) * 7 + key + 1]);
    }
  }
}

TEST(LayerSteps, WithoutTheScaleAreThoseOfAModelThatHasNone) {
  const auto model = testing::random_llama({});
  const auto unscaled = std::make_shared<Model>(*model);
  testing::set_scale(*unscaled, 1.0F);
  const auto trace = run_of(model), expected = run_of(unscaled);
  const LayerOf of{*trace, AttentionKind::self, 0};  // what layer 0 reads is the same in both
  const StepSwitches switches{.unscaled = true};
  EXPECT_LE(distance(joined_outputs(of, {0, 7}, switches), expected->layers[0].head_outputs), 1e-6);
  const HeadRows focus = head_rows(of, 1, {0, 7}, {0, 7}, switches);
  EXPECT_LE(distance(focus.weights, weights(*expected, {0, 1})), 1e-6);
  EXPECT_TRUE(focus.scaled.empty()) << "there is no such step";
  EXPECT_LE(distance(layer_steps(of, 1, {0, 7}, {0, 7}, switches).written, expected->layers[0].attention_output), 1e-5);
  EXPECT_GT(distance(focus.weights, weights(*trace, {0, 1})), 1e-2);
}

TEST(LayerSteps, WithoutTheMaskAreThoseOfABidirectionalRun) {
  const auto model = testing::random_llama({});
  testing::set_window(*model, 3);
  const auto trace = run_of(model);
  testing::set_window(*model, 0);
  const auto expected = run_of(model, MaskMode::bidirectional);
  testing::set_window(*model, 3);
  const LayerOf of{*trace, AttentionKind::self, 0};
  const StepSwitches switches{.unmasked = true};
  const HeadRows focus = head_rows(of, 1, {0, 7}, {0, 7}, switches);
  EXPECT_LE(distance(joined_outputs(of, {0, 7}, switches), expected->layers[0].head_outputs), 1e-6);
  EXPECT_EQ(std::count(focus.masked.begin(), focus.masked.end(), true), 0);
  EXPECT_GT(distance(focus.weights, weights(*trace, {0, 1})), 1e-2);
}

TEST(LayerSteps, CutIntoOtherHeadsAreThoseOfAModelWithSoMany) {
  const auto model = testing::random_bert({});  // 4 heads of 8
  const auto trace = run_of(model);
  const LayerOf of{*trace, AttentionKind::self, 0};
  EXPECT_EQ(possible_cuts(of), (std::vector<std::size_t>{1, 2, 4, 8, 16, 32}));
  for (const std::size_t heads : possible_cuts(of)) {
    const auto other = std::make_shared<Model>(*model);
    for (LayerPlan& plan : other->config.plans)
      plan.attention = even_heads(heads, 32);
    const auto expected = run_of(other);
    const StepSwitches switches{.heads = heads};
    EXPECT_EQ(changes(of, switches), heads != 4);
    EXPECT_LE(distance(joined_outputs(of, {0, 7}, switches), expected->layers[0].head_outputs), 1e-6) << heads;
    EXPECT_LE(distance(head_rows(of, heads - 1, {0, 7}, {0, 7}, switches).weights, weights(*expected, {0, heads - 1})),
              1e-6)
        << heads;
    const OutputParts parts = output_parts(of, 3, switches);
    EXPECT_EQ(parts.heads.rows, heads);
    EXPECT_LE(distance(parts.written, expected->layers[0].attention_output.row(3)), 1e-5);
    EXPECT_EQ(distance(parts.recorded, trace->layers[0].attention_output.row(3)), 0.0) << "what the run added";
  }
}

TEST(LayerSteps, GroupedQueriesAreCutWithTheirKeysRepeated) {
  const auto model = testing::random_llama({});  // 4 heads of 8 on 2 kv heads
  const auto trace = run_of(model);
  const LayerOf of{*trace, AttentionKind::self, 1};
  const HeadRows one = head_rows(of, 0, {0, 7}, {0, 7}, {.heads = 1});
  for (std::size_t query = 0; query < 7; ++query)
    for (std::size_t key = 0; key < 7; ++key) {
      double sum = 0.0;
      for (std::size_t head = 0; head < 4; ++head)
        sum += dot(query_of(*trace, {1, head}, query), key_of(*trace, {1, head}, key));
      EXPECT_NEAR(one.dots(query, key), sum, 1e-5) << "one head sees the sum of the four";
      EXPECT_NEAR(one.scores(query, key), sum / std::sqrt(32.0), 1e-5);
    }
  const HeadRows last = head_rows(of, 7, {0, 7}, {0, 7}, {.heads = 8});
  EXPECT_NEAR(last.dots(5, 2), dot(columns(trace->layers[1].queries, 5, 7, 4), columns(trace->layers[1].keys, 2, 3, 4)),
              1e-5)
      << "the second half of head 3 meets that of its kv head 1";
}

using Kind = InterventionKind;

TEST(LayerSteps, ShowWhatInterventionsMadeOfTheRun) {
  const HeadScope head{1, 2};
  const Intervention each[] = {
      {.kind = Kind::mask, .scope = head, .cells = {{{4, 6}, {1, 3}}}},
      {.kind = Kind::add, .scope = head, .cells = {{{3, 7}, {0, 3}}}, .amount = 1.5F},
      {.kind = Kind::set_weight, .scope = head, .cells = {{{5, 7}, {1, 2}}}, .amount = 0.375F},
      {.kind = Kind::ablate, .scope = {1, 2}},
      {.kind = Kind::hide_tokens, .positions = {{2, 3}}},
      {.kind = Kind::temperature, .scope = head, .amount = 4.0F},
      {.kind = Kind::shift_positions, .positions = {{3, 5}}, .amount = 2.0F},
  };
  for (const Intervention& item : each) {
    SCOPED_TRACE("kind " + std::to_string(static_cast<int>(item.kind)));
    const auto trace = run(testing::random_llama({}), {.ids = {5, 17, 3, 99, 42, 7, 8}, .interventions = {item}});
    const LayerOf of{*trace, AttentionKind::self, 1};
    const LayerSteps steps = layer_steps(of, 2, {0, 7}, {0, 7});
    EXPECT_EQ(steps.focus.scores, scores(*trace, {1, 2}));
    EXPECT_EQ(steps.focus.weights, weights(*trace, {1, 2}));
    EXPECT_EQ(steps.joined, trace->layers[1].head_outputs);
    EXPECT_LE(distance(written_by(of, steps.joined), trace->layers[1].attention_output), kStepTolerance);
    const std::vector<bool> hidden = hidden_keys(*trace, {1, 2}, 5, {0, 7});
    for (std::size_t key = 0; key < 7; ++key)
      EXPECT_EQ(steps.focus.masked[5 * 7 + key], key > 5 || (!hidden.empty() && hidden[key]));
  }
}

TEST(LayerSteps, TakeWeightsByWhatTheRunRecordedOfItsRows) {
  Trace trace = *run_of(testing::random_llama({}));
  trace.layers[1].row_sum(2, 5) *= 1.25F;  // as if the run had added up otherwise
  const HeadRows rows = head_rows({trace, AttentionKind::self, 1}, 2, {0, 7}, {0, 7});
  EXPECT_EQ(rows.weights, weights(trace, {1, 2})) << "no softmax of their own, which might differ in the last bit";
  EXPECT_NEAR(rows.weight_sums[5], 0.8F, 1e-5);
}

TEST(LayerSteps, CountTheCellsThatInterventionsTouch) {
  const auto model = testing::random_llama({});
  const auto touched = [&](const Intervention& item, Range window = {0, 7}, const StepSwitches& switches = {}) {
    const auto trace = run(model, {.ids = {5, 17, 3, 99, 42, 7, 8}, .interventions = {item}});
    return head_rows({*trace, AttentionKind::self, 1}, 2, window, window, switches).touched;
  };
  const Intervention hide{.kind = Kind::hide_tokens, .positions = {{2, 3}}};
  EXPECT_EQ(touched(hide).closed, 5U)
      << "token 2 and the four after it cannot look at it; the mask closes it to the others";
  EXPECT_EQ(touched(hide, {0, 7}, {.unmasked = true}).closed, 7U) << "without the mask it is they alone";
  EXPECT_EQ(touched(hide, {3, 6}).closed, 0U) << "outside the window";
  EXPECT_EQ(touched({.kind = Kind::add, .cells = {{{3, 7}, {0, 3}}}, .amount = 1.5F}).raised, 12U);
  const TouchedCells set = touched({.kind = Kind::set_weight, .cells = {{{5, 6}, {1, 2}}}, .amount = 0.375F});
  EXPECT_EQ(set.set, 6U) << "the whole row moves";
  EXPECT_EQ(set.closed + set.raised, 0U);
}

TEST(LayerSteps, TellWhatTheMaskCloses) {
  const auto model = testing::random_llama({});
  const auto rows = [&](const StepSwitches& switches = {}) {
    const auto trace = run_of(model);
    return head_rows({*trace, AttentionKind::self, 1}, 2, {0, 7}, {0, 7}, switches);
  };
  EXPECT_EQ(rows().closed_ahead, 21U);
  EXPECT_EQ(rows().closed_behind, 0U);
  EXPECT_EQ(rows({.unmasked = true}).closed_ahead, 0U);
  testing::set_window(*model, 3);
  EXPECT_EQ(rows().closed_behind, 10U) << "of 7 queries the last four miss 1, 2, 3, 4 keys";
}

TEST(LayerSteps, StopWhenNobodyWantsThemAnyMore) {
  const auto trace = run_of(testing::random_llama({}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)layer_steps({*trace, AttentionKind::self, 0}, 0, {0, 7}, {0, 7}, {}, stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace regard
