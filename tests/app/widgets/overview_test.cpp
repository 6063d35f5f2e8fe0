// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/overview.h"

#include "tests/app/widgets/headless.h"

namespace regard {
namespace {

class Overview : public test::Headless {
protected:
  void heads(std::size_t layers, std::size_t count) {
    snapshot_.thumbnails.assign(layers, std::vector<Thumbnail>(count, Thumbnail{2, 2, {0, 255, 128, 64}}));
    snapshot_.number = layers * 100 + count;
  }
  std::function<void()> draw() {
    return [this] {
      const OverviewResult result = overview({.size = size_, .snapshot = &snapshot_, .selected = selected_}, view_);
      if (result.clicked) clicked_ = result.clicked;
      if (result.compared) compared_ = result.compared;
      hovered_ = result.hovered;
    };
  }
  Snapshot snapshot_;
  OverviewView view_;
  ImVec2 size_{360.0F, 300.0F};
  HeadRef selected_{1, 2};
  std::optional<HeadRef> clicked_, compared_, hovered_;
};

TEST_F(Overview, a_click_goes_to_the_head) {
  heads(4, 8);
  frame(draw());
  click(middle("overview.head.3.6"), draw());
  EXPECT_EQ(clicked_, (HeadRef{3, 6}));
  EXPECT_FALSE(compared_);
}

TEST_F(Overview, a_ctrl_click_compares_the_head) {
  heads(4, 8);
  frame(draw());
  ImGui::GetIO().KeyCtrl = true;
  click(middle("overview.head.0.5"), draw());
  EXPECT_EQ(compared_, (HeadRef{0, 5}));
  EXPECT_FALSE(clicked_);
}

TEST_F(Overview, rows_end_where_a_layer_has_fewer_heads_and_say_so_where_it_has_none) {
  heads(4, 8);
  snapshot_.thumbnails[1].clear();
  snapshot_.thumbnails[2].resize(3);
  selected_ = {0, 2};
  frame(draw());
  EXPECT_TRUE(has("overview.head.0.7"));
  EXPECT_TRUE(has("overview.head.2.2"));
  EXPECT_FALSE(has("overview.head.2.3"));
  EXPECT_FALSE(has("overview.head.1.0"));
  EXPECT_TRUE(has("overview.no_heads.1"));
  EXPECT_FALSE(has("overview.no_heads.2"));
  const ImVec2 full = middle("overview.head.0.5"), row = middle("overview.head.2.2");
  click({full.x, row.y}, draw());
  EXPECT_FALSE(clicked_) << "there is no head 2.5";
}

TEST_F(Overview, every_head_has_a_place_also_when_there_are_hundreds) {
  heads(12, 12);
  frame(draw());
  for (const char* id : {"overview.head.0.0", "overview.head.11.11", "overview.head.0.11", "overview.head.11.0"})
    EXPECT_TRUE(has(id)) << id;
  click(middle("overview.head.11.11"), draw());
  EXPECT_EQ(clicked_, (HeadRef{11, 11}));
}

TEST_F(Overview, all_heads_of_every_model_are_shown_and_inside) {
  for (const auto& [layers, count] : {std::pair<std::size_t, std::size_t>{12, 12}, {22, 32}, {64, 64}, {80, 8}})
    for (const ImVec2 size : {ImVec2{150.0F, 130.0F}, ImVec2{240.0F, 260.0F}, ImVec2{500.0F, 400.0F}}) {
      SCOPED_TRACE(std::to_string(layers) + " × " + std::to_string(count) + " in " + std::to_string(size.x));
      size_ = size;
      heads(layers, count);
      frame(draw());
      const bool room = size.y > 2.0F * static_cast<float>(layers) + 30.0F;
      for (std::size_t layer = 0; layer < layers && room; ++layer)
        for (std::size_t head = 0; head < count; ++head)
          ASSERT_TRUE(has("overview.head." + std::to_string(layer) + "." + std::to_string(head))) << layer << head;
    }
}

TEST_F(Overview, the_wheel_comes_closer_to_the_heads_under_the_mouse_and_a_drag_moves_on) {
  size_ = {240.0F, 260.0F};
  heads(22, 32);
  frame(draw());
  EXPECT_LT(item("overview.head.20.30").max.x - item("overview.head.20.30").min.x, 9.0F);
  move(middle("overview.head.20.30"), draw());
  for (int notch = 0; notch < 12; ++notch) {
    ImGui::GetIO().MouseWheel = 1.0F;
    frame(draw());
  }
  frames(2, draw());
  EXPECT_FALSE(view_.shows_all());
  // The small thumbnails do not fill the panel; the large ones do, so those at the edge move inwards a little.
  EXPECT_GT(view_.begin.head, 18U) << "near what was under the mouse";
  EXPECT_GT(view_.begin.layer, 5U);
  const std::string seen =
      "overview.head." + std::to_string(view_.begin.layer) + "." + std::to_string(view_.begin.head);
  EXPECT_GT(item(seen).max.x - item(seen).min.x, 25.0F) << "large enough to see";
  EXPECT_FALSE(has("overview.head.0.0"));

  const HeadRef before = view_.begin;
  const ImVec2 from = middle(seen);
  move(from, draw());
  ImGui::GetIO().MouseDown[0] = true;
  frame(draw());
  for (int step = 1; step <= 5; ++step) {
    ImGui::GetIO().MousePos = {from.x + 30.0F * static_cast<float>(step), from.y};
    frame(draw());
  }
  ImGui::GetIO().MouseDown[0] = false;
  frames(2, draw());
  EXPECT_LT(view_.begin.head, before.head);
  EXPECT_FALSE(clicked_) << "a drag is no click";
}

TEST_F(Overview, the_selected_head_comes_into_sight_and_another_model_is_shown_whole) {
  size_ = {240.0F, 260.0F};
  heads(22, 32);
  frame(draw());
  zoom_overview(view_, {1, 2}, 8.0F);
  frames(2, draw());
  ASSERT_FALSE(has("overview.head.21.31"));
  selected_ = {21, 31};
  frames(2, draw());
  EXPECT_TRUE(has("overview.head.21.31"));
  heads(24, 16);
  frames(2, draw());
  EXPECT_TRUE(view_.shows_all());
  click(middle("overview.head.3.3"), draw());
  EXPECT_EQ(clicked_, (HeadRef{3, 3}));
}

TEST_F(Overview, the_button_in_the_corner_shows_all_heads) {
  size_ = {240.0F, 260.0F};
  heads(22, 32);
  frame(draw());
  EXPECT_FALSE(has("overview.all"));
  zoom_overview(view_, {1, 2}, 8.0F);
  frames(2, draw());
  click(middle("overview.all"), draw());
  EXPECT_TRUE(view_.shows_all());
}

class OverviewOfNames : public Overview {
protected:
  void SetUp() override {
    Overview::SetUp();
    auto model = std::make_shared<Model>();
    model->config.layers = 4;
    model->config.plans.assign(4, {.attention = even_heads(8, 16)});
    for (std::size_t head = 0; head < 8; ++head)
      if (head != 5)
        model->roles.push_back({.head = {3, head}, .name = {"имя", "a name"}, .badge = {"предлог", "which?"}});
    heads(4, 8);
    snapshot_.model = model;
  }
  static bool wide_enough(const std::string& id, float text) { return item(id).max.x - item(id).min.x >= text; }
};

TEST_F(OverviewOfNames, stand_under_thumbnails_where_these_are_large) {
  size_ = {360.0F, 300.0F};
  frame(draw());
  EXPECT_FALSE(view_.lines);
}

TEST_F(OverviewOfNames, stand_in_lines_where_thumbnails_are_too_small_for_them) {
  frame([] {});  // from here on there is a font to measure with
  for (const float ems : {9.25F, 11.0F, 14.0F}) {
    size_ = {ImGui::GetFontSize() * ems + 10.0F, 120.0F};
    frames(2, draw());
    EXPECT_TRUE(view_.lines) << ems;
    selected_ = {3, 7};
    frames(3, draw());
    const float name = ImGui::GetFontSize() * 0.85F * 4.0F;
    ASSERT_TRUE(has("overview.head.3.7")) << "the selected one is scrolled into sight";
    EXPECT_TRUE(wide_enough("overview.head.3.7", name)) << ems;
    click(middle("overview.head.3.7"), draw());
    EXPECT_EQ(clicked_, (HeadRef{3, 7}));
    selected_ = {0, 0};
    frames(3, draw());
    EXPECT_TRUE(has("overview.head.0.0"));
  }
}

TEST_F(OverviewOfNames, ask_for_the_height_that_holds_all_of_them) {
  size_ = {160.0F, 0.0F};
  size_.y = 2000.0F;
  frame([&] { size_.y = overview_height({.size = size_, .snapshot = &snapshot_}); });
  frames(2, draw());
  for (std::size_t layer = 0; layer < 4; ++layer)
    for (std::size_t head = 0; head < 8; ++head)
      EXPECT_TRUE(has("overview.head." + std::to_string(layer) + "." + std::to_string(head))) << layer << "." << head;
}

TEST_F(Overview, without_a_model_there_is_nothing_to_click) {
  frame(draw());
  click({100.0F, 100.0F}, draw());
  EXPECT_FALSE(clicked_);
}

}  // namespace
}  // namespace regard
