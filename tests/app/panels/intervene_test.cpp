// SPDX-License-Identifier: Apache-2.0
// Brush, tools and list of interventions in a whole window without a screen.
#include "app/panels/change/intervene_state.h"
#include "app/panels/change/intervene_words.h"
#include "app/session/action.h"
#include "app/session/history.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/session.h"
#include "app/viewmodel/comparison.h"
#include "core/base/error.h"
#include "tests/app/panels/window_harness.h"

#include <gtest/gtest.h>

namespace regard::test {
namespace {

using Kind = InterventionKind;

class InterveneWindow : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    choose("intervene");
    window_frames(3);
  }

  /// The middle of a cell, as the probe says where the grid stands.
  static ImVec2 cell(const std::string& grid, std::size_t row, std::size_t col) {
    const ProbeItem found = item(grid + ".cells");
    const ProbeRange range = found.range.value_or(ProbeRange{0.0F, 0.0F, 1.0F, 1.0F});
    const float x = (static_cast<float>(col) + 0.5F - range.left) / range.cols;
    const float y = (static_cast<float>(row) + 0.5F - range.top) / range.rows;
    return {found.min.x + x * (found.max.x - found.min.x), found.min.y + y * (found.max.y - found.min.y)};
  }

  Intervention item_at(std::size_t index) const {
    return resolved(reading().interventions.at(index), snapshot->encoding);
  }
  static Cells cells(Range queries, Range keys) { return {queries, keys}; }
};

TEST_F(InterveneWindow, without_a_tool_a_click_selects_and_a_drag_changes_nothing) {
  drag({cell("grid.scores", 3, 4)});
  EXPECT_NE(action<SelectQuery>(), nullptr);
  EXPECT_NE(action<SelectKey>(), nullptr);
  drag({cell("grid.scores", 3, 4), cell("grid.scores", 3, 6)});
  EXPECT_TRUE(reading().interventions.empty());
  EXPECT_FALSE(has("brush.tool"));
}

TEST_F(InterveneWindow, a_drag_of_the_mask_is_one_item_of_the_shown_head) {
  click_item("intervene.tool_mask");
  window_frames(2);
  EXPECT_TRUE(has("brush.tool"));
  drag({cell("grid.scores", 3, 2), cell("grid.scores", 3, 5)});
  ASSERT_EQ(reading().interventions.size(), 1U);
  const Intervention item = item_at(0);
  EXPECT_EQ(item.kind, Kind::mask);
  EXPECT_EQ(item.scope, (HeadScope{1, 3}));
  EXPECT_EQ(item.cells, std::vector{cells({3, 4}, {2, 6})}) << "the cells that the mouse jumped over are in";
  EXPECT_EQ(action<SelectQuery>(), nullptr) << "painting selects nothing";
}

TEST_F(InterveneWindow, heads_are_put_in_another_kind_of_attention_whose_numbers_can_be_changed) {
  click_item("intervene.kind");
  window_frames(2);
  EXPECT_FALSE(has("menu.kind.softmax")) << "that is what the model does";
  click_item("menu.kind.window");
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(item_at(0).kind, Kind::attention);
  EXPECT_EQ(item_at(0).scope, (HeadScope{1, 3}));
  EXPECT_EQ(item_at(0).as, usual_kind(KindForm::window));
  window_frames(2);
  EXPECT_TRUE(has("intervene.item.0.as.0"));
  EXPECT_NE(sentence_of(item_at(0), snapshot->encoding).find(tr("kinds.untrained")), std::string::npos);
}

TEST_F(InterveneWindow, heads_are_given_other_positions_where_the_model_allows_it) {
  click_item("intervene.reach.2");
  click_item("intervene.positioned");
  window_frames(2);
  EXPECT_TRUE(has("menu.positions.none"));
  click_item("menu.positions.alibi");
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(item_at(0).kind, Kind::positions);
  EXPECT_EQ(item_at(0).scope, HeadScope{});
  EXPECT_EQ(item_at(0).positioned, usual_positions(PositionForm::alibi));
  EXPECT_NE(sentence_of(item_at(0), snapshot->encoding).find(tr("kinds.untrained")), std::string::npos);
}

