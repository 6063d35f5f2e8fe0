// SPDX-License-Identifier: Apache-2.0
// The column of heads in windows and models of all sizes.
#include "app/session/selection.h"
#include "app/widgets/overview.h"
#include "core/engine/engine.h"
#include "tests/app/panels/window_harness.h"
#include "tests/core/engine/random_model.h"

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

/// What a model read.
std::shared_ptr<Snapshot> snapshot_of(const std::shared_ptr<Model>& model) {
  model->tokenizer = std::make_shared<testing::WordTokenizer>();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->number = 7;
  snapshot->model = model;
  snapshot->source_text = "the old king";
  snapshot->encoding = model->tokenizer->encode(snapshot->source_text, {});
  Request request;
  for (const Token& token : snapshot->encoding.tokens)
    request.ids.push_back(token.id);
  snapshot->trace = run(model, request);
  add_thumbnails(*snapshot);
  return snapshot;
}

/// Layers of 4 heads, of none, of 3, of 6.
std::shared_ptr<Snapshot> uneven_snapshot() {
  const auto heads = [](std::size_t count, std::size_t kv_heads, std::size_t head_dim) {
    return SoftmaxAttention{.heads = count, .kv_heads = kv_heads, .head_dim = head_dim, .scale = usual_scale(head_dim)};
  };
  const auto model =
      testing::random_decoder({.layers = 4, .hidden = 24, .feed_forward = 31, .context = 40, .vocabulary = 1000},
                              {heads(4, 2, 8), {}, heads(3, 1, 5), heads(6, 6, 2)});
  return snapshot_of(model);
}

TEST_F(HeadsPanel, says_which_layers_have_no_heads_and_keys_step_over_them) {
  show("the old king");
  snapshot = uneven_snapshot();
  selection().head = {0, 3};
  window_frames(3);
  expect_in_order();
  EXPECT_TRUE(has("overview.head.0.3"));
  EXPECT_TRUE(has("overview.head.3.5"));
  EXPECT_FALSE(has("overview.head.2.3"));
  EXPECT_FALSE(has("overview.head.1.0"));
  const auto after = [this](int key) {
    hold(key);
    settle();
    window_frames(1);
    return selection().head;
  };
  EXPECT_EQ(after(GLFW_KEY_DOWN), (HeadRef{2, 2})) << "over layer 1, to the last of three";
  EXPECT_EQ(after(GLFW_KEY_DOWN), (HeadRef{3, 2}));
  EXPECT_EQ(after(GLFW_KEY_DOWN), (HeadRef{3, 2}));
  EXPECT_EQ(after(GLFW_KEY_RIGHT), (HeadRef{3, 3}));
  EXPECT_EQ(after(GLFW_KEY_UP), (HeadRef{2, 2}));
  EXPECT_EQ(after(GLFW_KEY_UP), (HeadRef{0, 2}));
  EXPECT_EQ(after(GLFW_KEY_UP), (HeadRef{0, 2}));
}

TEST_F(HeadsPanel, every_panel_survives_layers_that_differ) {
  show("the old king");
  snapshot = uneven_snapshot();
  for (const HeadRef head : {HeadRef{0, 3}, HeadRef{1, 0}, HeadRef{3, 5}}) {
    selection().head = head;
    for (const char* panel : {"scores", "weights", "arcs", "question", "layers", "kv_cache", "steps"}) {
      SCOPED_TRACE(panel);
      choose(panel);
      window_frames(3);
      expect_in_order();
    }
  }
}

TEST_F(HeadsPanel, every_panel_survives_layers_without_softmax) {
  show("the old king");
  snapshot = snapshot_of(testing::random_hybrid({.layers = 4, .vocabulary = 1000}));
  for (const std::size_t layer : {0U, 1U}) {
    selection().head = {layer, 1};
    for (const char* panel : {"scores", "weights", "arcs", "question", "layers", "kv_cache", "steps", "flow"}) {
      SCOPED_TRACE(panel);
      choose(panel);
      window_frames(3);
      expect_in_order();
    }
    EXPECT_EQ(memo.update(snapshot, session).grid.has_softmax, layer == 1);
  }
}

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
      selection().head = {3, 0};
      window_frames(2);
      selection().head = {3, 7};
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
