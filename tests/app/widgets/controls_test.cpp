// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/changes.h"
#include "app/widgets/legend.h"
#include "app/widgets/number_field.h"
#include "app/widgets/paint.h"
#include "app/widgets/slider.h"
#include "app/widgets/splitter.h"
#include "tests/app/widgets/headless.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace regard {
namespace {

class Controls : public test::Headless {};

TEST_F(Controls, a_slider_follows_the_wheel_and_stays_inside_its_limits) {
  int layer = 3;
  bool changed = false;
  const auto draw = [&] { changed = slider({.id = "slider.layer", .label = "Слой", .width = 300.0F}, layer, 0, 5); };
  frame(draw);
  move(middle("slider.layer"), draw);
  for (int notch = 0; notch < 4; ++notch) {
    ImGui::GetIO().MouseWheel = 1.0F;
    frame(draw);
  }
  EXPECT_EQ(layer, 5);
  EXPECT_FALSE(changed) << "at the end nothing changes any more";
  ImGui::GetIO().MouseWheel = -1.0F;
  frame(draw);
  EXPECT_EQ(layer, 4);
  EXPECT_TRUE(changed);
}

TEST_F(Controls, the_probe_of_a_slider_is_its_frame_and_a_click_at_its_end_gives_the_last_value) {
  int layer = 0;
  const auto draw = [&] {
    (void)slider({.id = "slider.layer", .label = "Слой", .width = 300.0F, .label_width = 100.0F}, layer, 0, 11);
  };
  frame(draw);
  const ProbeItem frame_of_slider = item("slider.layer");
  EXPECT_LT(frame_of_slider.max.x - frame_of_slider.min.x, 200.5F) << "the label is not part of it";
  click({frame_of_slider.max.x - 4.0F, 0.5F * (frame_of_slider.min.y + frame_of_slider.max.y)}, draw);
  EXPECT_EQ(layer, 11);
}

TEST_F(Controls, the_number_of_a_slider_stands_beside_it_at_every_value) {
  float at = 0.0F;
  const auto draw = [&] {
    (void)slider({.id = "slider.amount", .width = 220.0F, .format = "δ = %+.1f"}, at, -10.0F, 10.0F);
  };
  float begin = 0.0F;
  for (const float value : {-10.0F, -0.5F, 0.0F, 3.3F, 10.0F}) {
    at = value;
    frame(draw);
    const ProbeItem number = item("slider.amount.number"), track = item("slider.amount");
    EXPECT_LE(number.max.x, track.min.x) << value;
    EXPECT_GT(number.max.x - number.min.x, ImGui::GetFontSize());
    EXPECT_GT(track.max.x - track.min.x, 3.0F * ImGui::GetFontSize());
    begin = begin > 0.0F ? begin : track.min.x;
    EXPECT_EQ(track.min.x, begin) << "the frame does not move with the number";
  }
}

TEST_F(Controls, a_slider_that_comes_under_the_mouse_while_a_panel_is_scrolled_is_not_turned) {
  int layer = 3;
  float scrolled = 0.0F;
  const auto draw = [&] {
    ImGui::BeginChild("panel", {400.0F, 200.0F});
    ImGui::Dummy({300.0F, 120.0F});
    (void)slider({.id = "slider.layer", .width = 300.0F}, layer, 0, 5);
    ImGui::Dummy({300.0F, 900.0F});
    scrolled = ImGui::GetScrollY();
    ImGui::EndChild();
  };
  frame(draw);
  const ImVec2 slider_at = middle("slider.layer");
  move({slider_at.x, slider_at.y - 60.0F}, draw);
  for (int notch = 0; notch < 8; ++notch) {
    ImGui::GetIO().MouseWheel = -0.2F;
    frame(draw);
  }
  EXPECT_EQ(layer, 3);
  EXPECT_GT(scrolled, 60.0F) << "it passed under the mouse, and the panel went on";
  move(middle("slider.layer"), draw);
  ImGui::GetIO().MouseWheel = -1.0F;
  frame(draw);
  EXPECT_EQ(layer, 2) << "who goes there turns it";
}

TEST_F(Controls, a_logarithmic_slider_moves_by_factors) {
  float temperature = 1.0F;
  const auto draw = [&] {
    (void)slider({.id = "slider.temperature", .width = 300.0F}, temperature, 0.05F, 10.0F, true);
  };
  frame(draw);
  move(middle("slider.temperature"), draw);
  ImGui::GetIO().MouseWheel = 1.0F;
  frame(draw);
  const float up = temperature;
  ImGui::GetIO().MouseWheel = 1.0F;
  frame(draw);
  EXPECT_NEAR(temperature / up, up / 1.0F, 1e-3F);
  EXPECT_GT(up, 1.0F);
}

TEST_F(Controls, a_decimal_comma_typed_into_a_slider_is_a_decimal_point) {
  float temperature = 1.0F;
  const auto draw = [&] {
    (void)slider({.id = "slider.temperature", .width = 300.0F}, temperature, 0.05F, 10.0F, true);
  };
  frame(draw);
  for (const auto& [typed, wanted] :
       {std::pair{"0,5", 0.5F}, {"2.25", 2.25F}, {"3,x5", 3.5F}, {"1.234,5", 10.0F}, {",", 1.0F}}) {
    temperature = 1.0F;
    ImGui::GetIO().KeyCtrl = true;
    click(middle("slider.temperature"), draw);
    ImGui::GetIO().KeyCtrl = false;
    frame(draw);
    for (const char* letter = typed; *letter != 0; ++letter)
      type(std::string(1, *letter).c_str(), draw);
    press(ImGuiKey_Enter, draw);
    frames(2, draw);
    EXPECT_FLOAT_EQ(temperature, wanted) << typed;
  }
}

TEST_F(Controls, whole_numbers_are_typed_into_sliders_and_fields_in_any_custom) {
  int places = 0;
  std::uint64_t seed = 7;
  const auto draw = [&] {
    (void)slider({.id = "slider.places", .width = 300.0F}, places, -50, 50);
    ImGui::SetNextItemWidth(200.0F);
    (void)whole_number_field("##seed", seed, TakenWhen::typed);
    probe_last_item("seed");
  };
  frame(draw);
  for (const auto& [typed, wanted] : {std::pair{"12", 12}, {"-7", -7}, {"2,6", 3}, {"99", 50}}) {
    ImGui::GetIO().KeyCtrl = true;
    click(middle("slider.places"), draw);
    ImGui::GetIO().KeyCtrl = false;
    frame(draw);
    type(typed, draw);
    press(ImGuiKey_Enter, draw);
    frames(2, draw);
    EXPECT_EQ(places, wanted) << typed;
  }
  for (const auto& [typed, wanted] :
       {std::pair{"1 234 567", std::uint64_t{1234567}}, {"18446744073709551615", UINT64_MAX}, {"4a2", 42}}) {
    click({10.0F, 650.0F}, draw);
    click(middle("seed"), draw);
    type(typed, draw);
    frames(2, draw);
    EXPECT_EQ(seed, wanted) << typed;
  }
}

TEST_F(Controls, a_splitter_follows_the_hand_keeps_both_panes_and_comes_back) {
  float share = 0.3F;
  const auto draw = [&] {
    ImGui::SetCursorScreenPos({1000.0F * share, 0.0F});
    (void)splitter({.id = "splitter.left",
                    .length = 600.0F,
                    .total = 1000.0F,
                    .least_first = 200.0F,
                    .least_second = 300.0F,
                    .standard = 0.4F},
                   share);
  };
  frame(draw);
  ImGuiIO& io = ImGui::GetIO();
  move(middle("splitter.left"), draw);
  io.MouseDown[0] = true;
  frame(draw);
  const float grabbed = io.MousePos.x - 1000.0F * share;
  for (const float x : {400.0F, 900.0F, 990.0F}) {
    io.MousePos.x = x;
    frame(draw);
  }
  EXPECT_FLOAT_EQ(share, 0.7F) << "the second pane keeps its 300 pixels";
  io.MousePos.x = 500.0F;
  frame(draw);
  EXPECT_NEAR(1000.0F * share, 500.0F - grabbed, 1.0F) << "back under the hand, however far it had gone";
  io.MouseDown[0] = false;
  frame(draw);
  double_click(middle("splitter.left"), draw);
  EXPECT_FLOAT_EQ(share, 0.4F);
}

TEST_F(Controls, a_legend_takes_its_height_and_probes_its_bar) {
  const gfx::ColourMap& map = gfx::colour_map(ScoreMap::blue_orange, ThemeChoice::dark);
  frame([&] {
    legend({.id = "legend.scores", .width = 300.0F, .map = &map, .low = -4.0F, .high = 4.0F, .current = 1.5F});
    EXPECT_NEAR(ImGui::GetItemRectSize().y, legend_height(), 0.01F);
  });
  const ProbeItem bar = item("legend.scores");
  EXPECT_NEAR(bar.max.x - bar.min.x, 300.0F, 1.0F);
}

TEST_F(Controls, numbers_have_a_true_minus_and_no_negative_zero) {
  EXPECT_EQ(number(-1.25F, 1), "−1.2");
  EXPECT_EQ(number(-0.004F, 2), "0.00");
  EXPECT_EQ(number(0.42F, 2), "0.42");
}

TEST_F(Controls, a_tooltip_shows_zero_only_where_the_number_is_zero) {
  EXPECT_EQ(exact_number(0.0F), "0.000000");
  EXPECT_EQ(exact_number(0.25F), "0.250000");
  EXPECT_EQ(exact_number(2.16e-12F), "2.16e-12");
  EXPECT_EQ(exact_number(-4.9e-7F), "−4.90e-07");
  EXPECT_EQ(exact_number(1e-4F), "0.000100");
  EXPECT_EQ(exact_change(3e-9F), "+3.00e-09");
  EXPECT_EQ(exact_change(-3e-9F), "−3.00e-09");
  EXPECT_EQ(exact_change(0.0F), "0.000000");
}

TEST_F(Controls, long_text_is_shortened_at_a_letter) {
  frame([] {
    const Face face = text_face();
    const std::string text = "abcdefghijklmnopqrstuvwxyz";
    const std::string cut = shortened(face, text, 0.5F * text_width(face, text));
    EXPECT_LT(cut.size(), text.size());
    EXPECT_TRUE(cut.ends_with("…"));
    EXPECT_LE(text_width(face, cut), 0.5F * text_width(face, text) + 1.0F);
    EXPECT_EQ(shortened(face, text, 1000.0F), text);
  });
}

TEST_F(Controls, the_probe_writes_json_and_is_silent_when_off) {
  frame([] {
    probe("a \"quoted\" id", {10.0F, 20.0F}, {30.0F, 50.0F}, {.left = 1.5F, .top = 2.0F, .cols = 3.0F, .rows = 4.0F});
    probe("outside", {5000.0F, 20.0F}, {5010.0F, 50.0F});
  });
  EXPECT_EQ(probe_json(),
            "{\"items\":[{\"id\":\"a \\\"quoted\\\" id\",\"x\":10.00,\"y\":20.00,\"w\":20.00,\"h\":30.00,"
            "\"range\":{\"left\":1.50,\"top\":2.00,\"cols\":3.00,\"rows\":4.00}}]}\n");
  probe_enable(false);
  frame([] { probe("silent", {10.0F, 20.0F}, {30.0F, 50.0F}); });
  EXPECT_TRUE(probe_items().empty());
}

}  // namespace
}  // namespace regard
