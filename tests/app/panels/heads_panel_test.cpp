// SPDX-License-Identifier: Apache-2.0
// The column of heads in windows and models of all sizes.
#include "app/widgets/overview.h"
#include "tests/app/panels/window_harness.h"

namespace regard {
namespace {

class HeadsPanel : public test::WindowHarness {
protected:
  void heads(std::size_t layers, std::size_t count) {
    show("the old king", {.layers = layers, .heads = count, .kv_heads = count, .head_dim = 2});
    snapshot->thumbnails.assign(layers, std::vector<Thumbnail>(count, Thumbnail{2, 2, {0, 255, 128, 64}}));
  }
  /// Gives every head of the last layer a name.
  void name_last_layer() {
    auto model = std::make_shared<Model>(*snapshot->model);
    for (std::size_t head = 0; head < model->config.heads(0); ++head)
      model->roles.push_back(
          {.head = {model->config.layers - 1, head}, .name = {"имя", "a name"}, .badge = {"имя", "name"}});
    snapshot->model = model;
  }
};

TEST_F(HeadsPanel, comes_closer_to_small_thumbnails_by_its_buttons_and_shows_all_by_the_key) {
  heads(22, 32);
  window_frames(3);
  ASSERT_TRUE(has("heads.closer"));
  for (int click = 0; click < 3; ++click)
    click_item("heads.closer");
  EXPECT_FALSE(state.of<OverviewView>().shows_all());
  EXPECT_TRUE(has("overview.head.1.2") || state.of<OverviewView>().begin.layer > 1) << "about the selected head";
  click_item("heads.back");
  click_item("overview.all");
  EXPECT_TRUE(state.of<OverviewView>().shows_all());
  click_item("heads.closer");
  ASSERT_FALSE(state.of<OverviewView>().shows_all());
  hold(GLFW_KEY_HOME);
  EXPECT_TRUE(state.of<OverviewView>().shows_all());
}

TEST_F(HeadsPanel, has_no_zoom_where_thumbnails_are_large) {
  heads(4, 4);
  window_frames(3);
  EXPECT_FALSE(has("heads.closer"));
}

TEST_F(HeadsPanel, shows_names_in_windows_of_every_size) {
  heads(4, 8);
  name_last_layer();
  int seen = 0;
  for (const ImVec2 size : {ImVec2{800.0F, 600.0F}, ImVec2{1024.0F, 768.0F}, ImVec2{1366.0F, 768.0F},
                            ImVec2{1600.0F, 900.0F}, ImVec2{3840.0F, 2160.0F}})
    for (const float scale : {1.0F, 1.5F, 2.0F}) {
      SCOPED_TRACE(std::to_string(size.x) + " × " + std::to_string(scale));
      ImGui::GetIO().DisplaySize = size;
      ImGui::GetIO().FontGlobalScale = scale;
      session.head = {3, 0};
      window_frames(2);
      session.head = {3, 7};
      window_frames(4);
      if (!has("panel.heads")) continue;  // it is a tab there
      const float em = ImGui::GetFontSize();
      ++seen;
      ASSERT_TRUE(has("overview.head.3.7"));
      const ProbeItem tile = item("overview.head.3.7");
      // Under a thumbnail a name needs about two ems, in a line of its own it stands beside the thumbnail.
      EXPECT_GE(tile.max.x - tile.min.x, state.of<OverviewView>().lines ? 2.5F * em : 1.8F * em);
    }
  EXPECT_GE(seen, 6);
}

}  // namespace
}  // namespace regard
