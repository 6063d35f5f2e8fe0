// SPDX-License-Identifier: Apache-2.0
// Colour maps as tables of 256 colours: the one source that shader, legend, chips and tests share. Any thread.
// Computed from control points in OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020), so that
// equal steps of value look like equal steps of colour. Zero recedes into the panel in both themes: sequential maps grow
// lighter with the value on the dark theme and darker on the light one; diverging maps have the panel's neutral in the middle.
#pragma once

#include "app/session/look.h"
#include "app/session/preferences.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace regard::gfx {

struct Rgb {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

inline constexpr std::size_t kColourMapSize = 256;

struct ColourMap {
  std::array<Rgb, kColourMapSize> table{};
  bool diverging = false;

  /// Entry for a value of [low, high], clamped; the nearest of 256. NaN gives the first.
  [[nodiscard]] std::size_t index(float value, float low, float high) const;
  [[nodiscard]] Rgb at(float value, float low, float high) const { return table[index(value, low, high)]; }
};

/// The tables live as long as the program; addresses are stable and may be compared.
[[nodiscard]] const ColourMap& colour_map(WeightMap map, ThemeChoice theme);
[[nodiscard]] const ColourMap& colour_map(ScoreMap map, ThemeChoice theme);
/// A head's weights: without softmax they may be signed, and have the scores' diverging map.
[[nodiscard]] const ColourMap& colours_of_weights(const Look& look, ThemeChoice theme, bool has_softmax);

/// OKLab lightness of a colour, 0 … 1.
[[nodiscard]] float lightness(Rgb colour);
/// Black or white text, whichever reads better on this colour: true for black.
[[nodiscard]] bool wants_dark_text(Rgb colour);

}  // namespace regard::gfx
