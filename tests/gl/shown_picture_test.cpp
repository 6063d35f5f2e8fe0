// SPDX-License-Identifier: Apache-2.0
// A frame is drawn again exactly when it would look otherwise.
#include "app/gfx/shown_picture.h"

#include "app/gfx/objects.h"
#include "app/gfx/screen.h"
#include "tests/gl/context.h"

#include <imgui.h>

#include <array>
#include <cstdint>
#include <functional>

namespace regard {
namespace {

constexpr int kPixelsAcross = 200, kPixelsDown = 100;
constexpr ImU32 kOneColour = IM_COL32(255, 0, 0, 255), kAnotherColour = IM_COL32(0, 255, 0, 255);

class ShownPicture : public test::ImGuiGlTest {
protected:
  void SetUp() override {
    test::ImGuiGlTest::SetUp();
    if (HasFatalFailure()) return;
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {kPixelsAcross, kPixelsDown};
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
  }

  /// Whether a frame with what `draw` adds is another picture than the frame before.
  bool becomes(const std::function<void(ImDrawList&)>& draw, const ImVec4& ground = {}, int width = kPixelsAcross) {
    ImGui::GetIO().DeltaTime = 0.02F;
    ImGui::NewFrame();
    draw(*ImGui::GetForegroundDrawList());
    ImGui::Render();
    return shown_.becomes(*ImGui::GetDrawData(), ground, width, kPixelsDown);
  }

  gfx::ShownPicture shown_{};
};

void one_box(ImDrawList& list) {
  list.AddRectFilled({10, 10}, {50, 50}, kOneColour);
}

TEST_F(ShownPicture, the_first_frame_is_one_and_its_repetition_is_none) {
  EXPECT_TRUE(becomes(one_box));
  EXPECT_FALSE(becomes(one_box));
  EXPECT_FALSE(becomes(one_box));
}

TEST_F(ShownPicture, whatever_is_drawn_otherwise_makes_another) {
  const std::array<std::function<void(ImDrawList&)>, 7> otherwise{
      [](ImDrawList& list) {
        list.AddRectFilled({10, 10}, {50, 50}, kAnotherColour);
      },
      [](ImDrawList& list) {
        list.AddRectFilled({10, 10}, {50, 51}, kOneColour);
      },
      [](ImDrawList& list) {
        one_box(list);
        one_box(list);
      },
      [](ImDrawList& list) {
        list.PushClipRect({0, 0}, {30, 30});
        one_box(list);
        list.PopClipRect();
      },
      [](ImDrawList& list) {
        gfx::fill(list, {10, 10}, {50, 50}, kOneColour);
      },
      [](ImDrawList& list) {
        gfx::fill(list, {10, 10}, {50, 50}, kAnotherColour);
      },
      [](ImDrawList&) {},
  };
  ASSERT_TRUE(becomes(one_box));
  for (std::size_t which = 0; which < otherwise.size(); ++which) {
    EXPECT_TRUE(becomes(otherwise[which])) << which;
    EXPECT_FALSE(becomes(otherwise[which])) << which;
    EXPECT_TRUE(becomes(one_box)) << "and back from " << which;
  }
}

TEST_F(ShownPicture, so_do_another_ground_another_size_and_another_texture) {
  const auto image = [](std::intptr_t texture) {
    return [texture](ImDrawList& list) { list.AddImage(reinterpret_cast<ImTextureID>(texture), {10, 10}, {50, 50}); };
  };
  ASSERT_TRUE(becomes(image(7)));
  EXPECT_FALSE(becomes(image(7)));
  EXPECT_TRUE(becomes(image(8)));
  EXPECT_TRUE(becomes(image(8), {0.5F, 0.0F, 0.0F, 1.0F}));
  EXPECT_TRUE(becomes(image(8), {0.5F, 0.0F, 0.0F, 1.0F}, kPixelsAcross + 1));
  EXPECT_FALSE(becomes(image(8), {0.5F, 0.0F, 0.0F, 1.0F}, kPixelsAcross + 1));
}

TEST_F(ShownPicture, so_do_other_contents_of_a_texture_and_of_an_off_screen_picture) {
  ASSERT_TRUE(becomes(one_box));
  gfx::Texture2D texture(1, 1, gfx::TextureFormat::rgba8);
  EXPECT_TRUE(becomes(one_box)) << "made: it may have the number of one that is gone";
  constexpr std::array<std::uint8_t, 4> kPixel{1, 2, 3, 4};
  texture.upload(0, 0, 1, 1, kPixel);
  EXPECT_TRUE(becomes(one_box));
  const gfx::Framebuffer off_screen(4, 4);
  ASSERT_TRUE(becomes(one_box));
  off_screen.bind();  // to draw into it
  gfx::Framebuffer::unbind();
  EXPECT_TRUE(becomes(one_box));
  EXPECT_FALSE(becomes(one_box));
}

TEST_F(ShownPicture, so_does_another_place_for_a_copied_picture) {
  gfx::Copy what{.framebuffer = 3, .width = 4, .height = 4, .min = {0, 0}, .max = {4, 4}};
  const auto copied = [&what](ImDrawList& list) {
    list.PushClipRect({0, 0}, {kPixelsAcross, kPixelsDown});
    gfx::copy(list, what);
    list.PopClipRect();
  };
  ASSERT_TRUE(becomes(copied));
  EXPECT_FALSE(becomes(copied));
  what.framebuffer = 5;
  EXPECT_TRUE(becomes(copied));
  what.min = {8, 8};
  what.max = {12, 12};
  EXPECT_TRUE(becomes(copied));
  EXPECT_FALSE(becomes(copied));
}

TEST_F(ShownPicture, what_is_forgotten_is_drawn_again) {
  ASSERT_TRUE(becomes(one_box));
  shown_.forget();
  EXPECT_TRUE(becomes(one_box));
  EXPECT_FALSE(becomes(one_box));
}

}  // namespace
}  // namespace regard
