// SPDX-License-Identifier: Apache-2.0
// The workspace Steps in the whole window: steps by mouse and key, what a click chooses, what a hover tells.
#include "app/panels/steps/steps_state.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/session/shared_session.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/seen_whole.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <algorithm>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;

class StepsPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    preferences.animate = false;
    look_at(true);
  }
  void look_at(bool causal) {
    snapshot = read_text(reading_model(causal), "the old king saw a cat in the garden");
    select({1, 2}, 4, 3);
    look().stage.workspace = "steps";
    frames_until_ready();
  }
  void go(std::size_t step) {
    look().stage.step = step;
    frames_until_ready();
  }
  /// The middle of a number of a picture.
  ImVec2 place(const std::string& picture, float row, float col) {
    const ProbeItem cells = item(picture);
    return {cells.min.x + (cells.max.x - cells.min.x) * (col + 0.5F) / cells.range->cols,
            cells.min.y + (cells.max.y - cells.min.y) * (row + 0.5F) / cells.range->rows};
  }
};

TEST_F(StepsPanel, every_step_is_reached_by_mouse_and_key_and_is_no_step_of_undo) {
  const char* pictures[] = {"steps.q.cells", "steps.k_heads.cells", "steps.weights.cells", "steps.joined.cells",
                            "steps.contributions.cells"};
  for (std::size_t step = 1; step <= 5; ++step) {
    click_item("steps.step." + std::to_string(step));
    EXPECT_EQ(look().stage.step, step);
    frames_until_ready();
    EXPECT_TRUE(has(pictures[step - 1])) << step;
    expect_in_order();
  }
  for (int key = 1; key <= 5; ++key) {
    hold(GLFW_KEY_0 + key);
    EXPECT_EQ(look().stage.step, static_cast<std::size_t>(key));
  }
  hold(GLFW_KEY_LEFT_BRACKET);
  EXPECT_EQ(look().stage.step, 4U);
  hold(GLFW_KEY_RIGHT_BRACKET);
  EXPECT_EQ(look().stage.step, 5U);
  hold(GLFW_KEY_RIGHT_BRACKET);
  EXPECT_EQ(look().stage.step, 5U) << "the last one has no next";
  look().stage.workspace = "look";
  window_frames(2);
  hold(GLFW_KEY_1);
  EXPECT_EQ(look().stage.step, 5U) << "keys of the steps are theirs alone";
}

TEST_F(StepsPanel, a_layer_without_softmax_leads_to_the_nearest_that_has_one) {
  const auto model = regard::testing::random_hybrid({.layers = 4, .vocabulary = regard::testing::kWordCount});
  model->tokenizer = reading_model(true)->tokenizer;
  snapshot = read_text(model, "the old king saw a cat");
  reading().text = snapshot->source_text;
  selection().head = {2, 1};
  window_frames(3);
  EXPECT_FALSE(has("steps.q.cells"));
  click_item("steps.nearest");
  EXPECT_EQ(selection().head.layer, 1U) << "of two as near the first";
  frames_until_ready();
  EXPECT_TRUE(has("steps.q.cells"));
}

TEST_F(StepsPanel, the_numbers_of_the_steps_are_a_scrubber) {
  drag({middle("steps.step.1"), middle("steps.step.2"), middle("steps.step.3")});
  EXPECT_EQ(look().stage.step, 3U);
}

TEST_F(StepsPanel, a_click_in_a_picture_chooses_token_key_and_head) {
  go(1);
  drag({place("steps.q.cells", 6.0F, 3.0F)});
  EXPECT_EQ(resolve(selection().query, snapshot->encoding), 6U);
  go(3);
  drag({place("steps.weights.cells", 5.0F, 2.0F)});
  EXPECT_EQ(resolve(selection().query, snapshot->encoding), 5U);
  EXPECT_EQ(resolve(selection().key, snapshot->encoding), 2U);
  go(2);
  const PartedHeads parted = state.of<StepsState>().view.lock()->parted_queries;
  drag({place("steps.q_heads.cells", 1.0F, static_cast<float>(parted.pieces[3].begin) + 2.0F)});
  EXPECT_EQ(selection().head, (HeadRef{1, 3}));
  go(5);
  drag({place("steps.contributions.cells", 0.0F, 4.0F)});
  EXPECT_EQ(selection().head, (HeadRef{1, 0}));
}

TEST_F(StepsPanel, a_number_of_q_tells_the_sum_it_came_from) {
  go(1);
  ImGui::GetIO().MousePos = place("steps.q.cells", 2.0F, 9.0F);
  frames_until_ready();
  const auto number = jobs.look<StepsNumberSlot>().value;
  ASSERT_TRUE(number);
  EXPECT_EQ(number->of.token, 2U);
  EXPECT_EQ(number->of.output, 9U);
  EXPECT_EQ(number->of.projection, Projection::query);
  EXPECT_TRUE(has("steps.sum"));
  EXPECT_EQ(hover.query, 2U) << "other panels know what is hovered";
  ImGui::GetIO().MousePos = place("steps.v.cells", 3.0F, 1.0F);
  frames_until_ready();
  EXPECT_EQ(jobs.look<StepsNumberSlot>().value->of.projection, Projection::value);
  EXPECT_EQ(hover.key, 3U);
}

