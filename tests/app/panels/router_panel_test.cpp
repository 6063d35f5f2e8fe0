// SPDX-License-Identifier: Apache-2.0
// The view of experts in the whole window: what clicks and keys choose, what the sentence marks, what is said where there is nothing.
#include "app/panels/look/router_parts.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/mixture_text.h"

#include <algorithm>

namespace regard::test {
namespace {

class RouterPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    read(regard::testing::reading_mixture());
    choose("router");
    window_frames(2);
  }

  void read(const std::shared_ptr<const Model>& model,
            const std::string& text = "the old king saw a cat in the garden") {
    snapshot = regard::testing::read_text(model, text);
    select();
    selection().head = {0, 0};
  }

  /// The middle of a cell of the map on show.
  [[nodiscard]] ImVec2 cell(std::size_t row, std::size_t col) const {
    const ProbeItem grid = item("router.grid.cells");
    const float width = (grid.max.x - grid.min.x) / grid.range->cols,
                height = (grid.max.y - grid.min.y) / grid.range->rows;
    return {grid.min.x + (static_cast<float>(col) - grid.range->left + 0.5F) * width,
            grid.min.y + (static_cast<float>(row) - grid.range->top + 0.5F) * height};
  }

  [[nodiscard]] std::vector<std::size_t> tokens_of(std::size_t expert) const {
    std::vector<std::size_t> tokens;
    for (const ExpertToken& each : tokens_of_expert(*snapshot->trace, selection().head.layer, expert))
      tokens.push_back(each.token);
    return tokens;
  }
};

TEST_F(RouterPanel, a_click_on_a_cell_chooses_its_token_and_its_expert_and_marks_that_expert_s_tokens) {
  drag({cell(4, 3)});
  settle();
  EXPECT_EQ(look().expert, 3U);
  window_frames(2);
  EXPECT_EQ(memo.update(snapshot, session).query, 4U);
  EXPECT_EQ(hover.marked, tokens_of(3));
  for (const std::size_t token : tokens_of(3))
    EXPECT_TRUE(has("router.token." + std::to_string(token))) << token;
}

TEST_F(RouterPanel, a_bar_of_the_load_chooses_an_expert_and_a_second_click_none) {
  const ProbeItem load = item("router.load");
  const ImVec2 bar{load.min.x + 2.5F * (load.max.x - load.min.x) / load.range->cols, 0.5F * (load.min.y + load.max.y)};
  drag({bar});
  settle();
  EXPECT_EQ(look().expert, 2U);
  drag({bar});
  settle();
  EXPECT_EQ(look().expert, std::nullopt);
  window_frames(2);
  EXPECT_TRUE(hover.marked.empty());
}

TEST_F(RouterPanel, nothing_is_marked_once_another_panel_is_on_show) {
  look().expert = 1;
  window_frames(2);
  EXPECT_EQ(hover.marked, tokens_of(1));
  choose("question");
  window_frames(2);
  EXPECT_TRUE(hover.marked.empty());
}

TEST_F(RouterPanel, a_token_of_the_list_becomes_the_query) {
  look().expert = snapshot->trace->layers[0].router.cols;  // of another model
  window_frames(2);
  EXPECT_FALSE(has("router.expert.none"));
  const std::size_t expert = chosen_experts(*snapshot->trace, 0, 6).front().expert;
  look().expert = expert;
  window_frames(2);
  click_item("router.token.6");
  window_frames(1);
  EXPECT_EQ(memo.update(snapshot, session).query, 6U);
}

TEST_F(RouterPanel, steps_over_layers_without_experts) {
  click_item("router.layer.next");
  EXPECT_EQ(selection().head.layer, 2U);
  window_frames(2);
  click_item("router.layer.next");
  EXPECT_EQ(selection().head.layer, 2U) << "the last";
  click_item("router.layer.back");
  EXPECT_EQ(selection().head.layer, 0U);
}

TEST_F(RouterPanel, says_that_a_layer_has_none_and_leads_to_one_that_has) {
  selection().head = {1, 2};
  window_frames(2);
  EXPECT_FALSE(has("router.grid.cells"));
  click_item("router.there");
  EXPECT_EQ(selection().head, (HeadRef{2, 2}));
}

TEST_F(RouterPanel, experts_are_chosen_one_after_the_other_by_buttons) {
  click_item("router.expert.next");
  EXPECT_EQ(look().expert, 0U);
  window_frames(2);
  click_item("router.expert.back");
  EXPECT_EQ(look().expert, 4U) << "round the end";
  window_frames(2);
  click_item("router.expert.none");
  EXPECT_EQ(look().expert, std::nullopt);
}

