// SPDX-License-Identifier: Apache-2.0
// Which parts of a workspace a window has room for. Pure: the layout (layout.h) measures what the rows around the workspace
// take and draws what comes out.
//
// The two matrices come first. Everything else has a place of its own only where it leaves them their size, else it becomes a
// tab beside them; where both do not fit, one is seen at a time. So that a smaller window never shows a larger matrix than a larger
// one, what a step leaves out never makes the cells larger than they are in the smallest window of the step above: a step down
// has a greatest size of cells, which is the least size of the step above.
#pragma once

namespace regard::shell {

/// What a matrix needs around its cells and what the rows around the workspace take. Pixels.
struct ArrangementNeeds {
  float em = 16.0F;
  float width = 0.0F, height = 0.0F;  ///< of everything inside the window's margins
  float gap = 0.0F;                   ///< between cards
  float padding_x = 0.0F, padding_y = 0.0F;
  float rows = 0.0F;        ///< height of the rows above and below the workspace, gaps included
  float low_rows = 0.0F;    ///< the same in a low window
  float least_rows = 0.0F;  ///< the same in the lowest ones
  float tabs = 0.0F;        ///< a row of tabs
  float lines = 0.0F;       ///< above the cells
  float compact_lines = 0.0F;
  bool keeps_overview = false;             ///< the heads stand beside a main panel that gives way to them
  bool side = true;                        ///< the panels of the side may have a column
  float labels_x = 0.0F, labels_y = 0.0F;  ///< beside and above the cells, and some to spare
  float least_labels_y = 0.0F;             ///< above them at least
};

/// How much height the rows around the workspace take.
enum class RowHeight { full, low, least };

struct Arrangement {
  RowHeight rows = RowHeight::full;
  bool left = true;               ///< heads and predictions have a column
  bool side = true;               ///< the panels of the side have a column
  bool below = true;              ///< the panels below have a row
  bool pair = true;               ///< both matrices are seen at once
  float least_main_width = 0.0F;  ///< pixels of the card of matrices, so that these keep their size
  float least_main_height = 0.0F;
  float most_cells = 0.0F;  ///< pixels of a matrix' cells at most; 0: as many as fit
};

[[nodiscard]] Arrangement arrange(const ArrangementNeeds& needs);
/// The panel chosen, as large as the window allows, the others behind tabs.
[[nodiscard]] Arrangement one_at_a_time();

// Widths and heights that other parts keep, ems.
inline constexpr float kLeastLeft = 13.0F, kLeastLeftOfOne = 11.0F, kLeastSide = 22.0F, kLeastBelow = 10.5F;
inline constexpr float kLeastMain = 28.0F;  ///< of a main panel beside heads that it gives way to
inline constexpr float kBetween = 1.0F;     ///< the space between the two matrices, ems

}  // namespace regard::shell
