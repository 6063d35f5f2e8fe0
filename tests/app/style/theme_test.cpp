// SPDX-License-Identifier: Apache-2.0
#include "app/style/theme.h"

#include "app/gfx/colour_maps.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

using Role = std::pair<std::string, ImVec4>;

std::vector<Role> grounds(const Theme& theme) {
  return {{"background", theme.background}, {"panel", theme.panel}, {"raised", theme.raised}, {"frame", theme.frame}};
}

std::vector<Role> texts(const Theme& theme) {
  std::vector<Role> roles{
      {"text", theme.text}, {"text_muted", theme.text_muted}, {"accent", theme.accent},   {"query", theme.query},
      {"key", theme.key},   {"value", theme.value},           {"warning", theme.warning}, {"error", theme.error}};
  for (std::size_t index = 0; index < theme.heads.size(); ++index)
    roles.emplace_back("head " + std::to_string(index), theme.heads[index]);
  return roles;
}

class Themes : public ::testing::TestWithParam<const Theme*> {};

TEST_P(Themes, text_of_every_role_is_readable_on_every_ground) {
  for (const auto& [ground_name, ground] : grounds(*GetParam()))
    for (const auto& [text_name, text] : texts(*GetParam()))
      EXPECT_GE(contrast(text, ground), 4.5F) << text_name << " on " << ground_name;
  EXPECT_GE(contrast(GetParam()->text, GetParam()->selection), 4.5F) << "selected text";
  EXPECT_GE(contrast(GetParam()->text, GetParam()->frame_active), 4.5F) << "text of a pressed button";
}

TEST_P(Themes, bars_stand_out_from_the_panel) {
  EXPECT_GE(contrast(GetParam()->negative, GetParam()->panel), 3.0F);
  EXPECT_GE(contrast(GetParam()->positive, GetParam()->panel), 3.0F);
}

TEST_P(Themes, query_is_blue_key_is_orange_red_and_value_is_green) {
  const Theme& theme = *GetParam();
  EXPECT_TRUE(theme.query.z > theme.query.x && theme.query.z > theme.query.y);
  EXPECT_TRUE(theme.key.x > theme.key.y && theme.key.y > theme.key.z);
  EXPECT_TRUE(theme.value.y > theme.value.x && theme.value.y > theme.value.z);
}

class ClassroomThemes : public ::testing::TestWithParam<ThemeChoice> {};

TEST_P(ClassroomThemes, text_of_every_role_is_readable_from_the_last_row) {
  const Theme& theme = classroom_theme(GetParam());
  for (const auto& [ground_name, ground] : grounds(theme))
    for (const auto& [text_name, text] : texts(theme))
      EXPECT_GE(contrast(text, ground), 7.0F) << text_name << " on " << ground_name;
  EXPECT_GE(contrast(theme.text, theme.selection), 7.0F);
  EXPECT_GE(contrast(theme.text, theme.frame_active), 7.0F);
  EXPECT_GE(contrast(theme.grid, theme.panel), 3.0F) << "lines of pictures";
  EXPECT_GE(contrast(theme.panel_border, theme.panel), 3.0F);
  EXPECT_GE(contrast(theme.negative, theme.panel), 4.5F);
  EXPECT_GE(contrast(theme.positive, theme.panel), 4.5F);
}

TEST_P(ClassroomThemes, lines_are_thicker_and_roles_keep_their_colours) {
  const Theme& theme = classroom_theme(GetParam());
  const Theme& usual = GetParam() == ThemeChoice::dark ? dark_theme() : light_theme();
  EXPECT_GT(theme.stroke, 1.5F * usual.stroke);
  EXPECT_EQ(theme.dark, usual.dark);
  EXPECT_TRUE(theme.query.z > theme.query.x && theme.query.z > theme.query.y);
  EXPECT_TRUE(theme.key.x > theme.key.y && theme.key.y >= theme.key.z);
  EXPECT_TRUE(theme.value.y > theme.value.x && theme.value.y > theme.value.z);
}

INSTANTIATE_TEST_SUITE_P(Both, ClassroomThemes, ::testing::Values(ThemeChoice::dark, ThemeChoice::light),
                         [](const auto& each) { return each.param == ThemeChoice::dark ? "dark" : "light"; });

INSTANTIATE_TEST_SUITE_P(Both, Themes, ::testing::Values(&dark_theme(), &light_theme()),
                         [](const auto& each) { return std::string(each.param->dark ? "dark" : "light"); });

TEST(Contrast, agrees_with_known_pairs) {
  const ImVec4 black(0, 0, 0, 1);
  const ImVec4 white(1, 1, 1, 1);
  const ImVec4 grey(0x76 / 255.0F, 0x76 / 255.0F, 0x76 / 255.0F, 1);  // the darkest grey that fails no text on white
  EXPECT_NEAR(contrast(black, white), 21.0F, 1e-3F);
  EXPECT_NEAR(contrast(white, white), 1.0F, 1e-6F);
  EXPECT_NEAR(contrast(grey, white), 4.54F, 0.01F);
}

TEST(Contrast, the_readable_colour_is_white_on_dark_and_black_on_light) {
  EXPECT_EQ(readable_on({0.1F, 0.1F, 0.4F, 1}).x, 1.0F);
  EXPECT_EQ(readable_on({0.9F, 0.9F, 0.3F, 1}).x, 0.0F);
}

TEST(Contrast, what_stands_on_any_colour_of_any_map_is_readable_and_what_is_secondary_paler) {
  std::size_t paler = 0, colours = 0;
  const auto check = [&](const gfx::ColourMap& map) {
    for (const gfx::Rgb& colour : map.table) {
      const ImVec4 ground(static_cast<float>(colour.r) / 255.0F, static_cast<float>(colour.g) / 255.0F,
                          static_cast<float>(colour.b) / 255.0F, 1.0F);
      const ImVec4 muted = ImGui::ColorConvertU32ToFloat4(colour_u32(muted_on(ground)));
      EXPECT_GE(contrast(readable_on(ground), ground), 4.5F);
      EXPECT_GE(contrast(muted, ground), 4.5F) << int{colour.r} << " " << int{colour.g} << " " << int{colour.b};
      paler += contrast(muted, ground) < contrast(readable_on(ground), ground) ? 1U : 0U;
      ++colours;
    }
  };
  for (const ThemeChoice choice : {ThemeChoice::dark, ThemeChoice::light}) {
    for (const WeightMap map : {WeightMap::viridis, WeightMap::cividis, WeightMap::blues})
      check(gfx::colour_map(map, choice));
    for (const ScoreMap map : {ScoreMap::blue_orange, ScoreMap::purple_green})
      check(gfx::colour_map(map, choice));
  }
  EXPECT_GT(paler, colours / 2);
}

TEST(ApplyTheme, sizes_grow_with_the_text) {
  ImGuiStyle small;
  ImGuiStyle large;
  set_theme(ThemeChoice::light);
  apply_theme(small, 16.0F);
  apply_theme(large, 32.0F);
  EXPECT_EQ(large.FramePadding.x, 2.0F * small.FramePadding.x);
  EXPECT_EQ(large.ScrollbarSize, 2.0F * small.ScrollbarSize);
  EXPECT_EQ(small.Colors[ImGuiCol_WindowBg].x, light_theme().background.x);
  set_theme(ThemeChoice::dark);
}

}  // namespace
}  // namespace regard
