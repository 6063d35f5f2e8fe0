// SPDX-License-Identifier: Apache-2.0
#include "app/style/further_glyphs.h"

#include "app/style/bmp_text.h"
#include "app/style/code_box.h"
#include "app/style/fonts.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace regard {
namespace {

const std::filesystem::path kFonts = std::filesystem::path(REGARD_ASSETS_DIR) / "fonts";

std::string text_of(unsigned first, unsigned count) {
  std::string text;
  for (unsigned character = first; character < first + count; ++character) {
    text += static_cast<char>(0xE0U | (character >> 12));
    text += static_cast<char>(0x80U | ((character >> 6) & 0x3FU));
    text += static_cast<char>(0x80U | (character & 0x3FU));
  }
  return text;
}

class FurtherGlyphs : public ::testing::Test {
protected:
  void SetUp() override {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {100000.0F, 700.0F};
    build_fonts(*io.Fonts, kFonts, 16.0F);
    unsigned char* pixels = nullptr;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width_, &height_);
  }
  void TearDown() override { ImGui::DestroyContext(); }

  /// One frame in which these are drawn; what the window does after it.
  static DrawnGlyphs frame(const std::function<void(ImDrawList&)>& draw) {
    ImGui::NewFrame();
    draw(*ImGui::GetForegroundDrawList());
    ImGui::Render();
    return add_drawn_glyphs(*ImGui::GetIO().Fonts, *ImGui::GetDrawData());
  }
  static DrawnGlyphs frame(const std::string& text, ImFont* font = fonts().text) {
    return frame([&](ImDrawList& list) {
      list.AddText(font, font->FontSize, {10.0F, 20.0F}, IM_COL32_WHITE, text.data(), text.data() + text.size());
    });
  }
  static const ImDrawVert* vertices() {
    const ImDrawData& data = *ImGui::GetDrawData();
    return data.CmdLists[data.CmdListsCount - 1]->VtxBuffer.Data;
  }
  /// Has the glyph a picture inside the texture?
  static bool is_pictured(const ImFontGlyph& glyph) { return glyph.U1 <= 1.0F && glyph.U1 > glyph.U0; }
  static const ImFontGlyph& glyph(unsigned character, const ImFont* font = fonts().text) {
    return *font->FindGlyph(static_cast<ImWchar>(character));
  }
  static void forget_the_time() {
    for (int count = 0; count < 12; ++count)
      frame("a");
  }

  int width_ = 0, height_ = 0;
};

TEST_F(FurtherGlyphs, a_chinese_character_is_in_the_atlas_once_it_was_drawn_and_not_before) {
  EXPECT_FALSE(is_pictured(glyph(U'猫')));
  const DrawnGlyphs drawn = frame("猫 cat");
  ASSERT_EQ(drawn.patches.size(), 1U);
  EXPECT_TRUE(drawn.more) << "the frame after shows its own corners";
  EXPECT_TRUE(is_pictured(glyph(U'猫')));
  EXPECT_FALSE(is_pictured(glyph(U'犬')));
  EXPECT_FALSE(is_pictured(glyph(U'猫', fonts().large))) << "in the font it was drawn in, not in others";

  const AtlasPatch& patch = drawn.patches.front();
  EXPECT_EQ(patch.x, std::lround(glyph(U'猫').U0 * static_cast<float>(width_)));
  EXPECT_EQ(patch.y, std::lround(glyph(U'猫').V0 * static_cast<float>(height_)));
  EXPECT_LE(patch.x + patch.width, width_);
  EXPECT_LE(patch.y + patch.height, height_);
  std::size_t ink = 0;
  for (std::size_t pixel = 0; pixel * 4 < patch.rgba.size(); ++pixel)
    ink += patch.rgba[pixel * 4 + 3] > 128 ? 1 : 0;
  EXPECT_GT(ink, 30U);
  EXPECT_LT(ink, patch.rgba.size() / 8);
}

TEST_F(FurtherGlyphs, are_shown_in_the_very_frame_that_asks_for_them) {
  frame("猫");
  const ImVec2 first_corner = vertices()[0].pos, first_coordinate = vertices()[2].uv;
  EXPECT_LE(first_coordinate.x, 1.0F);
  const DrawnGlyphs again = frame("猫");
  EXPECT_FLOAT_EQ(vertices()[0].pos.x, first_corner.x);
  EXPECT_FLOAT_EQ(vertices()[0].pos.y, first_corner.y);
  EXPECT_FLOAT_EQ(vertices()[2].uv.x, first_coordinate.x);
  EXPECT_TRUE(again.patches.empty());
}

