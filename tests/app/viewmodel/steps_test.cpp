// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/steps.h"

#include "app/viewmodel/steps_pictures.h"
#include "core/engine/engine.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace regard {
namespace {

using testing::read_text;
using testing::reading_model;
using testing::session_for;

std::shared_ptr<const Trace> trace_of(const std::shared_ptr<const Model>& model) {
  return run(model, {.ids = testing::some_ids(7, 20)});
}

StepsQuestion whole(const std::shared_ptr<const Trace>& trace, HeadRef head, StepSwitches switches = {}) {
  return {trace, AttentionKind::self, head, {0, trace->tokens()}, {0, trace->keys()}, switches};
}

std::vector<std::string> ids_of(const std::vector<StepPicture>& pictures) {
  std::vector<std::string> ids;
  for (const StepPicture& picture : pictures)
    ids.emplace_back(picture.id);
  return ids;
}

const StepPicture& named(const std::vector<StepPicture>& pictures, const std::string& id) {
  const auto found =
      std::find_if(pictures.begin(), pictures.end(), [&](const StepPicture& one) { return one.id == id; });
  EXPECT_NE(found, pictures.end()) << id;
  return found == pictures.end() ? pictures.front() : *found;
}

TEST(StepsView, EveryStepHasItsPicturesAndTheyAreTheTraces) {
  const auto trace = trace_of(reading_model(true));  // 4 heads of 8 on 2 kv heads, rotary
  const auto view = make_steps(whole(trace, {1, 2}));
  const LayerTrace& layer = trace->layers[1];
  const auto first = step_pictures(*view, nullptr, 1);
  EXPECT_EQ(ids_of(first), (std::vector<std::string>{"x", "q", "k", "v"}));
  EXPECT_EQ(*named(first, "v").values, layer.values);
  EXPECT_EQ(named(first, "k").lit, (Range{8, 16})) << "head 2 reads kv head 1";
  EXPECT_EQ(named(first, "q").shape(), "7 × 32");
  const auto focus = step_pictures(*view, nullptr, 3);
  EXPECT_EQ(ids_of(focus), (std::vector<std::string>{"q_before", "q_head", "k_before", "k_head", "dots", "scaled",
                                                     "scores", "weights", "v_head", "z_head"}));
  EXPECT_EQ(named(focus, "dots").symbol, "q′·k′ᵀ") << "as in the formula";
  EXPECT_EQ(*named(focus, "scores").values, scores(*trace, {1, 2}));
  ASSERT_NE(named(focus, "scores").masked, nullptr);
  EXPECT_TRUE((*named(focus, "scores").masked)[1]) << "the first token may not look at the second";
  for (std::size_t token = 0; token < 7; ++token) {
    const auto query = query_of(*trace, {1, 2}, token);
    EXPECT_TRUE(std::equal(query.begin(), query.end(), named(focus, "q_head").values->row(token).begin()));
    const auto output = output_of(*trace, {1, 2}, token);
    EXPECT_TRUE(std::equal(output.begin(), output.end(), named(focus, "z_head").values->row(token).begin()));
    EXPECT_NE(named(focus, "q_before").values->row(6)[0], named(focus, "q_head").values->row(6)[0]) << "RoPE turned it";
  }
  EXPECT_EQ(*named(step_pictures(*view, nullptr, 4), "joined").values, layer.head_outputs);
  EXPECT_EQ(*named(step_pictures(*view, nullptr, 5), "attention").values, layer.attention_output);
}

TEST(StepsView, ThePictureOfAModelWithoutRotaryAndMaskHasNoSuchSteps) {
  const auto view = make_steps(whole(trace_of(reading_model(false)), {0, 1}));
  EXPECT_EQ(ids_of(step_pictures(*view, nullptr, 3)),
            (std::vector<std::string>{"q_head", "k_head", "dots", "scaled", "scores", "weights", "v_head", "z_head"}));
  EXPECT_EQ(std::count(view->numbers.focus.masked.begin(), view->numbers.focus.masked.end(), true), 0);
  EXPECT_TRUE(view->norm_after);
}

TEST(StepsView, OneLoudTokenDoesNotLeaveTheOthersPale) {
  StepsView view = *make_steps(whole(trace_of(reading_model(true)), {1, 2}));
  const float quiet = named(step_pictures(view, nullptr, 5), "before").limit;
  for (float& number : view.numbers.before.row(0))
    number *= 100.0F;
  const auto pictures = step_pictures(view, nullptr, 5);
  const StepPicture& loud = named(pictures, "before");
  EXPECT_LT(loud.limit, 3.0F * quiet);
  EXPECT_GT(loud.beyond, 16U) << "and says how many numbers the colours do not tell apart";
}

TEST(StepsView, HeadsStandApartAndNoNumberIsLost) {
  Matrix joined(2, 12);
  std::iota(joined.values.begin(), joined.values.end(), 0.0F);
  const PartedHeads parted = part_heads(joined, 3);
  ASSERT_EQ(parted.pieces.size(), 3U);
  for (std::size_t head = 0; head < 3; ++head)
    for (std::size_t dimension = 0; dimension < 4; ++dimension) {
      const std::size_t column = parted.pieces[head].begin + dimension;
      EXPECT_EQ(parted.values(1, column), joined(1, head * 4 + dimension));
      const PartedColumn found = head_column(parted, column);
      EXPECT_TRUE(found.exists);
      EXPECT_EQ(found.head, head);
      EXPECT_EQ(found.dimension, dimension);
    }
  EXPECT_TRUE(std::isnan(parted.values(0, parted.pieces[0].end)));
  EXPECT_FALSE(head_column(parted, parted.pieces[0].end).exists);
}

TEST(StepsView, ASharedKeyStandsUnderTheMiddleOfItsQueries) {
  const Matrix queries(1, 32, 1.0F), keys(1, 16, 1.0F);
  const PartedHeads above = part_heads(queries, 4), below = part_heads(keys, 2, 2);
  EXPECT_EQ(above.values.cols, below.values.cols);
  for (std::size_t shared = 0; shared < 2; ++shared) {
    const std::size_t first = above.pieces[2 * shared].begin, last = above.pieces[2 * shared + 1].end;
    EXPECT_NEAR(static_cast<double>(first + last),
                static_cast<double>(below.pieces[shared].begin + below.pieces[shared].end), 1.0)
        << "to half a column";
  }
}

TEST(StepsView, OneTokensOutputIsTheSumOfItsHeads) {
  const auto trace = trace_of(reading_model(false));
  const auto token = make_steps_token({trace, AttentionKind::self, 1, 4, {}});
  ASSERT_TRUE(token->has_bias);
  ASSERT_EQ(token->contributions.rows, 6U) << "four heads, the bias, their sum";
  for (std::size_t dimension = 0; dimension < token->contributions.cols; ++dimension) {
    double sum = 0.0;
    for (std::size_t row = 0; row < 5; ++row)
      sum += static_cast<double>(token->contributions(row, dimension));
    EXPECT_NEAR(sum, token->contributions(5, dimension), 1e-5);
    EXPECT_EQ(token->movers(0, dimension), trace->layers[1].attention_output(4, dimension));
    EXPECT_EQ(token->movers(1, dimension), trace->layers[1].feed_forward_output(4, dimension));
  }
  EXPECT_NEAR(token->lengths[5], token->attention, 1e-4);
  const auto view = make_steps(whole(trace, {1, 2}));
  EXPECT_FLOAT_EQ(view->norms.attention[4], token->attention);
  EXPECT_FLOAT_EQ(view->norms.feed_forward[4], token->feed_forward);
  EXPECT_EQ(ids_of(step_pictures(*view, token.get(), 5)),
            (std::vector<std::string>{"z", "attention", "before", "after", "contributions", "movers"}));
}

TEST(StepsView, OfLatentAttentionHasValuesOfTheirOwnWidth) {
  const auto trace = trace_of(testing::random_latent({.layers = 2, .heads = 4}));
  const auto view = make_steps(whole(trace, {1, 2}));
  const LayerTrace& layer = trace->layers[1];
  const auto first = step_pictures(*view, nullptr, 1);
  EXPECT_EQ(named(first, "k").lit, (Range{20, 30}));
  EXPECT_EQ(named(first, "v").lit, (Range{14, 21}));
  EXPECT_EQ(*named(first, "v").values, layer.values);
  EXPECT_EQ(named(step_pictures(*view, nullptr, 2), "v_heads").shape(), "4 × [7 × 7]");
  EXPECT_EQ(named(step_pictures(*view, nullptr, 2), "k_heads").shape(), "4 × [7 × 10]");
  const auto focus = step_pictures(*view, nullptr, 3);
  EXPECT_EQ(named(focus, "v_head").shape(), "7 × 7");
  EXPECT_EQ(named(focus, "z_head").shape(), "7 × 7");
  for (std::size_t token = 0; token < trace->tokens(); ++token)
    for (std::size_t dimension = 0; dimension < 7; ++dimension)
      EXPECT_EQ((*named(focus, "v_head").values)(token, dimension), value_of(*trace, {1, 2}, token)[dimension]);
  EXPECT_EQ(*named(step_pictures(*view, nullptr, 4), "joined").values, layer.head_outputs);
  EXPECT_EQ(named(step_pictures(*view, nullptr, 5), "z").lit, (Range{14, 21}));
  EXPECT_EQ(view->cuts, std::vector<std::size_t>{4}) << "keys and values cannot be cut alike";
  std::string formulas;
  for (std::size_t step = 1; step <= 5; ++step)
    for (const StepFormula& line : step_formulas(*view, step))
      formulas += line.formula + " : " + line.shapes + "\n";
  for (const char* part : {"Q = RMSNorm(x·W_DQ)·W_UQ : [7 × 11]·[11 × 40] → [7 × 40]",
                           "c = RMSNorm(x·W_DKV) : [7 × 32]·[32 × 9] → [7 × 9]",
                           "K = [c·W_UK | x·W_KR] : [7 × 9]·[9 × 24] → [7 × 24], [7 × 32]·[32 × 4] → [7 × 4]",
                           "V = c·W_UV : [7 × 9]·[9 × 28] → [7 × 28]", "V : [7 × 28] → 4 × [7 × 7]",
                           "z = A·v : [7 × 7]·[7 × 7] → [7 × 7]", "[7 × 28]·[28 × 32] → [7 × 32]"})
    EXPECT_NE(formulas.find(part), std::string::npos) << part << "\n" << formulas;
}

TEST(StepsView, SwitchesChangeThePicturesFromTheFocusOnAndSaySo) {
  const auto trace = trace_of(reading_model(true));
  const auto model = make_steps(whole(trace, {1, 2}));
  const auto unscaled = make_steps(whole(trace, {1, 2}, {.unscaled = true}));
  EXPECT_FALSE(model->changed);
  EXPECT_TRUE(unscaled->changed);
  EXPECT_EQ(unscaled->numbers.projected_queries, model->numbers.projected_queries);
  EXPECT_EQ(unscaled->numbers.focus.dots, model->numbers.focus.dots);
  EXPECT_NE(unscaled->numbers.focus.weights, model->numbers.focus.weights);
  EXPECT_NE(unscaled->numbers.written, model->numbers.written);
  const auto cut = make_steps(whole(trace, {1, 2}, {.heads = 8}));
  EXPECT_EQ(cut->shown_heads, 8U);
  EXPECT_EQ(cut->shown_width, 4U);
  EXPECT_EQ(cut->shown_head, 4U) << "head 2 of 4 begins where head 4 of 8 does";
  EXPECT_EQ(cut->parted_keys.pieces.size(), 8U) << "shared keys are repeated";
  EXPECT_EQ(cut->numbers.focus.outputs.cols, 4U);
  EXPECT_EQ(cut->cuts, (std::vector<std::size_t>{1, 2, 4, 8, 16, 32}));
}

TEST(StepsView, ANumberIsTheSumOfItsTerms) {
  const auto trace = trace_of(reading_model(false));
  const auto number = make_steps_number({trace, AttentionKind::self, 2, Projection::key, 3, 9});
  EXPECT_NEAR(number->sum.sum, trace->layers[2].keys(3, 9), 1e-5);
  EXPECT_EQ(number->sum.recorded, trace->layers[2].keys(3, 9));
}

TEST(StepsView, TheQuestionFollowsTheSession) {
  const auto snapshot = read_text(reading_model(true), "the old king saw a cat in the garden");
  ASSERT_TRUE(has_steps(*snapshot));
  const testing::SessionInParts session = session_for(*snapshot, {1, 3}, 2, 1);
  const StepsQuestion question = steps_question(*snapshot, session, {.heads = 8});
  EXPECT_EQ(question.head, (HeadRef{1, 3}));
  EXPECT_EQ(question.queries, (Range{0, snapshot->trace->tokens()}));
  EXPECT_EQ(question.switches.heads, 8U);
  EXPECT_EQ(steps_question(*snapshot, session, {.heads = 5}).switches.heads, 0U) << "no divisor: as the model does";
  const auto open = read_text(reading_model(false), "the old king saw a cat in the garden");
  EXPECT_EQ(steps_question(*open, session_for(*open), {.unmasked = true}).switches, StepSwitches{})
      << "what changes nothing is off: no warning of what the run did compute";
  EXPECT_FALSE(make_steps(whole(open->trace, {1, 2}, {.unmasked = true}))->changed);
}

TEST(StepsView, ASharedHeadIsCalledByAllWhoReadIt) {
  EXPECT_EQ(head_span(4, 4, 3), "3");
  EXPECT_EQ(head_span(8, 2, 1), "4–7");
  EXPECT_EQ(head_span(8, 1, 0), "0–7");
}

TEST(StepsView, TheLitRowIsTheAskingTokensWhereverItIsARow) {
  const auto view = make_steps(whole(trace_of(reading_model(true)), {1, 2}));
  const auto pictures = step_pictures(*view, nullptr, 1);
  EXPECT_EQ(lit_row_of(*view, named(pictures, "q"), 4, 2), 4U);
  EXPECT_EQ(lit_row_of(*view, named(pictures, "k"), 4, 2), 4U) << "in self-attention it is a row of K, too";
  EXPECT_EQ(lit_row_of(*view, named(pictures, "q"), 9, 2), std::nullopt) << "outside the window";
}

TEST(StepsView, WhatInterventionsCloseStaysClosedWithoutTheMaskAndTheFormulaSaysSo) {
  const auto snapshot = read_text(reading_model(true), "the old king saw a cat in the garden",
                                  {{.kind = InterventionKind::hide_tokens, .positions = {{2, 3}}}});
  const auto hidden = make_steps(whole(snapshot->trace, {1, 2}, {.unmasked = true}));
  EXPECT_TRUE(has_mask(*hidden));
  EXPECT_EQ(step_formulas(*hidden, 3)[0].formula, "A = softmax(q′·k′ᵀ ÷ √8 + M)");
  const auto pictures = step_pictures(*hidden, nullptr, 3);
  EXPECT_EQ(named(pictures, "scores").symbol, "+ M");
  const auto free = make_steps(whole(trace_of(reading_model(true)), {1, 2}, {.unmasked = true}));
  const auto open = step_pictures(*free, nullptr, 3);
  EXPECT_EQ(named(open, "scores").symbol, "s") << "M is off, in the picture as in the formula";
  EXPECT_EQ(named(open, "scores").about, std::string("steps.about_scores"));
}

TEST(StepsView, RowsThatAreNotSeenWholeDoNotSumToOne) {
  const auto model = reading_model(true, 2);
  model->config.context = 512;
  const auto trace = run(model, {.ids = testing::some_ids(200, 20)});
  const Range window = steps_window_of(199, 200);
  const auto part = make_steps({trace, AttentionKind::self, {1, 2}, window, window, {}});
  const std::span<const float> last = part->numbers.focus.weights.row(window.size() - 1);
  const float seen = std::accumulate(last.begin(), last.end(), 0.0F);
  ASSERT_LT(seen, 0.99F);
  EXPECT_GE(weight_outside(*part), 1.0F - seen - 1e-5F);
  const auto of_part = step_pictures(*part, nullptr, 3);
  EXPECT_EQ(named(of_part, "weights").about, std::string("steps.about_weights_seen"));
  const auto all = make_steps(whole(trace, {1, 2}));
  EXPECT_EQ(weight_outside(*all), 0.0F);
  const auto of_all = step_pictures(*all, nullptr, 3);
  EXPECT_EQ(named(of_all, "weights").about, std::string("steps.about_weights"));
  const auto closed = run(model, {.ids = testing::some_ids(7, 20),
                                  .interventions = {{.kind = InterventionKind::hide_tokens, .positions = {{0, 1}}}}});
  const auto without_first = make_steps(whole(closed, {1, 2}));
  const auto of_closed = step_pictures(*without_first, nullptr, 3);
  EXPECT_EQ(named(of_closed, "weights").about, std::string("steps.about_weights_closed"))
      << "the first token has nobody to look at";
}

TEST(StepsView, ALongTextIsShownByWindowsAroundTheToken) {
  for (const std::size_t token : {0U, 31U, 32U, 200U, 299U}) {
    const Range window = steps_window_of(token, 300);
    EXPECT_EQ(window.size(), steps_window);
    EXPECT_TRUE(window.contains(token)) << token;
    EXPECT_LE(window.end, 300U);
  }
  EXPECT_EQ(steps_window_of(40, 100), (Range{0, 100}));
}

TEST(StepsView, ARunWithoutWeightsHasNoSteps) {
  EXPECT_FALSE(has_steps(*testing::handmade_snapshot("the old king")));
  EXPECT_FALSE(has_steps(Snapshot{}));
}

TEST(StepsView, FormulasNameTheShapesOfThisModel) {
  const auto view = make_steps(whole(trace_of(reading_model(true)), {1, 2}));
  const auto first = step_formulas(*view, 1);
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(first[0].formula, "Q = x·W_Q + b_Q");
  EXPECT_EQ(first[0].shapes, "[7 × 32]·[32 × 32] → [7 × 32]");
  EXPECT_EQ(first[1].shapes, "[7 × 32]·[32 × 16] → [7 × 16]");
  EXPECT_EQ(step_formulas(*view, 3)[0].formula, "A = softmax(q′·k′ᵀ ÷ √8 + M)");
  const auto free = make_steps(whole(trace_of(reading_model(true)), {1, 2}, {.unscaled = true, .unmasked = true}));
  EXPECT_EQ(step_formulas(*free, 3)[0].formula, "A = softmax(q′·k′ᵀ)");
}

}  // namespace
}  // namespace regard
