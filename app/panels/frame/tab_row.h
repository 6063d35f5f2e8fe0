// SPDX-License-Identifier: Apache-2.0
// A row of tabs: names over a hairline, the chosen one underlined. Where they do not fit, the text becomes smaller, then the
// last ones go into a menu behind "…", whose button says the chosen one's name if that is among them. Tabs keep their places
// whatever is chosen.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct Tab {
  std::string id{};     ///< also its probe: "side.layers"
  std::string label{};  ///< a word or two
  std::string hint{};   ///< its key
  std::string shut{};   ///< why it cannot be chosen: it is dimmed and says so; empty: it can
};

/// Draws at the cursor, `width` pixels wide. The tab that was clicked. Probes every tab on show and "<id>.more".
std::optional<std::size_t> tab_row(std::string_view id, std::span<const Tab> tabs, std::size_t chosen, float width);
[[nodiscard]] float tab_row_height();
/// Was the menu of a row open in this frame?
[[nodiscard]] bool tab_menu_open();

/// How many tabs stand on the row when `widths` are theirs and `more` is that of the menu's button: the first so many. Which one
/// is chosen changes nothing. For tests.
[[nodiscard]] std::size_t tabs_that_fit(std::span<const float> widths, float width, float more);

}  // namespace regard