TEST_F(StepsPanel, switches_change_the_picture_and_not_the_session) {
  go(3);
  const SharedSession before = session;
  const Matrix weights = state.of<StepsState>().view.lock()->numbers.focus.weights;
  click_item("steps.unscaled");
  frames_until_ready();
  EXPECT_TRUE(state.of<StepsState>().switches.unscaled);
  EXPECT_NE(state.of<StepsState>().view.lock()->numbers.focus.weights, weights);
  EXPECT_FALSE(has("steps.scaled.cells")) << "there is no such step then";
  click_item("steps.unscaled");
  click_item("steps.unmasked");
  frames_until_ready();
  EXPECT_NE(state.of<StepsState>().view.lock()->numbers.focus.weights, weights);
  click_item("steps.unmasked");
  click_item("steps.heads");
  window_frames(2);
  click_item("steps.cut.8");
  frames_until_ready();
  EXPECT_EQ(state.of<StepsState>().view.lock()->shown_heads, 8U);
  EXPECT_TRUE(before == session);
  click_item("steps.heads");
  window_frames(2);
  click_item("steps.cut.4");
  frames_until_ready();
  EXPECT_EQ(state.of<StepsState>().view.lock()->numbers.focus.weights, weights) << "the model's own again";
}

TEST_F(StepsPanel, what_the_window_shows_is_what_is_copied) {
  StepSwitches& switches = state.of<StepsState>().switches;
  switches = {.unscaled = true, .unmasked = true, .heads = 8};
  frames_until_ready();
  hold(GLFW_KEY_C, true, true);
  ASSERT_NE(command<CopyView>(), nullptr);
  EXPECT_EQ(command<CopyView>()->options.view, ExportView::steps);
  EXPECT_EQ(command<CopyView>()->options.steps_heads, 8U);
  EXPECT_TRUE(command<CopyView>()->options.steps_unmasked);
  switches.heads = 5;  // of another model: this one's rows cannot be cut so
  look_at(false);      // and it has no mask
  hold(GLFW_KEY_C, true, true);
  ASSERT_NE(command<CopyView>(), nullptr);
  EXPECT_EQ(command<CopyView>()->options.steps_heads, 0U);
  EXPECT_FALSE(command<CopyView>()->options.steps_unmasked);
  EXPECT_TRUE(command<CopyView>()->options.steps_unscaled);
  EXPECT_EQ(state.of<StepsState>().view.lock()->of.switches, (StepSwitches{.unscaled = true}));
}

TEST_F(StepsPanel, nothing_is_kept_alive_of_what_is_not_shown_any_more) {
  for (const bool hidden : {false, true}) {
    SCOPED_TRACE(hidden ? "another workspace is on show" : "the next one is on show");
    look_at(true);
    for (const std::size_t step : {1U, 5U})
      go(step);
    ImGui::GetIO().MousePos = place("steps.contributions.cells", 2.0F, 9.0F);
    frames_until_ready();
    const std::weak_ptr<const Trace> trace = snapshot->trace;
    const std::weak_ptr<const Model> model = snapshot->model;
    if (hidden) look().stage.workspace = "look";
    ImGui::GetIO().MousePos = {1.0F, 1.0F};
    frames_until_ready();
    snapshot = read_text(reading_model(false), "the old queen saw a dog");
    jobs.forget_idle();
    look().stage.step = 1;
    frames_until_ready();
    jobs.forget_idle();
    EXPECT_TRUE(trace.expired());
    EXPECT_TRUE(model.expired());
  }
}

TEST_F(StepsPanel, a_shared_head_is_called_the_same_over_its_columns_and_under_the_mouse) {
  set_text_size(100);  // fonts that have a dash
  go(2);
  const PartedHeads parted = state.of<StepsState>().view.lock()->parted_keys;
  ImGui::GetIO().MousePos = place("steps.k_heads.cells", 2.0F, static_cast<float>(parted.pieces[1].begin) + 2.0F);
  window_frames(3);
  const auto tells = [](const std::string& text) {
    const std::vector<std::string> seen = texts_seen();
    return std::any_of(seen.begin(), seen.end(),
                       [&](const std::string& each) { return each.find(text) != std::string::npos; });
  };
  EXPECT_TRUE(tells("heads 2–3, dimension 2"));
  go(1);
  ImGui::GetIO().MousePos = place("steps.v.cells", 2.0F, 11.0F);
  frames_until_ready();
  EXPECT_TRUE(tells("heads 2–3, dimension 3")) << "the projection has the same heads";
  ImGui::GetIO().MousePos = place("steps.q.cells", 2.0F, 11.0F);
  frames_until_ready();
  EXPECT_TRUE(tells("head 1, dimension 3"));
}

