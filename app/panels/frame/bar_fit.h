// SPDX-License-Identifier: Apache-2.0
// Which parts of the top bar stand in it, and how large, so that nothing overlaps and everything stays reachable. Pure.
#pragma once

#include <array>
#include <cstddef>

namespace regard {

/// From left to right; from `view` on they stand at the right end, so that A | B | Δ has a fixed place.
enum class BarPart : std::size_t { mark, model, workspace, examples, lessons, view, shown, file, settings };
inline constexpr std::size_t kBarParts = 9;

enum class BarSize {
  whole,
  small,    ///< a shorter form
  in_more,  ///< an entry of the menu behind "⋯"
  gone,     ///< nowhere: the mark only
};

/// Of each part.
using BarSizes = std::array<BarSize, kBarParts>;

struct BarWidths {
  std::array<float, kBarParts> whole{};
  std::array<float, kBarParts> small{};
  float more = 0.0F;   ///< the button "⋯"
  float space = 0.0F;  ///< between two parts
};

/// The parts as large as `room` allows. The order in which they give way is in bar_fit.cpp. The button `view` says in words
/// what it can where all the others have their place already: they never move because of it, as long as its small width stays
/// the same.
[[nodiscard]] BarSizes fit_bar(const BarWidths& widths, float room);

/// Of a part at that size; 0 where it does not stand in the bar.
[[nodiscard]] float bar_width(const BarWidths& widths, BarPart part, BarSize size);
[[nodiscard]] bool needs_more(const BarSizes& sizes);

}  // namespace regard
