// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/heat_map.h"

#include "tests/app/widgets/headless.h"

#include <cmath>
#include <set>

namespace regard {
namespace {

class HeatMapWidget : public test::Headless {
protected:
  static constexpr std::size_t kCount = 12;

  HeatMapWidget() : values_(kCount, kCount) {
    for (std::size_t i = 0; i < kCount; ++i)
      axis_.units.push_back({"слово" + std::to_string(i), {i}, false});
  }

  std::function<void()> draw() {
    return [this] {
      const HeatMapResult result = heat_map({.id = "grid.weights",
                                             .size = size_,
                                             .values = &values_,
                                             .rows = &axis_,
                                             .cols = &axis_,
                                             .map = &gfx::colour_map(WeightMap::viridis, ThemeChoice::dark)},
                                            view_);
      hovered_ = result.hovered;
      if (result.clicked) clicked_ = result.clicked;
    };
  }

  /// Screen position of a cell's middle, out of the probe alone.
  static ImVec2 at(std::size_t row, std::size_t col) {
    const ProbeItem cells = item("grid.weights.cells");
    const float size = (cells.max.x - cells.min.x) / cells.range->cols;
    return {cells.min.x + (static_cast<float>(col) + 0.5F - cells.range->left) * size,
            cells.min.y + (static_cast<float>(row) + 0.5F - cells.range->top) * size};
  }

  /// Everything the frame drew lies inside this rectangle.
  static void expect_drawn_inside(ImVec2 min, ImVec2 max) {
    for (const ImDrawList* list : {ImGui::GetDrawData()->CmdLists[0]})
      for (const ImDrawCmd& command : list->CmdBuffer)
        for (unsigned at = command.IdxOffset; at < command.IdxOffset + command.ElemCount; ++at) {
          const ImVec2 point = list->VtxBuffer[static_cast<int>(list->IdxBuffer[static_cast<int>(at)])].pos;
          ASSERT_GE(point.x, min.x - 0.5F);
          ASSERT_GE(point.y, min.y - 0.5F);
          ASSERT_LE(point.x, max.x + 0.5F);
          ASSERT_LE(point.y, max.y + 0.5F);
        }
  }
  /// A grid of so many tokens alone on a window without a ground of its own.
  void alone(const std::vector<std::string>& labels) {
    axis_ = {};
    for (const std::string& label : labels)
      axis_.units.push_back({label, {axis_.units.size()}, false});
    values_ = Matrix(labels.size(), labels.size());
    view_ = {};
    probe_clear();
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0.0F, 0.0F});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("alone", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove);
    at_ = ImGui::GetCursorScreenPos();
    heat_map({.id = "grid.weights",
              .size = size_,
              .values = &values_,
              .rows = &axis_,
              .cols = &axis_,
              .map = &gfx::colour_map(WeightMap::viridis, ThemeChoice::dark),
              .selected_row = labels.size() - 1,
              .selected_col = labels.size() - 1},
             view_);
    ImGui::End();
    ImGui::Render();
  }

  ImVec2 size_{500.0F, 500.0F};
  ImVec2 at_{};
  Matrix values_;
  Axis axis_;
  HeatMapView view_;
  std::optional<Cell> hovered_, clicked_;
};

TEST_F(HeatMapWidget, a_click_on_a_cell_gives_its_query_and_key) {
  frame(draw());
  for (const auto& [row, col] : {std::pair<std::size_t, std::size_t>{0, 0}, {3, 9}, {11, 2}, {11, 11}}) {
    clicked_.reset();
    click(at(row, col), draw());
    ASSERT_TRUE(clicked_) << row << ", " << col;
    EXPECT_EQ(*clicked_, (Cell{row, col}));
  }
}

TEST_F(HeatMapWidget, hovering_tells_the_cell_and_nothing_outside) {
  frame(draw());
  move(at(5, 7), draw());
  EXPECT_EQ(hovered_, (Cell{5, 7}));
  const ProbeItem cells = item("grid.weights.cells");
  move({cells.min.x - 5.0F, cells.min.y + 40.0F}, draw());
  EXPECT_FALSE(hovered_) << "a label is no cell";
}

