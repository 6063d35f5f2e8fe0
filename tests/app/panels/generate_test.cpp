// SPDX-License-Identifier: Apache-2.0
// The button that continues the sentence, its menu, its keys; the KV-cache panel; examples that are meant for a model.
#include "app/panels/write/generate.h"
#include "app/panels/common/message.h"
#include "app/panels/common/world.h"
#include "app/panels/write/kv_cache.h"
#include "app/session/generate_settings.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "tests/app/panels/window_harness.h"

namespace regard::test {
namespace {

class Generating : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    be_causal(true);
  }
  void be_causal(bool causal) {
    auto model = std::make_shared<Model>(*snapshot->model);
    model->config.causal = causal;
    model->config.has_lm_head = true;
    snapshot->model = model;
    auto trace = std::make_shared<Trace>(*snapshot->trace);
    trace->model = model;
    snapshot->trace = trace;
    snapshot->predictions = {{snapshot->encoding.tokens.size() - 1, {}}};
    snapshot->steps = {
        {CacheStep::Why::prompt, snapshot->encoding.tokens.size() - 1, 0, 0, 1.0},
        {CacheStep::Why::token, snapshot->encoding.tokens.size(), snapshot->encoding.tokens.size() - 1, 0, 1.0}};
    memo = {};
  }
};

TEST_F(Generating, a_click_asks_for_a_continuation_and_another_stops_it) {
  window_frames(2);
  click_item("generate.button");
  EXPECT_NE(command<Generate>(), nullptr);
  world.generating = true;
  world.worker = WorkerState::generating;
  window_frames(2);
  click_item("generate.button");
  EXPECT_EQ(command<Generate>(), nullptr);
  EXPECT_NE(command<CancelRun>(), nullptr);
}

TEST_F(Generating, control_enter_does_the_same_and_escape_stops) {
  window_frames(2);
  hold(GLFW_KEY_ENTER, true);
  EXPECT_NE(command<Generate>(), nullptr);
  world.generating = true;
  world.worker = WorkerState::generating;
  hold(GLFW_KEY_ESCAPE);
  EXPECT_NE(command<CancelRun>(), nullptr);
}

TEST_F(Generating, a_model_that_reads_both_ways_has_a_button_that_does_nothing) {
  be_causal(false);
  window_frames(2);
  click_item("generate.button");
  EXPECT_EQ(command<Generate>(), nullptr);
}

TEST_F(Generating, the_menu_changes_the_settings) {
  window_frames(2);
  click_item("generate.settings");
  window_frames(2);
  ASSERT_TRUE(has("generate.mode.0"));
  ASSERT_TRUE(has("generate.seed"));
  click_item("generate.another");
  EXPECT_EQ(generate().seed, GenerateSettings{}.seed + 1);
  click_item("generate.mode.0");
  EXPECT_TRUE(generate().greedy);
  window_frames(2);
  EXPECT_FALSE(has("generate.seed"));  // nothing is drawn
  EXPECT_TRUE(has("generate.tokens"));
}

TEST_F(Generating, what_was_written_is_told_as_long_as_that_text_stands) {
  std::deque<Message> log{make_message("generate.ended", {{"made", "32"}})};
  log.back().of_text = reading().text;
  world.log = &log;
  window_frames(2);
  EXPECT_TRUE(has("status.message"));
  reading().text = "undone";
  window_frames(2);
  EXPECT_FALSE(has("status.message"));
}

TEST_F(Generating, the_panel_writes_one_token_pauses_and_goes_on) {
  choose_panel(look().stage, "write", "writing");
  window_frames(3);
  const float place = item("writing.one").min.x;
  click_item("writing.one");
  ASSERT_NE(command<Generate>(), nullptr);
  EXPECT_EQ(command<Generate>()->tokens, 1U);
  click_item("writing.pause");
  EXPECT_EQ(command<PauseWriting>(), nullptr) << "nothing is being written";
  world.generating = true;
  world.worker = WorkerState::resting;
  window_frames(2);
  EXPECT_EQ(item("writing.one").min.x, place) << "the button beside it has another name now";
  click_item("writing.one");
  EXPECT_EQ(command<Generate>(), nullptr);
  click_item("writing.pause");
  ASSERT_NE(command<PauseWriting>(), nullptr);
  EXPECT_TRUE(command<PauseWriting>()->on);
  world.paused = true;
  window_frames(2);
  click_item("writing.pause");
  ASSERT_NE(command<PauseWriting>(), nullptr);
  EXPECT_FALSE(command<PauseWriting>()->on);
}

