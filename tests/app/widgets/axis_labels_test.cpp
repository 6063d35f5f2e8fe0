// SPDX-License-Identifier: Apache-2.0
// Which rows are named where they are narrow: as many as can be read.
#include "app/widgets/axis_labels.h"

#include "app/widgets/paint.h"
#include "tests/app/widgets/headless.h"

#include <cstddef>

namespace regard::test {
namespace {

class AxisLabels : public Headless {
protected:
  /// How many of ten rows are named, each with one letter, where their distance is this share of a line's height.
  std::size_t named(float share, std::size_t selected = 100, std::size_t hovered = 100) {
    Axis axis;
    for (int row = 0; row < 10; ++row)
      axis.units.push_back({"a", {}, false, false});
    std::size_t count = 0;
    frame([&] {
      ImDrawList& list = *ImGui::GetWindowDrawList();
      const float cell = share * small_face().size;
      const int before = list.VtxBuffer.Size;
      paint_row_labels(list, {&axis, {200.0F, 100.0F}, {300.0F, 100.0F + 10.0F * cell}, cell, 0.0F, selected, hovered},
                       20.0F);
      count = static_cast<std::size_t>(list.VtxBuffer.Size - before) / 4;
    });
    return count;
  }
};

TEST_F(AxisLabels, name_every_row_whose_lines_only_touch_and_every_other_one_where_they_overlap) {
  EXPECT_EQ(named(1.5F), 10U);
  EXPECT_EQ(named(0.84F), 10U);
  EXPECT_EQ(named(0.6F), 5U);
  EXPECT_EQ(named(0.3F), 4U) << "rows 0, 3, 6, 9";
}

TEST_F(AxisLabels, leave_out_no_neighbour_of_the_chosen_row_that_can_be_read) {
  EXPECT_EQ(named(0.8F, 4), 10U);
  EXPECT_EQ(named(0.6F, 5), 4U) << "0, 2, 8 and the chosen one, which stands too near to 4 and 6";
}

}  // namespace
}  // namespace regard::test
