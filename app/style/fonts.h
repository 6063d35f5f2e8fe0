// SPDX-License-Identifier: Apache-2.0
// The fonts: Inter for text, JetBrains Mono for numbers, DejaVu Sans and Droid Sans Fallback for what they lack. UI thread
// only.
#pragma once

#include <imgui.h>

#include <filesystem>

namespace regard {

/// All null (ImGui's own font is used) until build_fonts(); ImGui::PushFont(nullptr) is allowed.
struct Fonts {
  ImFont* text = nullptr;
  ImFont* small = nullptr;       ///< 0.85 of text: captions, axis labels
  ImFont* heading = nullptr;     ///< semi-bold, 1.15 of text
  ImFont* bold = nullptr;        ///< semi-bold, as high as text: words in prose
  ImFont* italic = nullptr;      ///< likewise
  ImFont* large = nullptr;       ///< 1.4 of text: the sentence
  ImFont* mono = nullptr;        ///< numbers and formulas, as high as text
  ImFont* mono_small = nullptr;  ///< numbers in bars and axes
};

/// Text height at scale 1, pixels. What the window uses is this × content scale of the monitor × the text-size setting.
inline constexpr float kTextPixels = 16.0F;

/// Empties the atlas and fills it for text `text_pixels` high, its small fonts hardly smaller where `for_classroom`; the result
/// becomes fonts(). Between frames only; the caller
/// renews the atlas texture, and calls add_drawn_glyphs() each frame. Throws Error("file_missing", "file_unreadable") when `folder` lacks a font.
void build_fonts(ImFontAtlas& atlas, const std::filesystem::path& folder, float text_pixels,
                 bool for_classroom = false);

[[nodiscard]] const Fonts& fonts();
/// When their atlas goes: all are null again.
void forget_fonts();

/// Height of the text font in pixels; ImGui's current font where none was built.
[[nodiscard]] float text_pixels();

}  // namespace regard
