// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/layer_chart.h"

#include "tests/app/widgets/headless.h"

#include <cmath>
#include <string>
#include <vector>

namespace regard::test {
namespace {

class LayerCharts : public Headless {
protected:
  LayerChartSpec spec{};
  LayerChartResult result{};
  std::vector<LayerDot> dots{};
  std::function<void()> draw = [this] {
    spec.dots = dots;
    const LayerChartResult now = layer_chart(spec);
    if (now.clicked) clicked = now.dot;
    result = now;
  };
  std::optional<std::size_t> clicked{};

  void SetUp() override {
    Headless::SetUp();
    spec.id = "chart";
    spec.size = {500.0F, 200.0F};
    spec.layers = 4;
    spec.embedding = "emb";
    spec.low = 0.0F;
    spec.high = 10.0F;
  }
};

TEST_F(LayerCharts, put_a_dot_where_its_value_and_layer_are) {
  dots = {{{0, 0}, 0.0F}, {{1, 0}, 5.0F}, {{3, 2}, 10.0F}};
  frames(2, draw);
  const ProbeItem plot = item("chart");
  ASSERT_TRUE(plot.range);
  EXPECT_EQ(plot.range->cols, 5.0F) << "the embedding has a place of its own";
  EXPECT_EQ(plot.range->top, 10.0F);
  const float place = (plot.max.x - plot.min.x) / 5.0F;
  EXPECT_NEAR(middle("chart.0.0").x, plot.min.x + 1.5F * place, 1.0F);
  EXPECT_NEAR(middle("chart.0.0").y, plot.max.y, 1.0F);
  EXPECT_NEAR(middle("chart.1.0").y, 0.5F * (plot.min.y + plot.max.y), 1.0F);
  EXPECT_NEAR(middle("chart.3.2").x, plot.min.x + 4.5F * place, 1.0F);
  EXPECT_NEAR(middle("chart.3.2").y, plot.min.y, 1.0F);
}

TEST_F(LayerCharts, equal_dots_stand_side_by_side_within_their_layer) {
  for (std::size_t head = 0; head < 8; ++head)
    dots.push_back({{2, head}, 4.0F});
  frames(2, draw);
  const ProbeItem plot = item("chart");
  const float place = (plot.max.x - plot.min.x) / 5.0F;
  std::vector<float> at;
  for (std::size_t head = 0; head < 8; ++head) {
    at.push_back(middle("chart.2." + std::to_string(head)).x);
    EXPECT_GT(at.back(), plot.min.x + 3.0F * place);
    EXPECT_LT(at.back(), plot.min.x + 4.0F * place);
  }
  std::sort(at.begin(), at.end());
  for (std::size_t head = 1; head < 8; ++head)
    EXPECT_GT(at[head] - at[head - 1], 1.5F);
}

TEST_F(LayerCharts, know_the_dot_and_the_layer_under_the_mouse) {
  dots = {{{0, 0}, 2.0F}, {{3, 1}, 8.0F}};
  frames(2, draw);
  move(middle("chart.3.1"), draw);
  ASSERT_TRUE(result.dot);
  EXPECT_EQ(*result.dot, 1U);
  EXPECT_EQ(result.place, 4U);
  const ProbeItem plot = item("chart");
  move({plot.min.x + 2.0F, plot.min.y + 5.0F}, draw);
  EXPECT_FALSE(result.dot);
  EXPECT_EQ(result.place, 0U) << "the embedding";
  move({plot.min.x - 100.0F, 600.0F}, draw);
  EXPECT_FALSE(result.place);
}

TEST_F(LayerCharts, a_click_names_the_dot) {
  dots = {{{0, 0}, 2.0F}, {{3, 1}, 8.0F}};
  frames(2, draw);
  click(middle("chart.0.0"), draw);
  ASSERT_TRUE(clicked);
  EXPECT_EQ(*clicked, 0U);
}

TEST_F(LayerCharts, draw_sixty_four_layers_of_sixty_four_heads_and_one_of_one) {
  spec.layers = 64;
  spec.size = {360.0F, 110.0F};
  for (std::size_t layer = 0; layer < 64; ++layer)
    for (std::size_t head = 0; head < 64; ++head)
      dots.push_back({{layer, head}, std::fmod(static_cast<float>(head * 7 + layer), 10.0F)});
  frames(2, draw);
  EXPECT_TRUE(has("chart"));
  EXPECT_FALSE(has("chart.0.0")) << "that many are not listed one by one";
  spec.layers = 1;
  dots = {{{0, 0}, 1.0F}};
  const std::vector<float> values{3.0F};
  const std::vector<LayerLine> lines{{values, 1, {1, 1, 1, 1}, LineStyle::dashed},
                                     {values, 1, {1, 1, 1, 1}, LineStyle::solid}};
  spec.lines = lines;
  frames(2, draw);
  EXPECT_TRUE(has("chart.0.0"));
  spec.size = {10.0F, 5.0F};
  frames(2, draw);
  EXPECT_FALSE(has("chart")) << "no room";
}

TEST(RoundTicks, are_two_to_four_round_numbers_within_the_range) {
  for (const float high : {0.013F, 0.7F, 1.0F, 1.39F, 2.2F, 3.0F, 4.1F, 7.0F, 9.0F, 12.0F, 99.0F, 512.0F}) {
    const Ticks ticks = round_ticks(0.0F, high);
    EXPECT_GE(ticks.count, 2U) << high;
    EXPECT_LE(ticks.count, 4U) << high;
    EXPECT_EQ(ticks.values[0], 0.0F);
    EXPECT_GE(ticks.values[ticks.count - 1], 0.4F * high) << high;
    EXPECT_LE(ticks.values[ticks.count - 1], high * 1.001F);
  }
  const Ticks around = round_ticks(-0.4F, 1.0F);
  EXPECT_EQ(around.values[0], 0.0F);
  EXPECT_EQ(around.decimals, 1);
  EXPECT_EQ(round_ticks(1.0F, 1.0F).count, 0U);
}

}  // namespace
}  // namespace regard::test
