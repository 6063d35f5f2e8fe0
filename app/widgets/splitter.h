// SPDX-License-Identifier: Apache-2.0
// The gap between two panes, draggable; double-click restores `standard`. Place it with the cursor between the panes.
#pragma once

#include <string_view>

namespace regard {

enum class SplitterLine { vertical, horizontal };  ///< how the handle itself stands

struct SplitterSpec {
  std::string_view id{};  ///< "splitter.left"
  SplitterLine line = SplitterLine::vertical;
  float length = 0.0F;       ///< pixels along the handle
  float total = 0.0F;        ///< pixels of both panes together, across it
  float least_first = 0.0F;  ///< pixels the first pane keeps
  float least_second = 0.0F;
  float standard = 0.5F;  ///< share after a double-click
};

/// `share` is the first pane's part of `total`. True while it changes.
bool splitter(const SplitterSpec& spec, float& share);
/// Pixels the handle takes across its line.
[[nodiscard]] float splitter_thickness();

}  // namespace regard
