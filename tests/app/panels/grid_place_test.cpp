// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grid_place.h"

#include "app/panels/common/grids_state.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "tests/app/panels/window_harness.h"

namespace regard {
namespace {

class PlaceInTheGrids : public test::WindowHarness {
protected:
  void zoom() {
    window_frames(2);
    state.of<GridsState>().view = {.zoom = 3.0F, .left = 1.0F, .top = 1.0F};
    window_frames(2);
    ASSERT_FALSE(state.of<GridsState>().view.shows_all());
  }
  /// The same model reads another text, as the worker hands it over.
  void read(const std::string& text) {
    auto next = regard::testing::handmade_snapshot(text);
    next->model = snapshot->model;
    next->number = snapshot->number + 1;
    snapshot = next;
    reading().text = text;
    window_frames(2);
  }
};

class MapOfALongText : public test::WindowWithJobs {};

TEST_F(PlaceInTheGrids, is_kept_while_the_text_is_edited) {
  zoom();
  read("the old king gave the prince a sword and");
  EXPECT_FALSE(state.of<GridsState>().view.shows_all()) << "a word typed at the end";
  read("the king gave the prince a sword and");
  EXPECT_FALSE(state.of<GridsState>().view.shows_all()) << "a word deleted";
}

TEST_F(PlaceInTheGrids, is_lost_with_the_text) {
  zoom();
  read("nobody expected such weather in the middle of May");
  EXPECT_TRUE(state.of<GridsState>().view.shows_all());
}

TEST_F(PlaceInTheGrids, is_lost_with_the_model) {
  zoom();
  show("the old king gave the prince a sword");
  window_frames(2);
  EXPECT_TRUE(state.of<GridsState>().view.shows_all());
}

TEST_F(PlaceInTheGrids, is_lost_where_words_stand_along_the_axes_instead_of_tokens) {
  zoom();
  look().word_level = true;
  window_frames(2);
  EXPECT_TRUE(state.of<GridsState>().view.shows_all());
}

TEST_F(PlaceInTheGrids, is_given_up_by_the_key_and_by_the_button_in_the_corner) {
  zoom();
  hold(GLFW_KEY_HOME);
  EXPECT_TRUE(state.of<GridsState>().view.shows_all());
  zoom();
  click_item("grid.weights.all");
  EXPECT_TRUE(state.of<GridsState>().view.shows_all());
}

TEST_F(PlaceInTheGrids, stays_when_another_head_is_shown) {
  zoom();
  selection().head = {1, 3};
  window_frames(2);
  EXPECT_FALSE(state.of<GridsState>().view.shows_all());
}

TEST_F(MapOfALongText, is_let_go_with_the_text) {
  std::string text;
  for (std::size_t word = 0; word <= window_units; ++word)
    text += "word ";
  show(text);
  frames_until_ready();
  const MapState& map = state.of<GridsState>().map;
  ASSERT_NE(map.drawn, nullptr);
  ASSERT_GT(map.weights.values.size(), 0U);
  show("the old king gave the prince a sword");
  frames_until_ready();
  EXPECT_EQ(map.drawn, nullptr);
  EXPECT_EQ(map.source, nullptr);
  for (const Matrix* kept : {&map.scores, &map.weights, &map.mini})
    EXPECT_EQ(kept->values.capacity(), 0U);
}

}  // namespace
}  // namespace regard
