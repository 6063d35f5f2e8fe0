// SPDX-License-Identifier: Apache-2.0
#include "app/style/steps_text.h"

#include "app/viewmodel/steps_pictures.h"
#include "core/engine/engine.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace regard {
namespace {

class StepsText : public ::testing::Test {
protected:
  void SetUp() override {
    load_locale(std::string(REGARD_ASSETS_DIR) + "/locale");
    set_language(Language::en);
  }

  static StepsView view_of(const std::shared_ptr<const Model>& model, const StepSwitches& switches = {},
                           std::size_t tokens = 7) {
    const auto trace = run(model, {.ids = testing::some_ids(tokens, 20)});
    const Range window = steps_window_of(0, tokens);
    return *make_steps({trace, AttentionKind::self, {1, 2}, window, window, switches});
  }
  /// Does one of the remarks hold these words?
  static bool says(const std::vector<StepRemark>& remarks, const std::string& words, bool warns = false) {
    return std::any_of(remarks.begin(), remarks.end(), [&](const StepRemark& remark) {
      return remark.text.find(words) != std::string::npos && remark.warns == warns;
    });
  }
};

TEST_F(StepsText, tells_the_widths_and_who_shares_keys) {
  const StepWords words;
  const auto remarks = step_remarks(words, view_of(testing::reading_model(true)), 2);
  EXPECT_TRUE(says(remarks, "4 × 8 = 32"));
  EXPECT_TRUE(says(remarks, "2 of keys and values"));
  const auto bert = step_remarks(words, view_of(testing::reading_model(false)), 2);
  EXPECT_FALSE(says(bert, "of keys and values"));
}

TEST_F(StepsText, tells_heads_that_are_wider_than_the_stream) {
  StepsView view = view_of(testing::reading_model(false));
  view.hidden = 24;
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 2), "the stream is 24 wide"));
}

TEST_F(StepsText, tells_whether_heads_are_normalised_each_or_together) {
  StepsView view = view_of(testing::reading_model(true));
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 3), "QK-norm"));
  view.qk_norm = QkNorm::each_head;
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 3), "of each head are normalised"));
  view.qk_norm = QkNorm::all_heads;
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 3), "of all heads together are normalised"));
  view.qk_norm = QkNorm::each_head_own;
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 3), "QK-norm"));
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 3), "of all heads together are normalised"));
}

TEST_F(StepsText, tells_whether_attention_reads_the_stream_as_it_is_or_normalised) {
  StepsView view = view_of(testing::reading_model(true));
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 1), "RMSNorm"));
  view.norm_before = false;
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 1), "RMSNorm"));
}

TEST_F(StepsText, tells_that_a_first_layer_without_a_norm_reads_the_embeddings) {
  const auto model = std::make_shared<Model>(*testing::reading_model(true));
  const auto weights = std::make_shared<Weights>(*model->weights);
  weights->layers[1].attention_norm = {};  // view_of() shows layer 1
  model->weights = weights;
  const StepsView view = view_of(model);
  EXPECT_FALSE(view.norm_before);
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 1), "x is the embeddings"));
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 1), "RMSNorm"));
}

TEST_F(StepsText, tells_of_a_stream_that_the_layer_predicts) {
  StepsView view = view_of(testing::reading_model(true));
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 1), "predicts"));
  view.streams = 3;
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 1), "the layer predicts from all its streams"));
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 1), "RMSNorm"));
}

TEST_F(StepsText, tells_of_keys_and_values_that_an_earlier_layer_makes) {
  StepsView view = view_of(testing::reading_model(true));
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 1), "keys and values are those"));
  EXPECT_EQ(step_formulas(view, 1)[1].formula.substr(0, 7), "K = x·");
  view.keys_of = 0;
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 1), "keys and values are those of layer 0"));
  EXPECT_EQ(step_formulas(view, 1)[0].formula.substr(0, 7), "Q = x·");
  EXPECT_EQ(step_formulas(view, 1)[1].formula.substr(0, 7), "K = u·");
  EXPECT_EQ(step_formulas(view, 1)[2].formula.substr(0, 7), "V = u·");
  view.values_are_keys = true;
  EXPECT_EQ(step_formulas(view, 1)[2].formula.substr(0, 10), "V = u·W_K");
}

TEST_F(StepsText, tells_what_comes_between_projections_and_heads) {
  StepsView view = view_of(testing::reading_model(true));
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 2), "as they meet"));
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 2), "root mean square"));
  view.value_norm = true;
  for (const std::size_t step : {2U, 3U})
    EXPECT_TRUE(says(step_remarks(StepWords(), view, step), "root mean square")) << step;
  EXPECT_FALSE(says(step_remarks(StepWords(), view_of(testing::reading_model(false)), 2), "as they meet"));
}