TEST_F(FurtherGlyphs, nothing_is_done_when_nothing_is_new) {
  EXPECT_TRUE(frame("Plain text, обычный текст, Ġ ▁ → √").patches.empty());
  frame("我喜欢红苹果");
  const DrawnGlyphs again = frame("苹果 我 plain");
  EXPECT_TRUE(again.patches.empty());
  EXPECT_FALSE(again.more);
}

TEST_F(FurtherGlyphs, a_text_is_as_wide_before_it_is_drawn_as_after) {
  const std::string text = "我 한국어 שלום ქართული ひらがな";
  const float before = fonts().small->CalcTextSizeA(14.0F, FLT_MAX, 0.0F, text.c_str()).x;
  frame(text, fonts().small);
  EXPECT_EQ(fonts().small->CalcTextSizeA(14.0F, FLT_MAX, 0.0F, text.c_str()).x, before);
  EXPECT_GT(glyph(U'我', fonts().small).AdvanceX, 10.0F);
}

TEST_F(FurtherGlyphs, every_font_gets_them) {
  for (ImFont* font : ImGui::GetIO().Fonts->Fonts) {
    frame("语", font);
    EXPECT_TRUE(is_pictured(glyph(U'语', font))) << font->GetDebugName();
  }
}

TEST_F(FurtherGlyphs, turned_text_keeps_its_angle) {
  const float size = fonts().text->FontSize;
  const ImFontGlyph placeholder = glyph(U'果');
  frame([&](ImDrawList& list) {  // a quarter turn: the line runs down, its top is on the right
    list.PrimReserve(6, 4);
    list.PrimQuadUV({50.0F, 50.0F}, {50.0F, 50.0F + size}, {50.0F - size, 50.0F + size}, {50.0F - size, 50.0F},
                    {placeholder.U0, placeholder.V0}, {placeholder.U1, placeholder.V0},
                    {placeholder.U1, placeholder.V1}, {placeholder.U0, placeholder.V1}, IM_COL32_WHITE);
  });
  const ImFontGlyph& now = glyph(U'果');
  EXPECT_NEAR(vertices()[0].pos.x, 50.0F - now.Y0, 1e-3F);
  EXPECT_NEAR(vertices()[0].pos.y, 50.0F + now.X0, 1e-3F);
  EXPECT_NEAR(vertices()[2].pos.x, 50.0F - now.Y1, 1e-3F);
  EXPECT_NEAR(vertices()[2].pos.y, 50.0F + now.X1, 1e-3F);
}

TEST_F(FurtherGlyphs, many_at_once_come_in_several_frames) {
  const std::string text = text_of(0x4E00, 1000);
  const DrawnGlyphs first = frame(text);
  EXPECT_EQ(first.patches.size(), kMostNewGlyphs);
  EXPECT_TRUE(first.more);
  EXPECT_EQ(frame(text).patches.size(), kMostNewGlyphs);
  EXPECT_EQ(frame(text).patches.size(), 200U);
  EXPECT_FALSE(frame(text).more);
}

TEST_F(FurtherGlyphs, a_full_page_is_emptied_and_what_is_still_shown_comes_back) {
  std::size_t asked = 0;
  for (unsigned first = 0x4E00; first < 0x9F00; first += 400, asked += 400) {
    frame(text_of(first, 400), fonts().large);
    if (!is_pictured(glyph(0x4E00, fonts().large))) break;
  }
  EXPECT_GT(asked, 1000U) << "a page holds what a window can show";
  EXPECT_LT(asked, 10000U) << "the page has an end";
  const DrawnGlyphs after = frame("漢字", fonts().large);
  EXPECT_EQ(after.patches.size(), 2U);
  EXPECT_TRUE(is_pictured(glyph(U'漢', fonts().large)));
}

TEST_F(FurtherGlyphs, more_than_fits_does_not_keep_the_window_drawing_for_ever) {
  const std::string all = text_of(0x4E00, 12000);
  forget_the_time();
  int busy = 0;
  while (busy < 100 && frame(all, fonts().large).more)
    ++busy;
  EXPECT_LT(busy, 40);
}

TEST_F(FurtherGlyphs, pictures_do_not_overlap) {
  std::set<std::pair<int, int>> taken;
  for (ImFont* font : {fonts().text, fonts().large, fonts().small})
    for (const AtlasPatch& patch : frame(text_of(0x5000, 200), font).patches)
      for (int y = 0; y < patch.height; ++y)
        for (int x = 0; x < patch.width; ++x)
          ASSERT_TRUE(taken.insert({patch.x + x, patch.y + y}).second) << patch.x + x << ", " << patch.y + y;
}