TEST_F(HeatMapWidget, a_column_set_apart_stands_beside_the_cells_row_by_row) {
  frame(draw());
  const ProbeItem alone = item("grid.weights.cells");
  const std::vector<float> shares(kCount, 0.25F);
  const Axis name{.units = {{"sink", {}, true}}, .window = {0, 1}, .total = 1};
  std::optional<std::size_t> beside;
  const auto draw_both = [&] {
    const HeatMapResult result = heat_map({.id = "grid.weights",
                                           .size = size_,
                                           .values = &values_,
                                           .rows = &axis_,
                                           .cols = &axis_,
                                           .map = &gfx::colour_map(WeightMap::viridis, ThemeChoice::dark),
                                           .beside = &shares,
                                           .beside_label = &name},
                                          view_);
    hovered_ = result.hovered;
    beside = result.beside;
  };
  frame(draw_both);
  const ProbeItem cells = item("grid.weights.cells"), column = item("grid.weights.beside");
  EXPECT_LT(cells.max.x - cells.min.x, alone.max.x - alone.min.x) << "the cells make room";
  EXPECT_GT(column.min.x, cells.max.x);
  EXPECT_EQ(column.min.y, cells.min.y);
  EXPECT_EQ(column.max.y, cells.max.y);
  const float middle = 0.5F * (column.min.x + column.max.x);
  for (const std::size_t row : {0U, 5U, 11U}) {
    move({middle, at(row, 0).y}, draw_both);
    EXPECT_EQ(beside, row);
    EXPECT_FALSE(hovered_) << "it is no key";
  }
  move(at(5, 7), draw_both);
  EXPECT_FALSE(beside);
  EXPECT_EQ(hovered_, (Cell{5, 7}));
}

TEST_F(HeatMapWidget, the_wheel_zooms_and_keeps_what_is_under_the_cursor) {
  frame(draw());
  const ImVec2 cursor = at(8, 3);
  move(cursor, draw());
  for (int notch = 0; notch < 4; ++notch) {
    ImGui::GetIO().MouseWheel = 1.0F;
    frame(draw());
  }
  frame(draw());
  EXPECT_GT(view_.zoom, 1.5F);
  EXPECT_EQ(hovered_, (Cell{8, 3}));
  const ImVec2 now = at(8, 3);
  const float size = 500.0F / kCount * view_.zoom;
  EXPECT_NEAR(now.x, cursor.x, 0.5F * size);
  EXPECT_NEAR(now.y, cursor.y, 0.5F * size);
  click(cursor, draw());
  EXPECT_EQ(clicked_, (Cell{8, 3}));
}

TEST_F(HeatMapWidget, zooming_ends_at_a_few_cells_and_at_the_whole) {
  frame(draw());
  move(at(6, 6), draw());
  for (int notch = 0; notch < 80; ++notch) {
    ImGui::GetIO().MouseWheel = 1.0F;
    frame(draw());
  }
  frame(draw());
  EXPECT_GE(item("grid.weights.cells").range->cols, 3.9F);
  for (int notch = 0; notch < 80; ++notch) {
    ImGui::GetIO().MouseWheel = -1.0F;
    frame(draw());
  }
  frame(draw());
  EXPECT_EQ(view_.zoom, 1.0F);
  EXPECT_EQ(view_.left, 0.0F);
  EXPECT_NEAR(item("grid.weights.cells").range->cols, static_cast<float>(kCount), 0.05F);
}

TEST_F(HeatMapWidget, a_drag_pans_without_selecting_and_a_double_click_shows_everything) {
  frame(draw());
  view_ = {.zoom = 2.0F, .left = 3.0F, .top = 3.0F};
  frames(2, draw());
  const ProbeItem cells = item("grid.weights.cells");
  move({0.5F * (cells.min.x + cells.max.x), 0.5F * (cells.min.y + cells.max.y)}, draw());
  ImGuiIO& io = ImGui::GetIO();
  io.MouseDown[0] = true;
  frame(draw());
  for (int step = 0; step < 10; ++step) {
    io.MousePos.x += 10.0F;
    frame(draw());
  }
  io.MouseDown[0] = false;
  frame(draw());
  EXPECT_LT(view_.left, 2.5F) << "the picture follows the hand: columns before come into view";
  EXPECT_NEAR(view_.top, 3.0F, 0.01F);
  EXPECT_FALSE(clicked_);

  double_click({io.MousePos.x, io.MousePos.y}, draw());
  EXPECT_EQ(view_.zoom, 1.0F);
}

