// SPDX-License-Identifier: Apache-2.0
// What reaches the screen through ImGui's draw lists: fills, copies and the whole heat-map widget.
#include "app/gfx/screen.h"

#include "app/gfx/gl.h"
#include "app/gfx/heat_map_image.h"
#include "app/widgets/heat_map.h"
#include "app/widgets/probe.h"
#include "tests/gl/context.h"
#include "tests/gl/reading.h"

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr int kWidth = 400, kHeight = 300;
constexpr ImU32 kRed = IM_COL32(255, 0, 0, 255), kGreen = IM_COL32(0, 255, 0, 255);
constexpr gfx::Rgb kRedPixel{255, 0, 0}, kGreenPixel{0, 255, 0}, kNothing{0, 0, 0};

class Screen : public test::ImGuiGlTest {
protected:
  void SetUp() override {
    test::ImGuiGlTest::SetUp();
    if (!HasFatalFailure()) ImGui_ImplOpenGL3_Init("#version 330");
  }
  void TearDown() override {
    if (ImGui::GetCurrentContext() != nullptr) ImGui_ImplOpenGL3_Shutdown();
    test::ImGuiGlTest::TearDown();
  }

  static test::Screenshot frame(const std::function<void()>& draw) {
    const gfx::Framebuffer target(kWidth, kHeight);
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {kWidth, kHeight};
    io.DeltaTime = 0.02F;
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0.0F, 0.0F});
    ImGui::SetNextWindowSize(io.DisplaySize);
    ImGui::Begin("screen", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground);
    draw();
    ImGui::End();
    ImGui::Render();
    target.bind();
    glDisable(GL_SCISSOR_TEST);
    glClearColor(0.0F, 0.0F, 0.0F, 1.0F);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    gfx::Framebuffer::unbind();
    return {kWidth, kHeight, target.read_pixels()};
  }
};

TEST_F(Screen, a_fill_covers_its_rectangle_and_keeps_its_place_in_the_order) {
  const test::Screenshot shot = frame([] {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({50, 50}, {150, 150}, kGreen);
    gfx::fill(list, {100, 100}, {200, 180}, kRed);
    list.AddRectFilled({180, 110}, {190, 120}, kGreen);
  });
  EXPECT_EQ(shot.at(60, 60), kGreenPixel);
  EXPECT_EQ(shot.at(140, 140), kRedPixel) << "later covers earlier";
  EXPECT_EQ(shot.at(185, 115), kGreenPixel) << "and is covered by what comes after it";
  EXPECT_EQ(shot.at(100, 100), kRedPixel);
  EXPECT_EQ(shot.at(199, 179), kRedPixel);
  EXPECT_EQ(shot.at(200, 179), kNothing);
  EXPECT_EQ(shot.at(199, 180), kNothing);
}

TEST_F(Screen, a_fill_stays_inside_the_clip_rectangle_and_rounds_its_corners) {
  const test::Screenshot shot = frame([] {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect({0, 0}, {120, 300});
    gfx::fill(list, {100, 100}, {200, 180}, kRed, 12.0F);
    list.PopClipRect();
  });
  EXPECT_EQ(shot.at(119, 140), kRedPixel);
  EXPECT_EQ(shot.at(120, 140), kNothing);
  EXPECT_EQ(shot.at(100, 100), kNothing) << "outside the rounded corner";
  EXPECT_EQ(shot.at(105, 105), kRedPixel) << "inside it";
  EXPECT_EQ(shot.at(100, 140), kRedPixel);
}

