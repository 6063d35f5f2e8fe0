// SPDX-License-Identifier: Apache-2.0
#include "app/panels/kinds/distance_chart.h"

#include "app/style/theme.h"
#include "app/widgets/layer_chart.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kDistanceNumbers = 3.2F;  ///< ems left of the plot
constexpr float kDistanceLabels = 2.2F;   ///< ems below it
constexpr float kPointsApart = 0.5F;      ///< ems between points from which on they have dots

struct DistancePlot {
  ImVec2 min{}, max{};
  double first = 0.0, last = 1.0;
  double low = 0.0, high = 1.0;

  [[nodiscard]] float x(double distance) const {
    return min.x + static_cast<float>((distance - first) / (last - first)) * (max.x - min.x);
  }
  [[nodiscard]] float y(double value) const {
    return max.y - static_cast<float>((value - low) / (high - low)) * (max.y - min.y);
  }
};

void take_extent(std::span<const double> values, double& low, double& high) {
  for (const double value : values)
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
}

DistancePlot distance_plot(const DistanceChartSpec& spec, ImVec2 at) {
  DistancePlot plot;
  plot.min = {at.x + em(kDistanceNumbers), at.y + em(0.4F)};
  plot.max = {std::max(plot.min.x + 1.0F, at.x + spec.size.x - em(0.6F)),
              std::max(plot.min.y + 1.0F, at.y + spec.size.y - em(kDistanceLabels))};
  plot.first = static_cast<double>(spec.first);
  plot.last = plot.first + std::max(1.0, static_cast<double>(spec.count) - 1.0);
  double low = INFINITY, high = -INFINITY;
  for (const DistanceLine& line : spec.lines)
    take_extent(line.values, low, high);
  take_extent(spec.low, low, high);
  take_extent(spec.high, low, high);
  take_extent(spec.dots, low, high);
  if (!(low <= high)) low = 0.0, high = 1.0;
  const double room = std::max(0.04 * (high - low), 1e-3);
  plot.low = low - room;
  plot.high = high + room;
  return plot;
}

void paint_distance_axes(const DistanceChartSpec& spec, const DistancePlot& plot, ImDrawList& list) {
  const ImU32 ink = colour_u32(theme().text_muted), grid = colour_u32(theme().grid, 0.7F);
  const Face labels = small_face();
  const Ticks values = round_ticks(static_cast<float>(plot.low), static_cast<float>(plot.high));
  for (std::size_t tick = 0; tick < values.count; ++tick) {
    const float y = std::floor(plot.y(values.values[tick])) + 0.5F;
    list.AddLine({plot.min.x, y}, {plot.max.x, y}, grid);
    const std::string text = number(values.values[tick], values.decimals);
    paint_text(list, labels, {plot.min.x - em(0.3F) - text_width(labels, text), y - 0.5F * labels.size}, ink, text);
  }
  const Ticks distances = round_ticks(static_cast<float>(plot.first), static_cast<float>(plot.last));
  for (std::size_t tick = 0; tick < distances.count; ++tick) {
    const float x = std::floor(plot.x(distances.values[tick])) + 0.5F;
    list.AddLine({x, plot.min.y}, {x, plot.max.y}, grid);
    const std::string text = number(distances.values[tick], distances.decimals);
    paint_text(list, labels, {x - 0.5F * text_width(labels, text), plot.max.y + em(0.15F)}, ink, text);
  }
  const std::string below = shortened(labels, spec.below, plot.max.x - plot.min.x);
  paint_text(list, labels, {plot.max.x - text_width(labels, below), plot.max.y + em(0.25F) + labels.size}, ink, below);
}