TEST_F(Generating, the_pace_is_a_slider_whose_right_end_knows_no_waiting) {
  choose_panel(look().stage, "write", "writing");
  window_frames(3);
  EXPECT_GT(pace_of(generate()), 0.0) << "slow enough to watch";
  EXPECT_LE(pace_of(generate()), 4.0);
  const ProbeItem slider = item("writing.pace");
  drag({middle("writing.pace"), {slider.max.x + 200.0F, middle("writing.pace").y}});
  EXPECT_EQ(generate().pace, max_pace);
  EXPECT_EQ(pace_of(generate()), 0.0);
}

TEST_F(Generating, the_cache_shows_its_pictures_or_says_why_there_is_none) {
  choose("kv_cache");
  for (const Language each : {Language::ru, Language::en}) {
    set_language(each);
    for (const bool causal : {true, false}) {
      be_causal(causal);
      window_frames(3);
      EXPECT_EQ(has("kv_cache.rows"), causal);
      EXPECT_EQ(has("kv_cache.history"), causal);
    }
  }
}

TEST_F(Generating, hovering_a_row_of_the_cache_links_its_token) {
  choose("kv_cache");
  window_frames(2);
  ImGui::GetIO().MousePos = middle("kv_cache.rows");
  window_frames(2);
  EXPECT_TRUE(hover.key.has_value());
}

TEST_F(Generating, sizes_and_counts_are_written_for_reading) {
  set_language(Language::en);
  EXPECT_EQ(readable_bytes(512), "512 B");
  EXPECT_EQ(readable_bytes(1536), "1.5 KiB");
  EXPECT_EQ(readable_bytes(std::uint64_t{200} << 20), "200 MiB");
  EXPECT_EQ(readable_count(999), "999");
  EXPECT_EQ(readable_count(12'600'000), "12.6 million");
}

TEST_F(Generating, examples_open_another_built_in_model_but_never_replace_ones_own) {
  const ExampleGroup group{Language::en, "narrator", {}};
  const std::vector<std::string> built_in{"council", "narrator"};
  EXPECT_TRUE(opens_model(group, "council", built_in));
  EXPECT_FALSE(opens_model(group, "narrator", built_in));
  EXPECT_FALSE(opens_model(group, "/home/me/gpt2", built_in));
  EXPECT_FALSE(opens_model(group, "council", {"council"}));  // it is not there
  const ExampleGroup tunes{Language::en, "narrator", {}, true};
  EXPECT_TRUE(opens_model(tunes, "/home/me/gpt2", built_in)) << "no other model reads notes";
  EXPECT_FALSE(opens_model(tunes, "narrator", built_in));
}

TEST_F(Generating, the_examples_menu_shows_every_group_also_in_a_narrow_window) {
  const Examples examples{{Language::ru, "council", {{"кот спит", "кот", ""}}},
                          {Language::en, "narrator", {{"the cat", "cat", ""}}}};
  const std::vector<std::string> built_in{"council", "narrator"};
  world.examples = &examples;
  world.built_in = &built_in;
  reading().model = "council";
  for (const float width : {1600.0F, 600.0F}) {
    ImGui::GetIO().DisplaySize = {width, 700.0F};
    window_frames(2);
    if (!has("top.examples")) {  // it is behind "⋯" then
      click_item("top.more");
      window_frames(2);
      click_item("more.examples");
    } else {
      click_item("top.examples");
    }
    window_frames(3);
    ASSERT_TRUE(has("examples.0.0"));
    click_item("examples.1.0");
    const ChooseExample* chosen = command<ChooseExample>();
    ASSERT_NE(chosen, nullptr);
    EXPECT_EQ(chosen->group, 1U);
  }
}

}  // namespace
}  // namespace regard::test