TEST_F(RouterPanel, a_row_of_the_token_s_map_is_a_layer) {
  click_item("router.all_layers");
  EXPECT_EQ(look().router_map, RouterMap::token);
  window_frames(2);
  EXPECT_FALSE(has("router.load")) << "it is of one layer";
  EXPECT_TRUE(has("router.layer.0"));
  EXPECT_FALSE(has("router.layer.1")) << "it has no experts";
  drag({cell(2, 1)});
  settle();
  EXPECT_EQ(selection().head.layer, 2U);
  EXPECT_EQ(look().expert, 1U);
}

TEST_F(RouterPanel, the_order_and_the_map_are_the_session_s) {
  click_item("router.by_load");
  EXPECT_TRUE(look().experts_by_load);
  window_frames(2);
  const RouterView view = make_router(*snapshot, router_inputs(*snapshot, session));
  drag({cell(0, 0)});
  settle();
  EXPECT_EQ(look().expert, view.columns.front()) << "the busiest stands first";
  click_item("router.map.2");
  EXPECT_EQ(look().router_map, RouterMap::load);
  window_frames(2);
  EXPECT_TRUE(has("router.grid.cells"));
}

TEST_F(RouterPanel, follows_each_keystroke) {
  const auto rows = [&] { return item("router.grid.cells").range->rows; };
  const float before = rows();
  snapshot = regard::testing::read_text(snapshot->model, "the old king saw a cat in the garden house");
  reading().text = snapshot->encoding.text;
  window_frames(2);
  EXPECT_EQ(rows(), before + 1.0F);
}

TEST_F(RouterPanel, many_experts_begin_with_cells_that_can_be_read) {
  read(regard::testing::reading_mixture({.count = 256, .chosen = 8}));
  choose("router");
  window_frames(3);
  const ProbeItem grid = item("router.grid.cells");
  EXPECT_LT(grid.range->cols, 128.0F) << "not all 256 at once";
  EXPECT_GT((grid.max.x - grid.min.x) / grid.range->cols, 8.0F);
  EXPECT_TRUE(has("router.grid.all"));
  click_item("router.grid.all");
  window_frames(2);
  EXPECT_FLOAT_EQ(item("router.grid.cells").range->cols, 256.0F);
}

TEST_F(RouterPanel, counts_the_load_of_a_long_text_beside_the_window) {
  std::string text;
  for (int word = 0; word < 3000; ++word)
    text += word % 2 == 0 ? "the " : "king ";
  read(snapshot->model, text);
  look().router_map = RouterMap::load;
  choose("router");
  frames_until_ready();
  ASSERT_NE(jobs.look<ExpertLoadsSlot>().value, nullptr);
  EXPECT_EQ(jobs.look<ExpertLoadsSlot>().value->layers[0], expert_load(*snapshot->trace, 0));
  EXPECT_TRUE(has("router.grid.cells"));
}

TEST_F(RouterPanel, says_what_it_is_about_where_the_model_has_no_experts_and_waits_without_a_run) {
  read(regard::testing::reading_model(true));
  choose("router");
  window_frames(2);
  EXPECT_TRUE(has("panel.router"));
  EXPECT_FALSE(has("router.grid.cells"));
  EXPECT_FALSE(has("router.map.0"));
  snapshot = std::make_shared<Snapshot>();
  choose("router");
  window_frames(2);
  EXPECT_TRUE(has("panel.router"));
}

TEST_F(RouterPanel, shows_the_baseline_and_what_changed) {
  snapshot = regard::testing::read_beside(snapshot->model, "the red king", "the old king saw");
  select();
  selection().head = {0, 0};
  kept().baseline = "A";
  choose("router");
  for (const Shown shown : {Shown::baseline, Shown::difference})
    for (const RouterMap map : {RouterMap::layer, RouterMap::token, RouterMap::load}) {
      look().shown = shown;
      look().router_map = map;
      window_frames(2);
      EXPECT_TRUE(has("router.grid.cells"));
      if (map == RouterMap::layer) {
        const std::size_t tokens =
            shown == Shown::baseline ? snapshot->comparison->baseline->trace->tokens() : snapshot->trace->tokens();
        EXPECT_FLOAT_EQ(item("router.grid.cells").range->rows, static_cast<float>(tokens));
      }
      const auto& difference = state.of<RouterState>().difference;
      EXPECT_EQ(difference.has_value(), shown == Shown::difference);
      expect_in_order();
    }
}

TEST_F(RouterPanel, is_in_order_in_windows_of_every_size_and_both_languages) {
  look().expert = 2;
  for (const RouterMap map : {RouterMap::layer, RouterMap::token, RouterMap::load}) {
    look().router_map = map;
    expect_in_order_in_every_size({"router"});
  }
}

}  // namespace
}  // namespace regard::test