void paint_band(const DistanceChartSpec& spec, const DistancePlot& plot, ImDrawList& list) {
  const ImU32 ink = colour_u32(spec.band, 0.18F);
  for (std::size_t at = 1; at < std::min(spec.low.size(), spec.high.size()); ++at) {
    const float left = plot.x(plot.first + static_cast<double>(at) - 1.0),
                right = plot.x(plot.first + static_cast<double>(at));
    if (!std::isfinite(spec.low[at - 1]) || !std::isfinite(spec.low[at])) continue;
    list.AddQuadFilled({left, plot.y(spec.high[at - 1])}, {right, plot.y(spec.high[at])}, {right, plot.y(spec.low[at])},
                       {left, plot.y(spec.low[at - 1])}, ink);
  }
}

void paint_distance_line(const DistancePlot& plot, const DistanceLine& line, ImDrawList& list) {
  const ImU32 ink = colour_u32(line.colour);
  std::vector<ImVec2> points;
  const auto finish = [&] {
    if (points.size() > 1)
      list.AddPolyline(points.data(), static_cast<int>(points.size()), ink, 0, line.thickness * stroke(0.11F, 1.5F));
    points.clear();
  };
  for (std::size_t at = 0; at < line.values.size(); ++at) {
    if (std::isfinite(line.values[at]))
      points.push_back({plot.x(plot.first + static_cast<double>(at)), plot.y(line.values[at])});
    else
      finish();
  }
  finish();
}

void paint_distance_dots(const DistanceChartSpec& spec, const DistancePlot& plot, ImDrawList& list) {
  const float apart = (plot.max.x - plot.min.x) / static_cast<float>(std::max<std::size_t>(spec.count, 1));
  const float radius = apart < em(kPointsApart) ? stroke(0.1F, 1.5F) : stroke(0.16F, 2.0F);
  for (std::size_t at = 0; at < spec.dots.size(); ++at)
    if (std::isfinite(spec.dots[at]))
      list.AddCircleFilled({plot.x(plot.first + static_cast<double>(at)), plot.y(spec.dots[at])}, radius,
                           colour_u32(spec.dot), 10);
}

/// What a window never looks at.
void paint_closed(const DistanceChartSpec& spec, const DistancePlot& plot, ImDrawList& list) {
  if (!spec.closed) return;
  const auto width = static_cast<double>(*spec.closed);
  if (width <= plot.last) paint_hatching(list, {plot.x(width), plot.min.y}, plot.max);
  if (-width >= plot.first) paint_hatching(list, plot.min, {plot.x(-width), plot.max.y});
}

std::optional<std::size_t> distance_under_mouse(const DistanceChartSpec& spec, const DistancePlot& plot) {
  if (!ImGui::IsItemHovered() || spec.count == 0) return std::nullopt;
  const float share = (ImGui::GetIO().MousePos.x - plot.min.x) / (plot.max.x - plot.min.x);
  const double at = std::round(static_cast<double>(share) * (plot.last - plot.first));
  return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(spec.count - 1)));
}

}  // namespace

std::optional<std::size_t> distance_chart(const DistanceChartSpec& spec) {
  const ScopedId scope(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("distances", {std::max(spec.size.x, 1.0F), std::max(spec.size.y, 1.0F)});
  const DistancePlot plot = distance_plot(spec, at);
  probe(spec.id, plot.min, plot.max);
  const std::optional<std::size_t> hovered = distance_under_mouse(spec, plot);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_distance_axes(spec, plot, list);
  const ScopedClip clip(plot.min, plot.max);
  paint_closed(spec, plot, list);
  paint_band(spec, plot, list);
  const auto upright = [&](double distance, const ImVec4& colour) {
    const float x = std::round(plot.x(distance));
    list.AddLine({x, plot.min.y}, {x, plot.max.y}, colour_u32(colour), stroke(0.08F, 1.0F));
  };
  if (plot.first < 0.0) upright(0.0, theme().panel_border);
  if (hovered) upright(plot.first + static_cast<double>(*hovered), theme().text_muted);
  if (spec.marked) upright(*spec.marked, theme().accent);
  for (const DistanceLine& line : spec.lines)
    paint_distance_line(plot, line, list);
  paint_distance_dots(spec, plot, list);
  return hovered;
}

}  // namespace regard