TEST_F(Screen, a_fill_around_boxes_leaves_them_and_rounds_their_corners) {
  const std::vector<gfx::Box> holes{{{20, 20}, {120, 280}}, {{140, 20}, {380, 140}}};
  const test::Screenshot shot = frame([&] {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    gfx::fill(list, {0, 0}, {kWidth, kHeight}, kGreen);
    gfx::fill_around(list, {{0, 0}, {kWidth, kHeight}}, holes, kRed, 10.0F);
  });
  const auto expected = [&](int x, int y) {
    for (const gfx::Box& hole : holes)
      if (static_cast<float>(x) >= hole.min.x && static_cast<float>(x) < hole.max.x &&
          static_cast<float>(y) >= hole.min.y && static_cast<float>(y) < hole.max.y)
        return kGreenPixel;
    return kRedPixel;
  };
  for (int y = 5; y < kHeight; y += 10)
    for (int x = 5; x < kWidth; x += 10)
      EXPECT_EQ(shot.at(x, y), expected(x, y)) << x << ", " << y;
  for (const auto& [x, y] : {std::pair{20, 20}, {119, 20}, {20, 279}, {119, 279}, {140, 20}, {379, 139}})
    EXPECT_EQ(shot.at(x, y), kRedPixel) << "the corner at " << x << ", " << y;
  EXPECT_EQ(shot.at(24, 24), kGreenPixel) << "inside the arc";
}

class WidgetOnScreen : public Screen {
protected:
  /// Largest difference between the matrix and what the pixels at the probed cells say.
  static float worst(const test::Screenshot& shot, const ProbeItem& cells, const gfx::ColourMap& map,
                     const Matrix& values) {
    float largest = 0.0F;
    const float size = (cells.max.x - cells.min.x) / cells.range->cols;
    for (std::size_t row = 0; row < values.rows; ++row)
      for (std::size_t col = 0; col < values.cols; ++col) {
        // A quarter into the cell: numbers stand in the middle.
        const float x = cells.min.x + (static_cast<float>(col) + 0.25F - cells.range->left) * size;
        const float y = cells.min.y + (static_cast<float>(row) + 0.25F - cells.range->top) * size;
        if (x < cells.min.x || x >= cells.max.x || y < cells.min.y || y >= cells.max.y) continue;
        const auto seen = test::value_of(map, shot.at(static_cast<int>(x), static_cast<int>(y)), 0.0F, 1.0F);
        if (!seen) return std::numeric_limits<float>::infinity();
        largest = std::max(largest, std::abs(*seen - values(row, col)));
      }
    return largest;
  }
};

TEST_F(WidgetOnScreen, the_heat_map_shows_each_number_where_its_probe_says_zoomed_or_not) {
  Matrix values(9, 9), turned(9, 9);
  Axis axis;
  for (std::size_t row = 0; row < 9; ++row) {
    axis.units.push_back({"слово", {row}, false});
    for (std::size_t col = 0; col < 9; ++col) {
      values(row, col) = static_cast<float>((row * 31 + col * 7) % 81) / 80.0F;
      turned(col, row) = values(row, col);
    }
  }
  const gfx::ColourMap& map = gfx::colour_map(WeightMap::blues, ThemeChoice::dark);
  gfx::HeatMapImage image;
  probe_enable(true);
  for (HeatMapView view : {HeatMapView{}, HeatMapView{.zoom = 1.7F, .left = 2.2F, .top = 3.9F}}) {
    const test::Screenshot shot = frame([&] {
      probe_clear();
      heat_map({.id = "grid.weights",
                .size = {380, 280},
                .values = &values,
                .revision = 7,
                .rows = &axis,
                .cols = &axis,
                .map = &map,
                .image = &image},
               view);
    });
    const auto items = probe_items();  // zoomed, there is a button beside the cells, too
    const auto found =
        std::find_if(items.begin(), items.end(), [](const ProbeItem& item) { return item.id == "grid.weights.cells"; });
    ASSERT_NE(found, items.end());
    const ProbeItem cells = *found;
    EXPECT_LE(worst(shot, cells, map, values), 1.5F / 255.0F);
    EXPECT_GT(worst(shot, cells, map, turned), 0.3F) << "the transposed matrix must not pass";
  }
  probe_enable(false);
}

}  // namespace
}  // namespace regard