TEST_F(StepsText, tells_by_what_the_written_is_multiplied) {
  StepsView view = view_of(testing::reading_model(true));
  EXPECT_FALSE(says(step_remarks(StepWords(), view, 5), "0.22"));
  view.residual_scale = 0.22F;
  EXPECT_TRUE(says(step_remarks(StepWords(), view, 5), "0.22"));
}

TEST_F(StepsText, warns_of_everything_the_model_did_not_compute) {
  const StepWords words;
  const auto model = testing::reading_model(true);
  EXPECT_TRUE(says(step_remarks(words, view_of(model, {.unscaled = true}), 3), "Without the scale", true));
  EXPECT_TRUE(says(step_remarks(words, view_of(model, {.unmasked = true}), 3), "Without the mask", true));
  EXPECT_TRUE(says(step_remarks(words, view_of(model, {.heads = 8}), 3), "cut into 8 × 4", true));
  EXPECT_TRUE(says(step_remarks(words, view_of(model, {.heads = 8}), 3), "RoPE", true));
  for (const std::size_t step : {4U, 5U})
    EXPECT_TRUE(says(step_remarks(words, view_of(model, {.unscaled = true}), step), "did not compute", true));
  for (std::size_t step = 1; step <= count_of_steps; ++step)
    for (const StepRemark& remark : step_remarks(words, view_of(model), step))
      EXPECT_FALSE(remark.warns) << remark.text;
}

