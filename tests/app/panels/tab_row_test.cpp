// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/tab_row.h"

#include "app/panels/common/parts.h"
#include "app/panels/heads/roles_parts.h"
#include "tests/app/widgets/headless.h"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

namespace regard::test {
namespace {

TEST(TabsThatFit, are_all_of_them_where_there_is_room) {
  const std::array<float, 3> widths{50.0F, 60.0F, 70.0F};
  EXPECT_EQ(tabs_that_fit(widths, 180.0F, 20.0F), 3U);
}

TEST(TabsThatFit, leave_room_for_the_menu_and_keep_their_order) {
  const std::array<float, 5> widths{50.0F, 60.0F, 70.0F, 10.0F, 40.0F};
  EXPECT_EQ(tabs_that_fit(widths, 200.0F, 20.0F), 3U);
  EXPECT_EQ(tabs_that_fit(widths, 199.0F, 20.0F), 2U) << "no short one jumps the queue";
  EXPECT_EQ(tabs_that_fit(widths, 5.0F, 20.0F), 0U);
}

class TabRow : public Headless {
protected:
  std::vector<Tab> tabs{{"tab.a", "Question", ""}, {"tab.b", "Layers", ""},    {"tab.c", "KV cache", ""},
                        {"tab.d", "Compare", ""},  {"tab.e", "Intervene", ""}, {"tab.f", "Effect", ""},
                        {"tab.g", "Lessons", ""}};
  std::size_t chosen = 0;
  float width = 900.0F;
  std::function<void()> draw = [this] {
    if (const auto clicked = tab_row("tabs", tabs, chosen, width)) chosen = *clicked;
  };
};

TEST_F(TabRow, stands_side_by_side_and_a_click_chooses) {
  frames(2, draw);
  EXPECT_FALSE(has("tabs.more"));
  for (std::size_t tab = 1; tab < tabs.size(); ++tab)
    EXPECT_GE(item(tabs[tab].id).min.x, item(tabs[tab - 1].id).max.x);
  click(middle("tab.d"), draw);
  EXPECT_EQ(chosen, 3U);
}

TEST_F(TabRow, tells_about_a_tab_below_it_once_the_mouse_has_rested_and_not_after_a_click) {
  tabs[1].hint = "What the model does, layer by layer";
  const auto tooltip = [] {
    const ImGuiWindow* window = ImGui::FindWindowByName("##Tooltip_00");
    return window != nullptr && window->Active && !window->Hidden ? window : nullptr;
  };
  frames(2, draw);
  const ProbeItem tab = item("tab.b");
  for (int step = 0; step < 60; ++step) {  // on its way over the tab it does not rest
    ImGui::GetIO().MousePos = {tab.min.x + 5.0F + static_cast<float>(step % 20), middle("tab.b").y};
    frame(draw);
    ASSERT_EQ(tooltip(), nullptr) << step;
  }
  frames(40, draw);
  ASSERT_NE(tooltip(), nullptr);
  EXPECT_GE(tooltip()->Pos.y, tab.max.y);
  EXPECT_LE(tooltip()->Pos.x, tab.max.x);
  click(middle("tab.b"), draw);
  frames(60, draw);
  EXPECT_EQ(tooltip(), nullptr) << "the mouse has not left what was chosen";
  move(middle("tab.f"), draw);
  move(middle("tab.b"), draw);
  frames(40, draw);
  EXPECT_NE(tooltip(), nullptr);
}

TEST_F(TabRow, never_passes_its_width_and_every_tab_can_be_reached) {
  for (const float each : {600.0F, 420.0F, 350.0F, 260.0F, 170.0F}) {
    width = each;
    for (std::size_t wanted = 0; wanted < tabs.size(); ++wanted) {
      frames(2, draw);
      float right = 0.0F;
      for (const Tab& tab : tabs)
        if (has(tab.id)) right = std::max(right, item(tab.id).max.x);
      if (has("tabs.more")) right = std::max(right, item("tabs.more").max.x);
      EXPECT_LE(right, ImGui::GetStyle().WindowPadding.x + width + 1.0F) << width;
      EXPECT_TRUE(has(tabs.front().id) || has("tabs.more"));
      if (!has(tabs[wanted].id)) {
        click(middle("tabs.more"), draw);
        frames(2, draw);
        EXPECT_TRUE(tab_menu_open());
      }
      click(middle(tabs[wanted].id), draw);
      frames(2, draw);
      EXPECT_EQ(chosen, wanted) << "in a row " << width << " wide";
    }
  }
}

class BrokenBetweenWords : public Headless {};

TEST_F(BrokenBetweenWords, endsLinesAtSpacesAndBehindHyphensAndCutsAWordThatIsTooLong) {
  frame([] {
    const float letter = ImGui::CalcTextSize("m").x;  // ImGui's own font has one width
    EXPECT_EQ(broken_between_words("subject to predicate", 12.2F * letter), "subject to\npredicate");
    EXPECT_EQ(broken_between_words("sub-clause here", 8.2F * letter), "sub-\nclause\nhere");
    EXPECT_EQ(broken_between_words("all", 8.2F * letter), "all");
    EXPECT_EQ(broken_between_words("", 8.2F * letter), "");
    const std::string cut = broken_between_words("a predicate b", 6.2F * letter);
    EXPECT_TRUE(cut.starts_with("a\npre")) << cut;
    EXPECT_TRUE(cut.ends_with("\nb")) << cut;
    EXPECT_EQ(std::count(cut.begin(), cut.end(), '\n'), 2) << "no word goes on in the next line: " << cut;
  });
}

class WidthsOfRoles : public Headless {};

TEST_F(WidthsOfRoles, leaveRoomForTwoNumbersAndCutNone) {
  frame([] {
    const std::vector<float> columns(13, em(4.0F));
    const float space = em(0.5F);
    for (const float ems : {22.5F, 27.0F, 40.0F, 62.0F, 90.0F}) {
      const FixedWidths widths = fixed_widths(em(ems), space, columns);
      const float left = em(ems) - widths.name - widths.badges - 2.0F * space;
      EXPECT_GE(left, 2.0F * em(4.5F)) << ems;
      const float shown = left / em(4.5F);
      if (widths.badges < em(14.9F)) {
        EXPECT_LT(shown - std::floor(shown + 0.01F), 0.3F) << ems << " ems: the last column is whole";
      }
    }
  });
}

}  // namespace
}  // namespace regard::test
