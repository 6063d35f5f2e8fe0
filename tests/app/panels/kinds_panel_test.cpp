// SPDX-License-Identifier: Apache-2.0
// The workspace Kinds in the whole window: kinds are added, changed and taken away, grids are linked, costs are drawn.
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <algorithm>

namespace regard::test {
namespace {

class KindsPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    read(regard::testing::reading_model(true), "the old king saw a cat in the garden");
  }

  void read(const std::shared_ptr<const Model>& model, const std::string& text) {
    snapshot = regard::testing::read_text(model, text);
    select();
    look().stage.workspace = "kinds";
    frames_until_ready();
  }

  /// The middle of a cell of one of the grids.
  [[nodiscard]] ImVec2 cell(std::size_t grid, std::size_t row, std::size_t col) const {
    const ProbeItem cells = item("kinds.grid." + std::to_string(grid) + ".cells");
    const float width = (cells.max.x - cells.min.x) / cells.range->cols,
                height = (cells.max.y - cells.min.y) / cells.range->rows;
    return {cells.min.x + (static_cast<float>(col) + 0.5F) * width,
            cells.min.y + (static_cast<float>(row) + 0.5F) * height};
  }
};

TEST_F(KindsPanel, a_grid_stands_there_for_every_kind) {
  ASSERT_EQ(look().kinds.size(), 4U);
  for (std::size_t index = 0; index < 4; ++index)
    EXPECT_TRUE(has("kinds.grid." + std::to_string(index) + ".cells")) << index;
  EXPECT_FALSE(has("kinds.grid.4.cells"));
  EXPECT_EQ(state.of<KindsState>().pictures[0].values.values, memo.update(snapshot, session).grid.weights.values);
}

TEST_F(KindsPanel, a_kind_is_added_from_the_menu_up_to_six) {
  ImGui::GetIO().DisplaySize = {1600.0F, 1500.0F};  // in lower windows the last row is scrolled to
  window_frames(2);
  click_item("kinds.add");
  window_frames(2);
  click_item("kinds.add.sigmoid");
  frames_until_ready();
  ASSERT_EQ(look().kinds.size(), 5U);
  EXPECT_EQ(look().kinds.back(), KindOfAttention{KindForm::sigmoid});
  EXPECT_TRUE(has("kinds.grid.4.cells"));
  look().kinds.push_back(KindOfAttention{KindForm::hard});
  frames_until_ready();
  EXPECT_TRUE(has("kinds.grid.5.cells"));
  EXPECT_FALSE(has("kinds.add"));
}

TEST_F(KindsPanel, a_second_window_has_another_width) {
  click_item("kinds.add");
  window_frames(2);
  click_item("kinds.add.window");
  frames_until_ready();
  EXPECT_EQ(look().kinds.back(), (KindOfAttention{KindForm::window, 5}));
}

TEST_F(KindsPanel, a_kind_is_taken_away_but_two_stay) {
  click_item("kinds.remove.1");
  frames_until_ready();
  EXPECT_EQ(look().kinds, (std::vector<KindOfAttention>{KindOfAttention{}, usual_kind(KindForm::top_keys),
                                                        usual_kind(KindForm::linear)}));
  click_item("kinds.remove.0");
  frames_until_ready();
  EXPECT_EQ(look().kinds.size(), 2U);
  EXPECT_FALSE(has("kinds.remove.0"));
}

TEST_F(KindsPanel, another_kind_takes_the_place_of_one) {
  click_item("kinds.kind.1");
  window_frames(2);
  EXPECT_TRUE(has("kinds.number.1.0")) << "the width of the window";
  click_item("kinds.to.hard");
  frames_until_ready();
  EXPECT_EQ(look().kinds[1], KindOfAttention{KindForm::hard});
}

TEST_F(KindsPanel, a_click_on_a_cell_chooses_query_and_key_for_all_views) {
  drag({cell(1, 4, 3)});
  settle();
  window_frames(2);
  const Views& views = memo.update(snapshot, session);
  EXPECT_EQ(views.query, 4U);
  EXPECT_EQ(views.key, 3U);
}

TEST_F(KindsPanel, the_mouse_over_one_grid_is_known_to_the_others) {
  ImGui::GetIO().MousePos = cell(2, 5, 1);
  window_frames(3);
  EXPECT_EQ(hover.query, 5U);
  EXPECT_EQ(hover.key, 1U);
}

TEST_F(KindsPanel, flash_is_drawn_tile_by_tile) {
  look().kinds = parse_kinds("softmax,flash:3");
  frames_until_ready();
  ASSERT_TRUE(has("kinds.tiles"));
  state.of<KindsState>().tiles = 2;
  window_frames(2);
  const KindPicture& picture = state.of<KindsState>().pictures[1];
  EXPECT_TRUE(std::any_of(picture.values.values.begin(), picture.values.values.end(),
                          [](float value) { return value != value; }));
}

