// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/minimap.h"

#include "app/widgets/heat_map.h"
#include "tests/app/widgets/headless.h"

namespace regard {
namespace {

constexpr std::size_t kUnits = 4096;

/// A grid of 4,096 units drawn from values that stand for 8 × 8 of them each, with its little map.
class LongHeatMap : public test::Headless {
protected:
  LongHeatMap() : values_(kUnits / 8, kUnits / 8) {
    for (std::size_t unit = 0; unit < kUnits; ++unit)
      axis_.units.push_back({"w" + std::to_string(unit), {unit}, false});
  }

  std::function<void()> draw() {
    return [this] {
      HeatMapSpec spec{.id = "grid.weights", .size = {500.0F, 500.0F}, .values = &values_};
      spec.part = {kUnits, kUnits, 0, 0, 8};
      spec.rows = spec.cols = &axis_;
      const MinimapPlace place = minimap_place(last_.cells_min, last_.cells_max, 4096.0F, 4096.0F);
      const MinimapSpec little{.id = "grid.minimap",
                               .min = place.min,
                               .max = place.max,
                               .cols = 4096.0F,
                               .rows = 4096.0F,
                               .left = view_.left,
                               .top = view_.top,
                               .width = last_.cols,
                               .height = last_.rows};
      pressed_.reset();
      if (last_.cols > 0.0F) pressed_ = minimap_pressed(little);
      if (pressed_) last_pressed_ = pressed_;
      last_ = heat_map(spec, view_);
      if (last_.clicked) clicked_ = last_.clicked;
      paint_minimap(little);
    };
  }

  Matrix values_;
  Axis axis_;
  HeatMapView view_;
  HeatMapResult last_;
  std::optional<ImVec2> pressed_, last_pressed_;
  std::optional<Cell> clicked_;
};

TEST_F(LongHeatMap, tells_units_of_the_whole_axes_whatever_is_drawn) {
  frames(2, draw());
  EXPECT_NEAR(last_.cols, 4096.0F, 16.0F);
  const ProbeItem cells = item("grid.weights.cells");
  const ImVec2 quarter(cells.min.x + 0.25F * (cells.max.x - cells.min.x),
                       cells.min.y + 0.75F * (cells.max.y - cells.min.y));
  move(quarter, draw());
  ASSERT_TRUE(last_.hovered);
  EXPECT_NEAR(static_cast<float>(last_.hovered->col), 1024.0F, 24.0F);
  EXPECT_NEAR(static_cast<float>(last_.hovered->row), 3072.0F, 24.0F);
  const Cell under = *last_.hovered;
  for (int notch = 0; notch < 10; ++notch) {
    ImGui::GetIO().MouseWheel = 1.0F;
    frame(draw());
  }
  frame(draw());
  ASSERT_TRUE(last_.hovered);
  EXPECT_NEAR(static_cast<float>(last_.hovered->col), static_cast<float>(under.col), 12.0F);
  EXPECT_NEAR(static_cast<float>(last_.hovered->row), static_cast<float>(under.row), 12.0F);
  EXPECT_LT(last_.cols, 1000.0F);
}

TEST_F(LongHeatMap, a_press_in_the_little_map_tells_the_place_and_is_no_click_on_the_cells) {
  frames(2, draw());
  const ProbeItem little = item("grid.minimap");
  const ImVec2 size(little.max.x - little.min.x, little.max.y - little.min.y);
  click({little.min.x + 0.25F * size.x, little.min.y + 0.5F * size.y}, draw());
  ASSERT_TRUE(last_pressed_);
  EXPECT_NEAR(last_pressed_->x, 1024.0F, 40.0F);
  EXPECT_NEAR(last_pressed_->y, 2048.0F, 40.0F);
  EXPECT_FALSE(clicked_);
}

TEST_F(LongHeatMap, dragging_out_of_the_little_map_stays_inside_the_grid) {
  frames(2, draw());
  const ProbeItem little = item("grid.minimap");
  move({0.5F * (little.min.x + little.max.x), 0.5F * (little.min.y + little.max.y)}, draw());
  ImGui::GetIO().MouseDown[0] = true;
  frame(draw());
  ImGui::GetIO().MousePos = {little.max.x + 300.0F, little.min.y - 300.0F};
  frame(draw());
  ASSERT_TRUE(pressed_);
  EXPECT_EQ(pressed_->x, 4096.0F);
  EXPECT_EQ(pressed_->y, 0.0F);
  ImGui::GetIO().MouseDown[0] = false;
  frame(draw());
  EXPECT_FALSE(pressed_);
}

}  // namespace
}  // namespace regard