TEST_F(FurtherGlyphs, an_emoji_is_drawn_through_its_stand_in) {
  std::string room;
  const std::string_view text = drawable("\U0001F600\U0001F680", room);
  ASSERT_EQ(text.size(), 6U);
  EXPECT_EQ(frame(std::string(text)).patches.size(), 2U);
  std::string again;
  EXPECT_EQ(drawable(text, again), text);
  const std::string plain = "ordinary 我";
  EXPECT_EQ(drawable(plain, room).data(), plain.data()) << "no copy where none is needed";
}

TEST_F(FurtherGlyphs, a_shaped_word_is_drawn_glyph_by_glyph_as_wide_as_its_font_says) {
  std::string room;
  const std::string word(drawable("שלום", room));
  ASSERT_EQ(word.size(), 12U) << "four stand-ins";
  EXPECT_NE(word, "שלום");
  EXPECT_EQ(drawable(word, room), word) << "twice is the same as once";
  const float size = fonts().text->FontSize;
  const float width = fonts().text->CalcTextSizeA(size, FLT_MAX, 0.0F, word.c_str()).x;
  EXPECT_GT(width, 1.2F * size);
  EXPECT_LT(width, 3.0F * size);
  EXPECT_EQ(frame(word).patches.size(), 4U);
  EXPECT_EQ(fonts().text->CalcTextSizeA(size, FLT_MAX, 0.0F, word.c_str()).x, width);
  // The last letter that is drawn is the first that is read.
  std::string alone_room;
  const std::string alone(drawable("ש", alone_room));
  EXPECT_TRUE(word.ends_with(alone));
  EXPECT_TRUE(frame(alone).patches.empty()) << "one picture for both";
}

TEST_F(FurtherGlyphs, a_mixed_line_keeps_its_latin_letters_as_they_are) {
  std::string room;
  const std::string line(drawable("word שלום and 猫", room));
  EXPECT_TRUE(line.starts_with("word ")) << line;
  EXPECT_TRUE(line.ends_with(" and 猫")) << line;
  EXPECT_EQ(std::string(drawable("a\nשלום\nb", room)).front(), 'a') << "lines stay in their order";
}

TEST_F(FurtherGlyphs, a_line_end_in_a_field_is_drawn_as_a_sign) {
  const std::string line = to_field("a\nb\rc");
  EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
  EXPECT_EQ(from_field(line), "a\nb\rc");
  EXPECT_EQ(frame(line).patches.size(), 2U);
  const auto stand_in = static_cast<ImWchar>(to_field(unsigned{'\n'}));
  EXPECT_FLOAT_EQ(fonts().text->GetCharAdvance(stand_in), fonts().text->GetCharAdvance(static_cast<ImWchar>(U'↵')))
      << "as wide as it looks, so that the cursor stands behind it";
}

TEST(GlyphFaces, are_asked_in_their_order) {
  const GlyphFaces faces(kFonts);
  for (const unsigned character : {0x41U, 0x6F22U, 0xD55CU, 0x3042U, 0x05D0U, 0x10D0U, 0x1F600U})
    EXPECT_TRUE(faces.has(MainFace::text, character)) << std::hex << character;
  EXPECT_TRUE(faces.has(MainFace::text, 0x0905)) << "Devanagari";
  EXPECT_TRUE(faces.has(MainFace::text, 0x0E17)) << "Thai";
  EXPECT_FALSE(faces.has(MainFace::text, 0xA500)) << "Vai";
  EXPECT_FALSE(faces.has(MainFace::text, 0x1F680));
  EXPECT_EQ(faces.advance(MainFace::text, 0x6F22, 16.0F), 14.0F) << "whole pixels: squares stay sharp";
  const GlyphPicture picture = faces.picture(MainFace::text, 0x6F22, {.height = 16.0F, .baseline = 13.0F});
  EXPECT_GE(picture.top, 0);
  EXPECT_LE(picture.top + picture.height, 16);
}

TEST(CodeBox, shows_the_number_of_a_character_and_no_two_look_alike) {
  const CodeBox rocket = code_box(0x1F680, 16.0F), devanagari = code_box(0x0905, 16.0F);
  EXPECT_EQ(rocket.width, 13);
  EXPECT_EQ(devanagari.width, 9);
  EXPECT_EQ(rocket.height, 13);
  EXPECT_EQ(rocket.width, code_box_width(0x1F680, 16.0F));
  std::set<std::vector<std::uint8_t>> seen;
  for (unsigned digit = 0; digit < 16; ++digit)
    seen.insert(code_box(digit * 0x1111, 16.0F).alpha);
  EXPECT_EQ(seen.size(), 16U);
  EXPECT_EQ(code_box(0x0905, 32.0F).width, 2 * devanagari.width) << "two pixels a dot";
  EXPECT_EQ(code_box(0x0905, 22.0F).height, 20) << "one and a half";
}

}  // namespace
}  // namespace regard
