// SPDX-License-Identifier: Apache-2.0
// The files of assets/fonts, for the window and for exported figures. app/dependencies.cmake copies the same ones.
#pragma once

#include <array>
#include <cstddef>

namespace regard {

/// Text, headings, numbers; then what the others lack: signs, and Chinese, Japanese, Korean.
inline constexpr std::array<const char*, 5> kFontFiles{
    "Inter-Regular.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf", "DejaVuSans.ttf", "DroidSansFallback.ttf"};
/// Places in it.
inline constexpr std::size_t kTextFont = 0, kHeadingFont = 1, kMonoFont = 2, kSignsFont = 3, kFallbackFont = 4;

}  // namespace regard
