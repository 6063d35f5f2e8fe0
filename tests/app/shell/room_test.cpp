// SPDX-License-Identifier: Apache-2.0
// The rule of room: how large the two matrices of the cat sentence are in every window, with the fonts the program has.
#include "app/shell/layout.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "tests/app/panels/window_harness.h"

#include <array>
#include <iomanip>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

namespace regard::test {
namespace {

constexpr std::array<std::pair<int, int>, 11> kWindows{{{800, 600},
                                                        {1024, 768},
                                                        {1280, 720},
                                                        {1280, 800},
                                                        {1366, 768},
                                                        {1440, 900},
                                                        {1600, 900},
                                                        {1920, 1080},
                                                        {2560, 1080},
                                                        {2560, 1440},
                                                        {3840, 2160}}};
constexpr std::array<int, 5> kPercents{100, 125, 150, 200, 250};

/// Cells are whole pixels wide: fourteen of them are up to a fourteenth of twenty pixels apart from what there is room for.
constexpr float kPixelsOfRounding = 1.0F / 16.0F;

class Room : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    show("Кошка , которая сидела на кры ше , смотрела на птицу .");  // as council cuts it
    ASSERT_EQ(snapshot->encoding.tokens.size(), 14U);
  }

  static void set_text_size(int percent) {
    const float pixels = kTextPixels * static_cast<float>(percent) / 100.0F;
    ImGuiIO& io = ImGui::GetIO();
    build_fonts(*io.Fonts, std::string(REGARD_ASSETS_DIR) + "/fonts", pixels);
    unsigned char* ignored = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&ignored, &width, &height);
    apply_theme(ImGui::GetStyle(), pixels);
  }

  /// Side of a matrix' cells, pixels; 0 where it is not on show.
  float cells(const std::string& grid) {
    if (!has(grid + ".cells")) return 0.0F;
    const ProbeItem found = item(grid + ".cells");
    return std::min(found.max.x - found.min.x, found.max.y - found.min.y);
  }

  struct Sides {
    float scores = 0.0F, weights = 0.0F;
  };
  Sides sides(int width, int height, const std::string& chosen = "weights") {
    ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    choose(chosen);
    window_frames(2);
    return {cells("grid.scores"), cells("grid.weights")};
  }
};

/// What the issue of this window asks for on a projector, and both matrices at once where they fit.
TEST_F(Room, the_matrices_of_the_cat_sentence_keep_their_size) {
  for (const auto& [percent, least] : {std::pair{100, 300.0F}, {150, 300.0F}, {200, 240.0F}}) {
    set_text_size(percent);
    for (const auto& [width, height] : {std::pair{1024, 768}, {1280, 800}, {1366, 768}}) {
      const Sides now = sides(width, height);
      EXPECT_GE(now.weights, least) << width << " × " << height << " at " << percent << " %";
      if (now.scores > 0.0F) {
        EXPECT_EQ(now.scores, now.weights);
      } else {
        EXPECT_GE(sides(width, height, "scores").scores, least);
      }
      if (percent == 100) {
        EXPECT_GE(now.scores, least) << "both at once in " << width << " × " << height;
      }
    }
  }
}

TEST_F(Room, a_smaller_window_never_shows_a_larger_matrix) {
  std::cout << std::setw(14) << "";
  for (const int percent : kPercents)
    std::cout << std::setw(6) << percent << " %";
  std::cout << '\n';
  std::map<std::pair<int, int>, std::vector<float>> table;
  for (const int percent : kPercents) {
    set_text_size(percent);
    for (const auto& window : kWindows)
      table[window].push_back(sides(window.first, window.second).weights);
  }
  for (const auto& [window, found] : table) {
    std::cout << std::setw(6) << window.first << " × " << std::setw(4) << window.second;
    for (const float side : found)
      std::cout << std::setw(8) << side;
    std::cout << '\n';
    for (const auto& [larger, there] : table)
      for (std::size_t at = 0; at < kPercents.size(); ++at)
        if (larger.first >= window.first && larger.second >= window.second) {
          EXPECT_LE(found[at], there[at] + kPixelsOfRounding * there[at])
              << window.first << " × " << window.second << " and " << larger.first << " × " << larger.second << " at "
              << kPercents[at] << " %";
        }
  }
}

/// Between the windows of the table, too: a step of the arrangement must not let the matrix jump.
TEST_F(Room, a_window_that_grows_never_makes_the_matrix_smaller) {
  for (const int percent : {100, 150, 200}) {
    set_text_size(percent);
    float before = 0.0F;
    for (int width = 640; width <= 2000; width += 20) {
      const float now = sides(width, width * 9 / 16).weights;
      EXPECT_GE(now * (1.0F + kPixelsOfRounding), before) << width << " wide at " << percent << " %";
      before = now;
    }
  }
}

/// The workspace of heads gives its own panel less room, but keeps the overview of heads beside it.
TEST_F(Room, the_overview_of_heads_stands_beside_the_workspace_of_heads) {
  ImGui::GetIO().DisplaySize = {1024.0F, 768.0F};
  for (const char* panel : {"roles", "detectors"}) {
    for (const int percent : {100, 125, 150}) {
      set_text_size(percent);
      choose(panel);
      window_frames(2);
      ASSERT_TRUE(has("panel.heads") && has(std::string("panel.") + panel)) << panel << " at " << percent << " %";
      EXPECT_LE(item("panel.heads").max.x, item(std::string("panel.") + panel).min.x) << percent << " %";
    }
    set_text_size(200);
    window_frames(2);
    EXPECT_FALSE(has("panel.heads")) << "one panel at a time: " << panel;
  }
}

TEST_F(Room, tiny_windows_show_one_view_and_everything_inside_them) {
  set_text_size(100);
  for (const auto& [width, height] : {std::pair{400, 300}, {320, 240}}) {
    const Sides now = sides(width, height);
    EXPECT_TRUE(now.scores == 0.0F || now.weights == 0.0F);
    for (const char* panel : {"panel.sentence", "panel.weights"}) {
      ASSERT_TRUE(has(panel)) << panel;
      EXPECT_LE(item(panel).max.x, static_cast<float>(width));
      EXPECT_LE(item(panel).max.y, static_cast<float>(height));
    }
    EXPECT_GE(item("panel.weights").min.y, item("panel.sentence").max.y) << "nothing lies over another thing";
  }
}

}  // namespace
}  // namespace regard::test
