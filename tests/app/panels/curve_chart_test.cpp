// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/curve_chart.h"
#include "tests/app/widgets/headless.h"

#include <array>
#include <vector>

namespace regard::test {
namespace {

class CurveCharts : public Headless {
protected:
  std::vector<std::size_t> places{10, 20, 40};
  std::vector<float> values{0.0F, 1.0F, 2.0F};
  std::optional<std::size_t> marked{};
  /// Where the accent's dots and strokes were drawn, top to bottom.
  float highest = 0.0F;

  void draw() {
    const std::array lines{CurveLine{values, {1.0F, 0.0F, 0.0F, 1.0F}, 1.0F, true}};
    CurveChartSpec spec;
    spec.id = "chart";
    spec.size = {500.0F, 200.0F};
    spec.places = places;
    spec.high = 2.0F;
    spec.lines = lines;
    spec.marked = marked;
    (void)curve_chart(spec);
    const ImDrawList& list = *ImGui::GetWindowDrawList();
    highest = 1e9F;
    for (const ImDrawCmd& command : list.CmdBuffer)
      for (unsigned at = command.IdxOffset; at < command.IdxOffset + command.ElemCount; ++at) {
        const ImDrawVert& corner = list.VtxBuffer[static_cast<int>(list.IdxBuffer[static_cast<int>(at)])];
        if ((corner.col & 0x00FFFFFFU) == 0x000000FFU)
          highest = std::min(highest, std::max(corner.pos.y, command.ClipRect.y));
      }
  }
};

TEST_F(CurveCharts, mark_a_count_wherever_it_lies) {
  frame([this] { draw(); });
  EXPECT_FALSE(has("chart.marked"));
  for (const std::size_t count : {0U, 10U, 25U, 40U}) {
    marked = count;
    frame([this] { draw(); });
    const ProbeItem plot = item("chart");
    EXPECT_NEAR(item("chart.marked").min.x, plot.min.x + static_cast<float>(count) / 40.0F * (plot.max.x - plot.min.x),
                1.0F);
  }
}

TEST_F(CurveCharts, cut_off_no_stroke_at_the_upper_end) {
  frame([this] { draw(); });
  EXPECT_LT(highest, item("chart").min.y - 1.0F) << "half of the last dot lies above the plot";
}

}  // namespace
}  // namespace regard::test