TEST_F(HeatMapWidget, nothing_is_cut_at_any_size_not_even_the_outline_of_the_last_row) {
  for (const std::size_t count : {2U, 14U, 40U, 128U})
    for (const ImVec2 size : {ImVec2{480.0F, 300.0F}, ImVec2{300.0F, 480.0F}, ImVec2{160.0F, 140.0F}}) {
      SCOPED_TRACE(std::to_string(count) + " tokens in " + std::to_string(size.x) + " × " + std::to_string(size.y));
      size_ = size;
      std::vector<std::string> labels;
      for (std::size_t token = 0; token < count; ++token)
        labels.push_back(token % 3 == 0 ? "a" : token % 3 == 1 ? "[SEP]" : "electroencephalography");
      alone(labels);
      expect_drawn_inside(at_, {at_.x + size.x, at_.y + size.y});
      const ProbeItem cells = item("grid.weights.cells");
      EXPECT_NEAR(cells.range->cols, static_cast<float>(count), 0.02F) << "all columns are visible";
      EXPECT_NEAR(cells.range->rows, static_cast<float>(count), 0.02F) << "all rows are visible";
      const ImVec2 foretold = heat_map_cells(axis_, axis_, size);
      EXPECT_NEAR(foretold.x, cells.max.x - cells.min.x, 1.0F);
      EXPECT_NEAR(foretold.y, cells.max.y - cells.min.y, 1.0F);
    }
}

TEST_F(HeatMapWidget, labels_take_no_more_room_than_they_need_and_long_ones_give_way_to_the_cells) {
  frame([] {});  // from here on there is a font to measure with
  const auto axis_of = [](const std::string& label) {
    Axis axis;
    for (std::size_t token = 0; token < 14; ++token)
      axis.units.push_back({label, {token}, false});
    return axis;
  };
  const Axis little = axis_of("a"), usual = axis_of("smotrela"), endless = axis_of(std::string(80, 'w'));
  const ImVec2 size{400.0F, 400.0F};
  const auto side = [&](const Axis& axis) { return heat_map_cells(axis, axis, size).x; };
  EXPECT_GT(side(little), 0.9F * size.x) << "short labels leave nearly everything to the cells";
  EXPECT_GT(side(little), side(usual));
  EXPECT_GE(side(usual), side(endless));
  EXPECT_GT(side(endless), 0.65F * size.x);
  // Where the height is what is short, long row labels cost nothing.
  const ImVec2 wide{700.0F, 300.0F};
  EXPECT_EQ(heat_map_cells(endless, little, wide).x, heat_map_cells(little, little, wide).x);
}

TEST_F(HeatMapWidget, a_larger_rectangle_never_gives_smaller_cells) {
  frame([] {});  // from here on there is a font to measure with
  float before = 0.0F;
  for (float side = 80.0F; side < 900.0F; side += 4.0F) {
    const float now = heat_map_cells(axis_, axis_, {side, side}).x;
    EXPECT_GE(now, 0.96F * before) << side;
    before = std::max(before, now);
  }
}

TEST_F(HeatMapWidget, the_button_in_the_corner_is_there_while_zoomed_and_shows_everything) {
  frame(draw());
  EXPECT_FALSE(has("grid.weights.all"));
  view_ = {.zoom = 2.0F, .left = 3.0F, .top = 3.0F};
  frames(2, draw());
  const ProbeItem cells = item("grid.weights.cells");
  EXPECT_LE(item("grid.weights.all").max.x, cells.min.x);
  EXPECT_LE(item("grid.weights.all").max.y, cells.min.y);
  click(middle("grid.weights.all"), draw());
  EXPECT_TRUE(view_.shows_all());
  frame(draw());
  EXPECT_FALSE(has("grid.weights.all"));
  EXPECT_NEAR(item("grid.weights.cells").range->cols, static_cast<float>(kCount), 0.05F);
}

TEST_F(HeatMapWidget, an_empty_matrix_takes_its_place_and_gives_nothing) {
  values_ = Matrix();
  frame(draw());
  EXPECT_FALSE(has("grid.weights.cells"));
  click({100.0F, 100.0F}, draw());
  EXPECT_FALSE(clicked_);
}

TEST_F(HeatMapWidget, two_thousand_tokens_and_a_tiny_panel_do_no_harm) {
  values_ = Matrix(2000, 2000);
  axis_.units.assign(2000, {"слово", {0}, false});
  frames(2, draw());
  const ProbeItem cells = item("grid.weights.cells");
  EXPECT_NEAR(cells.range->cols, 2000.0F, 1.0F);
  click({cells.min.x + 1.0F, cells.min.y + 1.0F}, draw());
  ASSERT_TRUE(clicked_);
  EXPECT_LT(clicked_->row, 20U);
}

}  // namespace
}  // namespace regard
