// SPDX-License-Identifier: Apache-2.0
// Every panel, drawn with what can come: nothing at all, one token, two thousand, both languages, windows of any size.
#include "app/panels/common/text_states.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/sentence.h"
#include "app/panels/frame/top_bar.h"
#include "app/panels/registry.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/session/shared_session.h"
#include "app/style/bmp_text.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/window_harness.h"

#include <algorithm>
#include <set>

namespace regard::test {
namespace {

using Panels = WindowHarness;

TEST_F(Panels, draw_before_the_first_model_is_there) {
  snapshot = std::make_shared<Snapshot>();
  forget();
  reading().text = "a text that was not read yet";
  world.worker = WorkerState::loading_model;
  world.loading = "council";
  window_frames(4);
  EXPECT_TRUE(has("panel.weights"));
  EXPECT_TRUE(has("status.cancel"));
}

TEST_F(Panels, draw_a_single_token) {
  show("king", {.specials = false});
  select({0, 0}, 0, 0);
  window_frames(4);
  EXPECT_TRUE(has("grid.weights.cells"));
  EXPECT_TRUE(has("question.formula"));
}

TEST_F(Panels, draw_an_empty_text_of_a_model_without_special_tokens) {
  show("", {.specials = false});
  window_frames(4);
  EXPECT_FALSE(has("grid.weights.cells"));
  EXPECT_TRUE(has("sentence.text"));
}

TEST_F(Panels, draw_two_thousand_tokens) {
  std::string text;
  for (int word = 0; word < 2000; ++word)
    text += "word" + std::to_string(word) + " ";
  show(text, {.layers = 1, .heads = 1, .kv_heads = 1, .head_dim = 4});
  select({0, 0}, 1500, 3);
  window_frames(3);
  EXPECT_TRUE(has("grid.weights.cells"));
}

TEST_F(Panels, draw_in_windows_of_every_size) {
  for (const ImVec2 size : {ImVec2{320.0F, 240.0F}, ImVec2{1024.0F, 640.0F}, ImVec2{640.0F, 2000.0F},
                            ImVec2{3840.0F, 2160.0F}, ImVec2{1600.0F, 900.0F}, ImVec2{1.0F, 1.0F}}) {
    ImGui::GetIO().DisplaySize = size;
    for (const Workspace& workspace : workspaces())
      for (const Panel* panel : panels_of(workspace)) {
        choose_panel(look().stage, workspace.id, panel->id);
        for (const Overlay overlay : {Overlay::none, Overlay::help, Overlay::log}) {
          state.of<WindowState>().overlay = overlay;
          window_frames(2);
          expect_in_order();
          if (size.x >= 320.0F) {
            EXPECT_TRUE(has(std::string("panel.") + panel->id)) << panel->id << " " << size.x;
          }
        }
        state.of<WindowState>().overlay = Overlay::none;
      }
  }
}

TEST_F(Panels, small_windows_show_one_view_at_a_time) {
  ImGui::GetIO().DisplaySize = {800.0F, 500.0F};
  window_frames(2);
  EXPECT_TRUE(has("panel.weights"));
  EXPECT_FALSE(has("panel.arcs"));
  click_item("tab.arcs");
  window_frames(2);
  EXPECT_TRUE(has("panel.arcs"));
  EXPECT_FALSE(has("panel.weights"));
  ImGui::GetIO().DisplaySize = {1600.0F, 900.0F};
  window_frames(2);
  for (const char* panel : {"heads", "predictions", "scores", "weights", "arcs", "question"})
    EXPECT_TRUE(has(std::string("panel.") + panel)) << panel;
  EXPECT_FALSE(has("panel.layers"));
}

TEST_F(Panels, every_panel_of_every_workspace_is_reached_by_mouse_and_key) {
  for (const ImVec2 size : {ImVec2{1600.0F, 900.0F}, ImVec2{1024.0F, 768.0F}, ImVec2{640.0F, 480.0F}}) {
    ImGui::GetIO().DisplaySize = size;
    for (std::size_t number = 0; number < workspaces().size(); ++number) {
      const Workspace& workspace = workspaces()[number];
      look().stage = {};
      hold_alt(GLFW_KEY_1 + static_cast<int>(number));
      EXPECT_EQ(look().stage.workspace, workspace.id);
      const std::vector<const Panel*> all = panels_of(workspace);
      for (std::size_t index = 0; index < all.size(); ++index) {
        const std::string id = all[index]->id;
        const auto digit = static_cast<int>(index);  // behind the ninth the digits come again, with Shift
        hold(GLFW_KEY_1 + digit % 9, true, digit >= 9);
        EXPECT_TRUE(has("panel." + id)) << id << " by key in a window " << size.x << " wide";
      }
      for (const Panel* panel : all) {
        const std::string id = panel->id;
        window_frames(2);
        if (has("panel." + id)) continue;
        if (!has("tab." + id)) click_item(has("tabs.more") ? "tabs.more" : "side.more");
        window_frames(2);
        click_item("tab." + id);
        window_frames(2);
        EXPECT_TRUE(has("panel." + id)) << id << " by mouse in a window " << size.x << " wide";
      }
    }
  }
}

TEST_F(Panels, what_a_later_version_put_there_gives_way_to_the_first) {
  look().stage = {"hologram", {{"look", {"laser"}}}, "mirror"};
  window_frames(2);
  for (const char* panel : workspaces().front().main)
    EXPECT_TRUE(has(std::string("panel.") + panel)) << panel;
}

TEST_F(Panels, one_key_lets_a_panel_fill_the_window_and_brings_the_others_back) {
  window_frames(2);
  const ProbeItem before = item("panel.question");
  ImGui::GetIO().MousePos = middle("panel.question");
  window_frames(2);
  hold(GLFW_KEY_F9);
  EXPECT_EQ(look().stage.filling, "question");
  EXPECT_FALSE(has("panel.weights"));
  EXPECT_TRUE(has("strip.token.1")) << "the sentence stays";
  EXPECT_GT(item("panel.question").max.x - item("panel.question").min.x, before.max.x - before.min.x);
  hold(GLFW_KEY_3, true);
  EXPECT_TRUE(has("panel.arcs")) << "another view fills it";
  hold(GLFW_KEY_F9);
  EXPECT_TRUE(has("panel.weights"));
}

TEST_F(Panels, say_everything_in_both_languages) {
  for (const Language each : {Language::ru, Language::en}) {
    set_language(each);
    preferences.language = each;
    for (const MaskMode mask : {MaskMode::as_trained, MaskMode::causal}) {
      reading().mask = mask;
      reading().temperature = 0.5F;
      look().word_level = look().hide_special = look().sort_bars = look().arcs_from_all = mask == MaskMode::causal;
      window_frames(3);
      expect_in_order();
    }
  }
}

TEST_F(Panels, ids_of_items_are_unique) {
  window_frames(3);
  std::set<std::string> seen;
  for (const ProbeItem& item : probe_items())
    EXPECT_TRUE(seen.insert(item.id).second) << item.id << " stands for two items";
}

TEST_F(Panels, switches_change_the_session) {
  window_frames(2);
  open_view_switches();
  click_item("switch.add_special");
  EXPECT_FALSE(reading().add_special);
  click_item("switch.hide_special");
  EXPECT_TRUE(look().hide_special);
  click_item("switch.level.1");
  EXPECT_TRUE(look().word_level);
  click_item("switch.mask.1");
  EXPECT_EQ(reading().mask, MaskMode::causal);
  reading().temperature = 3.0F;
  window_frames(1);
  click_item("switch.temperature_reset");
  EXPECT_EQ(reading().temperature, 1.0F);
  click_item("view.reset");
  window_frames(1);
  const SharedSession as_usual = session;
  select();
  EXPECT_TRUE(as_usual == session) << "all as usual";
  click_item("top.view");  // closes it
  window_frames(2);
  click_item("switch.sort");
  EXPECT_TRUE(look().sort_bars);
  click_item("switch.from_all");
  EXPECT_TRUE(look().arcs_from_all);
}

TEST_F(Panels, a_click_in_a_grid_selects_query_and_key) {
  window_frames(2);
  const ProbeItem cells = item("grid.weights.cells");
  ASSERT_TRUE(cells.range);
  const float cell = (cells.max.x - cells.min.x) / cells.range->cols;
  ImGui::GetIO().MousePos = {cells.min.x + 4.5F * cell, cells.min.y + 5.5F * cell};
  window_frames(2);
  ImGui::GetIO().MouseDown[0] = true;
  window_frames(1);
  ImGui::GetIO().MouseDown[0] = false;
  window_frames(2);
  EXPECT_EQ(resolve(selection().query, snapshot->encoding), 5U);
  EXPECT_EQ(resolve(selection().key, snapshot->encoding), 4U);
}

TEST_F(Panels, what_is_hovered_in_one_panel_is_known_to_the_others) {
  window_frames(2);
  ImGui::GetIO().MousePos = middle("strip.token.3");
  window_frames(2);
  ASSERT_TRUE(hover.key);
  EXPECT_EQ(*hover.key, 3U);
}

TEST_F(Panels, typing_becomes_a_new_text) {
  window_frames(2);
  click_item("sentence.text");
  window_frames(1);
  ImGui::GetIO().AddInputCharactersUTF8("ж");
  window_frames(1);
  EXPECT_NE(reading().text.find("ж"), std::string::npos);
  EXPECT_EQ(reading().text.size(), std::string("the old king gave the prince a swordж").size());
}

TEST_F(Panels, an_undone_text_replaces_what_the_active_field_holds) {
  window_frames(2);
  click_item("sentence.text");
  window_frames(1);
  ImGui::GetIO().AddInputCharactersUTF8("!");
  window_frames(2);
  reading().text = "another sentence";  // as an undo would
  window_frames(2);
  EXPECT_EQ(reading().text, "another sentence");
  ImGui::GetIO().AddInputCharactersUTF8("?");
  window_frames(2);
  EXPECT_EQ(reading().text.size(), std::string("another sentence?").size());
  EXPECT_EQ(reading().text.find('!'), std::string::npos) << "the old text came back: " << reading().text;
}

TEST_F(Panels, an_emoji_survives_the_field) {
  reading().text = "a 🐈 sat";
  window_frames(2);
  click_item("sentence.text");
  window_frames(1);
  ImGui::GetIO().AddInputCharactersUTF8("z");
  window_frames(2);
  EXPECT_NE(reading().text.find("🐈"), std::string::npos) << reading().text;
  EXPECT_NE(reading().text.find('z'), std::string::npos) << reading().text;
}

TEST(BmpText, goes_there_and_back) {
  const std::string text = "a ж ▁ 漢 🐈 \xEE\x80\x80 🏰🐈";
  const std::string field = to_field(std::string_view(text));
  EXPECT_TRUE(std::none_of(field.begin(), field.end(), [](char byte) { return (byte & 0xF8) == 0xF0; }));
  EXPECT_EQ(from_field(field), text);
}

TEST(SentenceField, puts_the_cursor_behind_what_an_undo_changed) {
  SentenceState field;
  follow_session(field, "the king");
  follow_session(field, "the old king");
  EXPECT_TRUE(field.replace);
  EXPECT_EQ(field.buffer, "the old king");
  EXPECT_EQ(field.cursor, std::string("the old ").size());
}

TEST(DisplayName, is_the_folder_or_the_repository_of_a_cached_model) {
  EXPECT_EQ(display_name("/home/me/models/council/"), "council");
  EXPECT_EQ(display_name("/home/me/.cache/huggingface/hub/models--acme--stories/snapshots/0a1b"), "acme/stories");
}

}  // namespace
}  // namespace regard::test