TEST_F(StepsPanel, the_animation_can_be_switched_off) {
  click_item("steps.animate");
  ASSERT_NE(command<SetAnimation>(), nullptr);
  EXPECT_TRUE(command<SetAnimation>()->on);
}

TEST_F(StepsPanel, with_animation_pictures_come_one_after_the_other) {
  preferences.animate = true;
  look().stage.step = 3;
  ImGui::GetIO().DeltaTime = 0.1F;
  window_frames(2);
  EXPECT_TRUE(has("steps.q_before.cells"));
  EXPECT_FALSE(has("steps.weights.cells"));
  window_frames(80);
  EXPECT_TRUE(has("steps.weights.cells"));
  EXPECT_TRUE(has("steps.z_head.cells"));
}

TEST_F(StepsPanel, play_goes_through_all_steps_and_stops_at_the_end) {
  ImGui::GetIO().DeltaTime = 0.2F;
  click_item("steps.play");
  EXPECT_TRUE(state.of<StepsState>().pace.playing);
  for (int frame = 0; frame < 600 && state.of<StepsState>().pace.playing; ++frame)
    window_frames(1);
  EXPECT_EQ(look().stage.step, 5U);
  EXPECT_FALSE(state.of<StepsState>().pace.playing);
  frames_until_ready();
  hold(GLFW_KEY_SPACE);
  window_frames(2);
  EXPECT_EQ(look().stage.step, 1U) << "and begins anew";
  hold(GLFW_KEY_SPACE);
  EXPECT_FALSE(state.of<StepsState>().pace.playing);
}

TEST_F(StepsPanel, a_small_panel_shows_some_pictures_and_next_brings_the_others) {
  ImGui::GetIO().DisplaySize = {640.0F, 480.0F};
  go(3);
  const StepsPace& pace = state.of<StepsState>().pace;
  ASSERT_LT(pace.room, pace.count);
  EXPECT_TRUE(has("steps.q_before.cells"));
  EXPECT_FALSE(has("steps.z_head.cells"));
  for (std::size_t next = pace.room; next < pace.count; ++next) {
    hold(GLFW_KEY_RIGHT_BRACKET);
    window_frames(1);
    EXPECT_EQ(look().stage.step, 3U);
  }
  EXPECT_TRUE(has("steps.z_head.cells"));
  expect_in_order();
  hold(GLFW_KEY_RIGHT_BRACKET);
  EXPECT_EQ(look().stage.step, 4U) << "behind the last picture comes the next step";
  frames_until_ready();
  hold(GLFW_KEY_LEFT_BRACKET);
  frames_until_ready();
  EXPECT_EQ(look().stage.step, 3U);
  EXPECT_TRUE(has("steps.z_head.cells")) << "and back is where one was";
}

TEST_F(StepsPanel, a_low_panel_leaves_the_room_of_switches_and_shapes_to_the_pictures) {
  ImGui::GetIO().DisplaySize = {1024.0F, 768.0F};
  set_text_size(150);
  go(3);
  EXPECT_FALSE(has("steps.unscaled")) << "they are a menu";
  const ProbeItem panel = item("panel.steps"), cells = item("steps.q_before.cells");
  EXPECT_GE(cells.max.y - cells.min.y, 0.45F * (panel.max.y - panel.min.y));
  EXPECT_LE(cells.max.y, panel.max.y) << "nothing has to be scrolled";
  click_item("steps.what_if");
  window_frames(2);
  click_item("steps.unscaled");
  click_item("steps.cut.8");
  frames_until_ready();
  EXPECT_EQ(state.of<StepsState>().view.lock()->of.switches, (StepSwitches{.unscaled = true, .heads = 8}));
}

TEST_F(StepsPanel, both_kinds_of_model_are_drawn_in_windows_of_every_size_in_both_languages) {
  for (const bool causal : {true, false}) {
    look_at(causal);
    for (const Language language : {Language::ru, Language::en}) {
      set_language(language);
      for (const ImVec2 size : {ImVec2{1600.0F, 900.0F}, ImVec2{1024.0F, 768.0F}, ImVec2{500.0F, 400.0F}}) {
        ImGui::GetIO().DisplaySize = size;
        for (std::size_t step = 1; step <= 5; ++step) {
          go(step);
          expect_in_order();
        }
      }
    }
  }
}

TEST_F(StepsPanel, a_run_without_weights_says_that_there_is_nothing_to_show) {
  show("the old king");
  look().stage.workspace = "steps";
  frames_until_ready();
  EXPECT_TRUE(has("panel.steps"));
  EXPECT_FALSE(has("steps.step.1"));
}

}  // namespace
}  // namespace regard::test