TEST_F(InterveneWindow, every_stroke_is_an_item_and_one_step_back) {
  History history(session);
  const ActionContext context = action_context(*snapshot, session);
  hold('M');
  window_frames(2);
  drag({cell("grid.scores", 1, 1), cell("grid.scores", 1, 2), cell("grid.scores", 1, 3)});
  double seconds = 0.0;
  for (const Action& each : actions)
    history.perform(each, context, seconds += 5.0);
  const Session one = history.current();
  drag({cell("grid.weights", 4, 1), cell("grid.weights", 5, 1)});
  for (const Action& each : actions)
    history.perform(each, context, seconds += 5.0);
  ASSERT_EQ(history.current().interventions.size(), 2U);
  history.perform(Undo{}, context, seconds);
  EXPECT_EQ(history.current(), one);
  history.perform(Undo{}, context, seconds);
  EXPECT_TRUE(history.current().interventions.empty());
}

TEST_F(InterveneWindow, rows_columns_layers_and_amounts_are_what_was_chosen) {
  InterveneState& tools = state.of<InterveneState>();
  tools.tool = BrushTool::add;
  tools.shape = BrushShape::row;
  tools.reach = Reach::layer;
  tools.added = -1.5F;
  window_frames(2);
  drag({cell("grid.scores", 2, 2)});
  tools.tool = BrushTool::set_weight;
  tools.shape = BrushShape::column;
  tools.reach = Reach::everywhere;
  tools.weight = 0.25F;
  window_frames(2);
  drag({cell("grid.weights", 2, 4)});
  ASSERT_EQ(reading().interventions.size(), 2U);
  EXPECT_EQ(
      item_at(0),
      (Intervention{.kind = Kind::add, .scope = {1, {}}, .cells = {cells({2, 3}, {0, kToEnd})}, .amount = -1.5F}));
  EXPECT_EQ(item_at(1),
            (Intervention{.kind = Kind::set_weight, .cells = {cells({0, kToEnd}, {4, 5})}, .amount = 0.25F}));
}

TEST_F(InterveneWindow, copying_takes_whole_rows_from_the_chosen_pin) {
  click_item("intervene.tool_copy");
  EXPECT_EQ(state.of<InterveneState>().tool, BrushTool::look) << "there is nothing to copy from";
  kept().pins.push_back({"A", reading_of(session), {}});
  window_frames(1);
  click_item("intervene.tool_copy");
  window_frames(2);
  drag({cell("grid.scores", 2, 3), cell("grid.scores", 3, 3)});
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(item_at(0),
            (Intervention{.kind = Kind::copy_pattern, .scope = {1, 3}, .positions = {{2, 4}}, .source_name = "A"}));
}

TEST_F(InterveneWindow, the_eraser_takes_cells_from_every_item_of_the_head_and_drops_empty_ones) {
  hold('M');
  window_frames(2);
  drag({cell("grid.scores", 3, 2), cell("grid.scores", 3, 4)});
  hold('=');
  window_frames(2);
  drag({cell("grid.scores", 3, 3)});
  ASSERT_EQ(reading().interventions.size(), 2U);
  reading().interventions.push_back(
      placed({.kind = Kind::mask, .scope = {0, 0}, .cells = {cells({3, 4}, {3, 4})}}, snapshot->encoding));
  hold('E');
  window_frames(2);
  drag({cell("grid.scores", 3, 3)});
  ASSERT_EQ(reading().interventions.size(), 2U);
  EXPECT_EQ(item_at(0).cells, (std::vector{cells({3, 4}, {2, 3}), cells({3, 4}, {4, 5})}));
  EXPECT_EQ(item_at(1).scope, (HeadScope{0, 0})) << "another head's stays";
}

