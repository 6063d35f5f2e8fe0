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
      const OverviewResult result = overview({.size = {360.0F, 300.0F}, .snapshot = &snapshot_, .selected = {1, 2}});
      if (result.clicked) clicked_ = result.clicked;
      if (result.compared) compared_ = result.compared;
      hovered_ = result.hovered;
    };
  }
  Snapshot snapshot_;
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

TEST_F(Overview, every_head_has_a_place_also_when_there_are_hundreds) {
  heads(12, 12);
  frame(draw());
  for (const char* id : {"overview.head.0.0", "overview.head.11.11", "overview.head.0.11", "overview.head.11.0"})
    EXPECT_TRUE(has(id)) << id;
  click(middle("overview.head.11.11"), draw());
  EXPECT_EQ(clicked_, (HeadRef{11, 11}));
}

TEST_F(Overview, without_a_model_there_is_nothing_to_click) {
  frame(draw());
  click({100.0F, 100.0F}, draw());
  EXPECT_FALSE(clicked_);
}

}  // namespace
}  // namespace regard