TEST_F(StepsText, tells_what_a_model_does_instead_of_dividing_by_the_root) {
  const StepWords words;
  const auto t5 = testing::reading_model(true);
  testing::set_scale(*t5, 1.0F);
  EXPECT_TRUE(says(step_remarks(words, view_of(t5), 3), "does not divide by √d"));
  const auto gemma = testing::reading_model(true);
  testing::set_scale(*gemma, 0.25F);
  testing::set_cap(*gemma, 50.0F);
  EXPECT_TRUE(says(step_remarks(words, view_of(gemma), 3), "multiplies by 0.25"));
  EXPECT_TRUE(says(step_remarks(words, view_of(gemma), 3), "±50"));
  const auto bloom = testing::reading_model(true);
  testing::set_positions(*bloom, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  EXPECT_TRUE(says(step_remarks(words, view_of(bloom), 3), "minus 0.125"));
  EXPECT_TRUE(says(step_remarks(words, view_of(testing::reading_model(false)), 3), "closes nothing"));
  EXPECT_TRUE(says(step_remarks(words, view_of(testing::reading_model(false)), 1), "after a block"));
}

TEST_F(StepsText, does_not_say_that_a_piece_of_width_one_is_not_divided) {
  const auto remarks = step_remarks(StepWords(), view_of(testing::reading_model(false), {.heads = 32}), 3);
  EXPECT_FALSE(says(remarks, "does not divide"));
  EXPECT_TRUE(says(remarks, "√1 = ÷ 1 changes nothing"));
  const auto unscaled = testing::reading_model(false);
  testing::set_scale(*unscaled, 1.0F);
  EXPECT_TRUE(says(step_remarks(StepWords(), view_of(unscaled, {.heads = 32}), 3), "does not divide"));
}

TEST_F(StepsText, does_not_warn_of_what_changes_nothing) {
  const auto t5 = testing::reading_model(false);
  testing::set_scale(*t5, 1.0F);
  for (std::size_t step = 1; step <= count_of_steps; ++step)
    for (const StepRemark& remark : step_remarks(StepWords(), view_of(t5, {.unscaled = true, .unmasked = true}), step))
      EXPECT_FALSE(remark.warns) << remark.text;
}

TEST_F(StepsText, tells_what_is_closed_and_by_whom) {
  const StepWords words;
  const auto model = testing::reading_model(true);
  EXPECT_TRUE(says(step_remarks(words, view_of(model), 3), "closes what comes later"));
  testing::set_window(*model, 3);
  EXPECT_TRUE(says(step_remarks(words, view_of(model), 3), "outside a window of 3"));
  EXPECT_TRUE(says(step_remarks(words, view_of(model), 3), "closes what comes later"));
  const auto open = testing::reading_model(false);
  testing::set_window(*open, 3);
  EXPECT_TRUE(says(step_remarks(words, view_of(open), 3), "outside a window of 3")) << "on both sides";
  EXPECT_FALSE(says(step_remarks(words, view_of(open), 3), "closes what comes later"));
  const auto hidden = run(testing::reading_model(true),
                          {.ids = testing::some_ids(7, 20),
                           .interventions = {{.kind = InterventionKind::hide_tokens, .positions = {{2, 3}}}}});
  const auto view = [&](const StepSwitches& switches) {
    return *make_steps({hidden, AttentionKind::self, {1, 2}, {0, 7}, {0, 7}, switches});
  };
  EXPECT_TRUE(says(step_remarks(words, view({}), 3), "cells that interventions close: 5"));
  EXPECT_TRUE(says(step_remarks(words, view({.unmasked = true}), 3), "cells that interventions close: 7"));
  EXPECT_FALSE(says(step_remarks(words, view({.unmasked = true}), 3), "closes what comes later"));
  EXPECT_FALSE(says(step_remarks(words, view({.unmasked = true}), 3), "left out", true)) << "they act";
}

TEST_F(StepsText, tells_what_share_of_a_row_is_not_seen) {
  const auto model = testing::reading_model(true, 2);
  model->config.context = 512;
  EXPECT_FALSE(says(step_remarks(StepWords(), view_of(model), 3), "not shown"));
  const auto trace = run(model, {.ids = testing::some_ids(200, 20)});
  const Range window = steps_window_of(199, 200);
  const StepsView part = *make_steps({trace, AttentionKind::self, {1, 2}, window, window, {}});
  EXPECT_TRUE(says(step_remarks(StepWords(), part, 3), "of the weight of a row lies on tokens that are not shown"));
}

TEST_F(StepsText, says_which_interventions_the_switches_leave_out) {
  const auto model = testing::reading_model(true);
  const auto trace = run(
      model, {.ids = testing::some_ids(7, 20), .interventions = {{.kind = InterventionKind::ablate, .scope = {1, 2}}}});
  const auto view = [&](const StepSwitches& switches) {
    return *make_steps({trace, AttentionKind::self, {1, 2}, {0, 7}, {0, 7}, switches});
  };
  const StepWords words;
  EXPECT_FALSE(says(step_remarks(words, view({}), 4), "left out", true)) << "the run itself shows them";
  EXPECT_TRUE(says(step_remarks(words, view({.unscaled = true}), 4), "what heads bring are left out", true));
  EXPECT_TRUE(says(step_remarks(words, view({.heads = 8}), 3), "inside heads are left out", true));
  EXPECT_FALSE(says(step_remarks(words, view_of(model, {.unscaled = true}), 4), "left out", true));
}

TEST_F(StepsText, tells_which_part_of_a_long_text_is_shown) {
  const auto model = testing::reading_model(true, 2);
  model->config.context = 512;
  EXPECT_TRUE(says(step_remarks(StepWords(), view_of(model, {}, 200), 1), "tokens 0–127 of 200"));
}

TEST_F(StepsText, tells_who_moves_the_token_further) {
  StepsToken token;
  token.attention = 2.0F;
  token.feed_forward = 5.0F;
  EXPECT_EQ(who_moved(StepWords(), token, "cat"),
            "Feed-forward moves “cat” 2.50 times as far as attention: 5.00 against 2.00.");
  std::swap(token.attention, token.feed_forward);
  EXPECT_EQ(who_moved(StepWords(), token, "cat"),
            "Attention moves “cat” 2.50 times as far as feed-forward: 5.00 against 2.00.");
  token.of.kind = AttentionKind::cross;
  EXPECT_EQ(who_moved(StepWords(), token, "cat"),
            "Cross-attention moves “cat” 2.50 times as far as feed-forward: 5.00 against 2.00.");
  std::swap(token.attention, token.feed_forward);
  EXPECT_EQ(who_moved(StepWords(), token, "cat"),
            "Feed-forward moves “cat” 2.50 times as far as cross-attention: 5.00 against 2.00.");
  token.side_path = true;
  EXPECT_EQ(who_moved(StepWords(), token, "cat"), "") << "attention is divided, feed-forward is not";
  token.side_path = false;
  token.feed_forward = 0.0F;
  EXPECT_EQ(who_moved(StepWords(), token, "cat"), "") << "nothing to compare with";
}

TEST_F(StepsText, has_every_sentence_in_both_languages) {
  const StepsView view = view_of(testing::reading_model(true), {.unscaled = true, .unmasked = true, .heads = 8});
  for (const Language language : {Language::ru, Language::en}) {
    set_language(language);
    const StepWords words;
    EXPECT_EQ(names_of_blocks(words, AttentionKind::cross, true).size(), 3U);
    EXPECT_NE(names_of_blocks(words, AttentionKind::cross, true), names_of_blocks(words, AttentionKind::self, true));
    for (std::size_t step = 1; step <= count_of_steps; ++step)
      for (const StepRemark& remark : step_remarks(words, view, step)) {
        EXPECT_EQ(remark.text.find("steps."), std::string::npos) << remark.text;
        EXPECT_EQ(remark.text.find('{'), std::string::npos) << remark.text;
      }
  }
}

}  // namespace
}  // namespace regard