TEST_F(InterveneWindow, at_word_level_a_cell_is_every_pair_of_its_pieces) {
  show("the old king gave the prince a sword", {.piece = 3});
  look().word_level = true;
  window_frames(2);
  hold('M');
  window_frames(2);
  const Axis& rows = memo.update(snapshot, session).grid.rows;
  const std::vector<std::size_t> asking = rows.units[3].tokens, asked = rows.units[6].tokens;
  ASSERT_GT(asking.size(), 1U);
  drag({cell("grid.scores", 3, 6)});
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(item_at(0).cells,
            std::vector{cells({asking.front(), asking.back() + 1}, {asked.front(), asked.back() + 1})});
}

TEST_F(InterveneWindow, cells_ahead_of_a_causal_query_are_not_painted) {
  show("the old king gave the prince a sword", {.causal = true});
  window_frames(2);
  hold('M');
  window_frames(2);
  drag({cell("grid.scores", 2, 5)});
  EXPECT_TRUE(reading().interventions.empty());
  drag({cell("grid.scores", 2, 1), cell("grid.scores", 2, 5)});
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(item_at(0).cells, std::vector{cells({2, 3}, {1, 3})});
}

TEST_F(InterveneWindow, while_the_difference_is_shown_the_brush_rests_and_says_so) {
  hold('M');
  const auto baseline = regard::testing::handmade_snapshot("the old king gave the prince a sword");
  snapshot->comparison = std::make_shared<Comparison>(compare(baseline, *snapshot, ""));
  look().shown = Shown::difference;
  window_frames(2);
  EXPECT_TRUE(has("brush.obstacle"));
  drag({cell("grid.scores", 2, 1)});
  EXPECT_TRUE(reading().interventions.empty());
}

TEST_F(InterveneWindow, a_full_list_takes_no_more_and_says_so) {
  reading().interventions.assign(max_interventions,
                                 placed({.kind = Kind::mask, .scope = {0, 0}, .cells = {Cells{}}}, snapshot->encoding));
  hold('M');
  window_frames(2);
  EXPECT_TRUE(has("brush.obstacle"));
  drag({cell("grid.scores", 2, 1)});
  EXPECT_EQ(reading().interventions.size(), max_interventions);
}

TEST_F(InterveneWindow, escape_and_the_same_key_put_the_tool_away) {
  hold('W');
  EXPECT_EQ(state.of<InterveneState>().tool, BrushTool::set_weight);
  hold('W');
  EXPECT_EQ(state.of<InterveneState>().tool, BrushTool::look);
  hold('M');
  hold(GLFW_KEY_ESCAPE);
  EXPECT_EQ(state.of<InterveneState>().tool, BrushTool::look);
}

TEST_F(InterveneWindow, head_tools_make_their_items) {
  click_item("intervene.ablate");
  state.of<InterveneState>().mean = true;
  click_item("intervene.keep_only");
  state.of<InterveneState>().reach = Reach::layer;
  click_item("intervene.scale");
  click_item("intervene.temperature");
  ASSERT_EQ(reading().interventions.size(), 4U);
  EXPECT_EQ(item_at(0), (Intervention{.kind = Kind::ablate, .scope = {1, 3}}));
  EXPECT_EQ(item_at(1), (Intervention{.kind = Kind::keep_only, .scope = {1, 3}, .mean = true}));
  EXPECT_EQ(item_at(2), (Intervention{.kind = Kind::scale, .scope = {1, {}}, .amount = 0.5F}));
  EXPECT_EQ(item_at(3), (Intervention{.kind = Kind::temperature, .scope = {1, {}}, .amount = 2.0F}));
}

TEST_F(InterveneWindow, token_tools_work_on_the_selected_key_or_query) {
  click_item("intervene.hide");
  click_item("intervene.token.1");
  click_item("intervene.shift");
  click_item("intervene.no_positions");
  ASSERT_EQ(reading().interventions.size(), 3U);
  EXPECT_EQ(item_at(0), (Intervention{.kind = Kind::hide_tokens, .positions = {{1, 2}}}));
  EXPECT_EQ(item_at(1), (Intervention{.kind = Kind::shift_positions, .positions = {{2, 3}}, .amount = 1.0F}));
  EXPECT_EQ(item_at(2).kind, Kind::no_positions);
}

