// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/curve_chart.h"

#include "app/style/theme.h"
#include "app/widgets/layer_chart.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace regard {
namespace {

constexpr float kNumbersWidth = 2.5F;  // ems left of the plot

struct CurvePlot {
  ImVec2 min{}, max{};
  float last = 1.0F;  ///< the count at the right end
};

float curve_x(const CurvePlot& plot, float count) {
  return plot.min.x + count / plot.last * (plot.max.x - plot.min.x);
}

float curve_y(const CurveChartSpec& spec, const CurvePlot& plot, float value) {
  const float share = (std::clamp(value, spec.low, spec.high) - spec.low) / std::max(spec.high - spec.low, 1e-12F);
  return plot.max.y - share * (plot.max.y - plot.min.y);
}

void paint_curve_axes(const CurveChartSpec& spec, const CurvePlot& plot, ImDrawList& list) {
  const Face digits = number_face();
  const ImU32 ink = colour_u32(theme().text_muted);
  const Ticks ticks = round_ticks(spec.low, spec.high);
  for (std::size_t tick = 0; tick < ticks.count; ++tick) {
    const float y = std::floor(curve_y(spec, plot, ticks.values[tick])) + 0.5F;
    list.AddLine({plot.min.x, y}, {plot.max.x, y}, colour_u32(theme().grid, 0.7F));
    const std::string text = number(ticks.values[tick], ticks.decimals);
    paint_text(list, digits, {plot.min.x - em(0.3F) - text_width(digits, text), y - 0.5F * digits.size}, ink, text);
  }
  const Face labels = small_face();
  const Ticks counts = round_ticks(spec.first, spec.first + spec.step * plot.last);
  for (std::size_t tick = 0; tick < counts.count; ++tick) {
    const std::string text = number(counts.values[tick], counts.decimals);
    const float wide = text_width(labels, text), place = (counts.values[tick] - spec.first) / spec.step;
    const float x = std::min(curve_x(plot, place) - 0.5F * wide, plot.max.x - wide);
    paint_text(list, labels, {x, plot.max.y + em(0.15F)}, ink, text);
  }
  const float wide = text_width(labels, spec.below);
  paint_text(list, labels, {0.5F * (plot.min.x + plot.max.x - wide), plot.max.y + em(0.2F) + labels.size}, ink,
             spec.below);
}

void paint_dashes(ImDrawList& list, float left, float right, float y) {
  const float dash = em(0.4F);
  for (float x = left; x < right; x += 2.0F * dash)
    list.AddLine({x, y}, {std::min(x + dash, right), y}, colour_u32(theme().warning), stroke(0.08F, 1.0F));
}

std::optional<std::size_t> place_under_mouse(const CurveChartSpec& spec, const CurvePlot& plot) {
  if (!ImGui::IsItemHovered() || spec.places.empty()) return std::nullopt;
  const float mouse = ImGui::GetIO().MousePos.x;
  const auto away = [&](std::size_t place) { return std::abs(curve_x(plot, static_cast<float>(place)) - mouse); };
  const auto nearest = std::min_element(spec.places.begin(), spec.places.end(),
                                        [&](std::size_t a, std::size_t b) { return away(a) < away(b); });
  return static_cast<std::size_t>(nearest - spec.places.begin());
}

}  // namespace

std::optional<std::size_t> curve_chart(const CurveChartSpec& spec) {
  const ScopedId scope(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("curve", {std::max(spec.size.x, 1.0F), std::max(spec.size.y, 1.0F)});
  CurvePlot plot;
  plot.min = {at.x + em(kNumbersWidth), at.y + em(0.4F)};
  plot.max = {std::max(plot.min.x + 1.0F, at.x + spec.size.x - em(0.4F)),
              std::max(plot.min.y + 1.0F, at.y + spec.size.y - 2.0F * small_face().size - em(0.4F))};
  plot.last = spec.places.empty() ? 1.0F : static_cast<float>(std::max<std::size_t>(spec.places.back(), 1));
  if (probe_enabled()) probe(spec.id, plot.min, plot.max);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_curve_axes(spec, plot, list);
  const std::optional<std::size_t> hovered = place_under_mouse(spec, plot);
  const auto upright = [&](std::size_t count, const ImVec4& colour) {
    const float x = std::round(curve_x(plot, static_cast<float>(count)));
    list.AddLine({x, plot.min.y}, {x, plot.max.y}, colour_u32(colour), stroke(0.08F, 1.0F));
  };
  if (spec.marked) {
    upright(*spec.marked, theme().warning);
    const float x = std::round(curve_x(plot, static_cast<float>(*spec.marked)));
    if (probe_enabled()) probe(std::string(spec.id) + ".marked", {x, plot.min.y}, {x + 1.0F, plot.max.y});
  }
  if (hovered) upright(spec.places[*hovered], theme().text_muted);
  if (spec.across && *spec.across >= spec.low && *spec.across <= spec.high)
    paint_dashes(list, plot.min.x, plot.max.x, std::floor(curve_y(spec, plot, *spec.across)) + 0.5F);
  const float dot = stroke(0.2F, 2.5F);  // at the ends of the plot, too
  list.PushClipRect({plot.min.x - dot, plot.min.y - dot}, {plot.max.x + dot, plot.max.y + dot}, true);
  std::vector<ImVec2> points;
  for (const CurveLine& line : spec.lines) {
    const bool from_zero = spec.from_zero && (spec.places.empty() || spec.places.front() > 0);
    points.assign(from_zero ? 1 : 0, {plot.min.x, curve_y(spec, plot, 0.0F)});
    for (std::size_t place = 0; place < std::min(line.values.size(), spec.places.size()); ++place)
      points.emplace_back(curve_x(plot, static_cast<float>(spec.places[place])),
                          curve_y(spec, plot, line.values[place]));
    list.AddPolyline(points.data(), static_cast<int>(points.size()), colour_u32(line.colour), 0,
                     line.thickness * stroke(0.11F, 1.5F));
    for (std::size_t point = from_zero ? 1 : 0; line.points && point < points.size(); ++point)
      list.AddCircleFilled(points[point], dot, colour_u32(line.colour), 12);
  }
  list.PopClipRect();
  return hovered;
}

}  // namespace regard