TEST_F(KindsPanel, a_head_that_cannot_be_shown_so_says_why) {
  const auto model = regard::testing::reading_model(true);
  regard::testing::set_cap(*model, 4.0F);
  read(model, "the old king saw a cat");
  EXPECT_TRUE(has("kinds.grid.0.cells"));
  EXPECT_FALSE(has("kinds.grid.3.cells")) << "linear attention of capped scores";
}

TEST_F(KindsPanel, the_old_pictures_stay_until_the_new_ones_are_there) {
  const auto before = state.of<KindsState>().answer;
  snapshot = regard::testing::read_text(snapshot->model, "a cat saw the king");
  window_frames(1);
  EXPECT_TRUE(has("kinds.grid.0.cells"));
  frames_until_ready();
  EXPECT_NE(state.of<KindsState>().answer, before);
  EXPECT_EQ(state.of<KindsState>().rows.size(), snapshot->encoding.tokens.size());
}

TEST_F(KindsPanel, costs_are_drawn_as_curves_of_work_and_of_memory) {
  choose("kind_costs");
  frames_until_ready();
  EXPECT_TRUE(has("kind_costs.chart"));
  EXPECT_EQ(state.of<KindsState>().costs_here.size(), look().kinds.size());
  click_item("kind_costs.what.1");
  EXPECT_TRUE(state.of<KindsState>().bytes);
}

TEST_F(KindsPanel, under_a_grid_stands_what_the_kind_would_cost) {
  EXPECT_FALSE(has("kinds.apply.0")) << "softmax is what the model does";
  ASSERT_TRUE(has("kinds.apply.1"));
  EXPECT_TRUE(has("kinds.effect.1"));
  const auto of_head = state.of<KindsState>().effects;
  ASSERT_NE(of_head, nullptr);
  EXPECT_GT(of_head->effects[1].divergence, 0.0);
  click_item("kinds.reach.2");
  frames_until_ready();
  const auto of_model = state.of<KindsState>().effects;
  ASSERT_NE(of_model, nullptr);
  EXPECT_EQ(of_model->of.scope, HeadScope{});
  EXPECT_NE(of_model->effects[1].divergence, of_head->effects[1].divergence);
}

TEST_F(KindsPanel, a_kind_is_applied_changed_and_taken_back) {
  const HeadRef head = shown_head(*snapshot, session);
  click_item("kinds.apply.1");
  ASSERT_EQ(reading().interventions.size(), 1U);
  const Intervention& item = reading().interventions.front().item;
  EXPECT_EQ(item.kind, InterventionKind::attention);
  EXPECT_EQ(item.scope, (HeadScope{head.layer, head.head}));
  EXPECT_EQ(item.as, look().kinds[1]);
  frames_until_ready();
  click_item("kinds.apply.2");
  ASSERT_EQ(reading().interventions.size(), 1U) << "one kind at a time";
  EXPECT_EQ(reading().interventions.front().item.as, look().kinds[2]);
  frames_until_ready();
  click_item("kinds.apply.2");
  EXPECT_TRUE(reading().interventions.empty());
}

TEST_F(KindsPanel, a_kind_that_heads_cannot_be_in_is_not_offered) {
  const auto model = regard::testing::reading_model(true);
  regard::testing::set_cap(*model, 4.0F);
  read(model, "the old king saw a cat");
  EXPECT_TRUE(has("kinds.apply.1"));
  EXPECT_FALSE(has("kinds.apply.3")) << "linear attention of capped scores";
}

TEST_F(KindsPanel, the_layer_is_cut_into_other_numbers_of_heads) {
  choose("head_cuts");
  frames_until_ready();
  const std::size_t own = snapshot->model->config.heads(0);
  EXPECT_TRUE(has("head_cuts.grid." + std::to_string(own) + ".0.cells"));
  read(regard::testing::reading_model(false), "the old king saw a cat");
  choose("head_cuts");
  frames_until_ready();
  for (const std::string grid : {"1.0", "2.0", "2.1", "4.3"})
    EXPECT_TRUE(has("head_cuts.grid." + grid + ".cells")) << grid;
}

TEST_F(KindsPanel, the_table_leads_to_what_it_tells_of) {
  choose("kind_table");
  frames_until_ready();
  ASSERT_TRUE(has("kind_table.show.self"));
  click_item("kind_table.show.local");
  settle();
  EXPECT_EQ(look().stage.workspace, "kinds");
  EXPECT_TRUE(std::ranges::find(look().kinds, usual_kind(KindForm::window)) != look().kinds.end());
}

TEST_F(KindsPanel, is_in_order_in_every_size) {
  look().kinds = parse_kinds("softmax,first_last:1:4,topk:2,linear,performer:64,flash:4");
  frames_until_ready();
  expect_in_order_in_every_size({"kinds", "head_cuts", "kind_table", "kind_costs"});
}

}  // namespace
}  // namespace regard::test