TEST_F(InterveneWindow, the_list_switches_moves_and_removes_items) {
  click_item("intervene.ablate");
  click_item("intervene.scale");
  window_frames(1);
  click_item("intervene.item.0.on");
  EXPECT_FALSE(reading().interventions[0].on);
  click_item("intervene.item.1.up");
  EXPECT_EQ(item_at(0).kind, Kind::scale);
  click_item("intervene.item.1.remove");
  ASSERT_EQ(reading().interventions.size(), 1U);
  click_item("intervene.clear");
  EXPECT_TRUE(reading().interventions.empty());
}

TEST_F(InterveneWindow, the_badge_counts_what_acts_and_opens_the_panel) {
  EXPECT_FALSE(has("status.interventions"));
  click_item("intervene.ablate");
  choose("question");
  window_frames(2);
  click_item("status.interventions");
  EXPECT_EQ(look().stage.workspace, "change");
  window_frames(1);
  EXPECT_TRUE(has("panel.intervene"));
  reading().interventions[0].on = false;
  window_frames(2);
  EXPECT_FALSE(has("status.interventions"));
}

TEST_F(InterveneWindow, a_right_click_on_a_head_offers_to_silence_it) {
  add_thumbnails(*snapshot);
  window_frames(2);
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = middle("overview.head.0.2");
  window_frames(2);
  io.MouseDown[1] = true;
  window_frames(1);
  io.MouseDown[1] = false;
  window_frames(2);
  click_item("menu.ablate_mean");
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(item_at(0), (Intervention{.kind = Kind::ablate, .scope = {0, 2}, .mean = true}));
}

TEST_F(InterveneWindow, a_right_click_on_a_token_offers_to_hide_it) {
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = middle("strip.token.4");
  window_frames(2);
  io.MouseDown[1] = true;
  window_frames(1);
  io.MouseDown[1] = false;
  window_frames(2);
  click_item("menu.hide");
  ASSERT_EQ(reading().interventions.size(), 1U);
  EXPECT_EQ(item_at(0), (Intervention{.kind = Kind::hide_tokens, .positions = {{4, 5}}}));
}

TEST_F(InterveneWindow, an_item_that_was_left_out_says_why) {
  click_item("intervene.ablate");
  snapshot->left_out.push_back({0, Error("intervention_value", {.item = "interventions[0].layer"})});
  snapshot->number += 1;
  window_frames(2);
  EXPECT_TRUE(has("intervene.item.0.left_out"));
  EXPECT_FALSE(has("status.interventions"));
}

TEST_F(InterveneWindow, items_read_as_sentences) {
  const Encoding& text = snapshot->encoding;
  Intervention item{.kind = Kind::mask, .scope = {1, 3}, .cells = {cells({3, 4}, {5, 6})}};
  EXPECT_EQ(sentence_of(item, text), "head 1.3: mask on “king” → “the”");
  item.cells.push_back(cells({1, 2}, {2, 5}));
  EXPECT_EQ(sentence_of(item, text), "head 1.3: mask on “king” → “the” and 3 more pairs");
  EXPECT_EQ(sentence_of({.kind = Kind::scale, .scope = {3, {}}, .amount = 0.5F}, text),
            "layer 3, all heads: output × 0.50");
  EXPECT_EQ(sentence_of({.kind = Kind::hide_tokens, .positions = {{2, 4}}}, text), "hidden from all heads: “old king”");
  EXPECT_EQ(sentence_of({.kind = Kind::shift_positions, .positions = {{2, 3}}, .amount = -2.0F}, text),
            "position shifted by −2: “old”");
  set_language(Language::ru);
  EXPECT_EQ(sentence_of({.kind = Kind::add, .scope = {}, .cells = {cells({2, 3}, {0, kToEnd})}, .amount = 2.0F}, text),
            "все головы: +2.0 к оценке «old» → все ключи");
  const Intervention copy{.kind = Kind::copy_pattern, .source_name = "A"};
  EXPECT_EQ(left_out_sentence(copy, Error("intervention_source", {})),
            "Не действует: прогона текста «A» моделью тех же размеров нет.");
}

}  // namespace
}  // namespace regard::test
