// SPDX-License-Identifier: Apache-2.0
#include "app/shell/arrangement.h"

#include <algorithm>

namespace regard::shell {
namespace {

// Sides of the cells, ems, from which on a window may be more generous.
constexpr float kWithSide = 21.0F;  ///< a column at the side, a row below
constexpr float kWithLeft =
    19.75F;  ///< the column of heads; high rows around the workspace: 300 pixels of 16 cells at 100 %
constexpr float kPair = 14.0F;        ///< both matrices: 300 pixels at 150 %
constexpr float kLowRows = 10.0F;     ///< a line of status: 240 pixels at 200 %
constexpr float kLeastOfPair = 6.0F;  ///< lower windows show one view

struct Room {
  float width;  ///< of a matrix' cells
  float height;
};

float pair_width(const ArrangementNeeds& needs, float cells) {
  return 2.0F * (cells + needs.labels_x) + kBetween * needs.em + 2.0F * needs.padding_x;
}

/// Pixels for each of two matrices' cells in a card of this width.
float cells_of_pair(const ArrangementNeeds& needs, float card) {
  return (card - pair_width(needs, 0.0F)) * 0.5F;
}

float cells_of_one(const ArrangementNeeds& needs, float card) {
  return card - 2.0F * needs.padding_x - needs.labels_x;
}

/// Height for cells in a card with these lines above them: as much as there is for sure.
float cells_below(const ArrangementNeeds& needs, float rows, float lines, float tabs) {
  return needs.height - rows - 2.0F * needs.padding_y - tabs - lines - needs.labels_y;
}

void limit(Arrangement& found, float cells) {
  found.most_cells = found.most_cells > 0.0F ? std::min(found.most_cells, cells) : cells;
}

}  // namespace

Arrangement one_at_a_time() {
  Arrangement found;
  found.rows = RowHeight::least;
  found.left = found.side = found.below = found.pair = false;
  return found;
}

Arrangement arrange(const ArrangementNeeds& needs) {
  const float em = needs.em;
  Arrangement found;
  // Height: the rows around the workspace shrink where the cells would else.
  const float with_full_rows = cells_below(needs, needs.rows, needs.lines, needs.tabs);
  const float with_low_rows = cells_below(needs, needs.low_rows, needs.compact_lines, needs.tabs);
  const float spared = needs.labels_y - needs.least_labels_y;  // the cells may get that, too
  float height = with_full_rows + spared;
  if (with_full_rows < kWithLeft * em) {
    found.rows = RowHeight::low;
    height = std::min(with_low_rows + spared, kWithLeft * em);
    limit(found, kWithLeft * em);
    if (with_low_rows < kLowRows * em) {
      found.rows = RowHeight::least;
      height = std::min(cells_below(needs, needs.least_rows, needs.compact_lines, needs.tabs) + spared, kLowRows * em);
      limit(found, kLowRows * em);
    }
  }
  const float beside_left = needs.width - kLeastLeft * em - needs.gap;

  // A row below and a column at the side, where both matrices keep their size.
  const float generous = kWithSide * em;
  const float wanted = std::min(generous, height);
  found.side = needs.side && cells_of_pair(needs, beside_left - needs.gap - kLeastSide * em) >= wanted;
  // The row of tabs stands in the lower card then, and where there is a side, nowhere.
  const float below = kLeastBelow * em + 2.0F * needs.padding_y - (found.side ? needs.tabs : 0.0F);
  found.below = found.rows == RowHeight::full && with_full_rows - needs.gap - below >= generous;
  found.least_main_width = pair_width(needs, wanted);
  found.least_main_height = needs.lines + needs.labels_y + generous + 2.0F * needs.padding_y;
  if (!found.below || !found.side) limit(found, generous);
  if (found.side) return found;

  const float with_left = std::min(kWithLeft * em, height);
  if (cells_of_pair(needs, beside_left) >= with_left && height >= kLeastOfPair * em) {
    found.least_main_width = pair_width(needs, with_left);
    return found;
  }

  if (needs.keeps_overview) {
    found.pair = false;
    found.left = height >= kLeastOfPair * em && needs.width - kLeastLeftOfOne * em - needs.gap >= kLeastMain * em;
    found.least_main_width = kLeastMain * em;
    return found;
  }

  limit(found, kWithLeft * em);
  const float both = std::min(kPair * em, height);
  if (cells_of_pair(needs, needs.width) >= both && height >= kLeastOfPair * em) {
    found.left = false;
    return found;
  }

  limit(found, kPair * em);
  found.pair = false;
  const float one = std::min(kPair * em, height);
  found.left =
      height >= kLeastOfPair * em && cells_of_one(needs, needs.width - kLeastLeftOfOne * em - needs.gap) >= one;
  found.least_main_width = one + needs.labels_x + 2.0F * needs.padding_x;
  return found;
}

}  // namespace regard::shell
