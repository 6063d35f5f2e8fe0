// SPDX-License-Identifier: Apache-2.0
#include "app/panels/kinds/cost_chart.h"

#include "app/panels/common/quantities.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kCostNumbers = 4.0F;        ///< ems left of the plot
constexpr std::size_t kLengthsAtATick = 4;  ///< 16, 256, 4096 …

struct CostPlot {
  ImVec2 min{}, max{};
  double first = 1.0, last = 2.0;  ///< lengths at the ends
  int low = 0, high = 1;           ///< powers of ten

  [[nodiscard]] float x(double length) const {
    const double share = std::log(std::clamp(length, first, last) / first) / std::log(last / first);
    return min.x + static_cast<float>(share) * (max.x - min.x);
  }
  [[nodiscard]] float y(double value) const {
    const double share = (std::log10(value) - low) / std::max(high - low, 1);
    return max.y - static_cast<float>(share) * (max.y - min.y);
  }
};

CostPlot plot_of(const CostChartSpec& spec, ImVec2 at) {
  CostPlot plot;
  plot.min = {at.x + em(kCostNumbers), at.y + em(0.4F)};
  plot.max = {std::max(plot.min.x + 1.0F, at.x + spec.size.x - em(1.0F)),
              std::max(plot.min.y + 1.0F, at.y + spec.size.y - small_face().size - em(0.6F))};
  plot.first = static_cast<double>(spec.lengths.front());
  plot.last = static_cast<double>(spec.lengths.back());
  double low = INFINITY, high = 0.0;
  for (const CostLine& line : spec.lines)
    for (const double value : line.values)
      if (value > 0.0) low = std::min(low, value), high = std::max(high, value);
  if (high <= 0.0) low = 1.0, high = 10.0;
  plot.low = static_cast<int>(std::floor(std::log10(low)));
  plot.high = std::max(static_cast<int>(std::ceil(std::log10(high))), plot.low + 1);
  return plot;
}

void paint_cost_axes(const CostChartSpec& spec, const CostPlot& plot, ImDrawList& list) {
  const ImU32 ink = colour_u32(theme().text_muted), grid = colour_u32(theme().grid, 0.7F);
  const Face labels = small_face();
  const int step = plot.high - plot.low > 7 ? 3 : plot.high - plot.low > 4 ? 2 : 1;
  for (int power = plot.low; power <= plot.high; power += step) {
    const double value = std::pow(10.0, power);
    const float y = std::floor(plot.y(value)) + 0.5F;
    list.AddLine({plot.min.x, y}, {plot.max.x, y}, grid);
    const std::string text =
        spec.bytes ? file_size(static_cast<std::uint64_t>(std::llround(std::max(value, 1.0)))) : short_count(value);
    paint_text(list, labels, {plot.min.x - em(0.3F) - text_width(labels, text), y - 0.5F * labels.size}, ink, text);
  }
  for (std::size_t at = 0; at < spec.lengths.size(); at += kLengthsAtATick) {
    const float x = std::floor(plot.x(static_cast<double>(spec.lengths[at]))) + 0.5F;
    list.AddLine({x, plot.min.y}, {x, plot.max.y}, grid);
    const std::string text = short_count(static_cast<double>(spec.lengths[at]));
    const float wide = text_width(labels, text);
    paint_text(list, labels, {std::min(x - 0.5F * wide, plot.max.x + em(0.9F) - wide), plot.max.y + em(0.2F)}, ink,
               text);
  }
}

void paint_cost_line(const CostChartSpec& spec, const CostPlot& plot, const CostLine& line, ImDrawList& list) {
  std::vector<ImVec2> points;
  for (std::size_t at = 0; at < spec.lengths.size() && at < line.values.size(); ++at)
    if (line.values[at] > 0.0)
      points.push_back({plot.x(static_cast<double>(spec.lengths[at])), plot.y(line.values[at])});
  const ImU32 ink = colour_u32(line.colour);
  list.AddPolyline(points.data(), static_cast<int>(points.size()), ink, 0, stroke(0.11F, 1.5F));
  if (line.here > 0.0)
    list.AddCircleFilled({plot.x(static_cast<double>(spec.here)), plot.y(line.here)}, stroke(0.25F, 3.0F), ink, 12);
}

}  // namespace

std::optional<std::size_t> cost_chart(const CostChartSpec& spec) {
  const ScopedId scope(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("costs", {std::max(spec.size.x, 1.0F), std::max(spec.size.y, 1.0F)});
  const CostPlot plot = plot_of(spec, at);
  probe(spec.id, plot.min, plot.max);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_cost_axes(spec, plot, list);
  const auto upright = [&](double length, const ImVec4& colour) {
    const float x = std::round(plot.x(length));
    list.AddLine({x, plot.min.y}, {x, plot.max.y}, colour_u32(colour), stroke(0.08F, 1.0F));
  };
  std::optional<std::size_t> hovered;
  if (ImGui::IsItemHovered()) {
    const auto away = [&](std::size_t length) {
      return std::abs(plot.x(static_cast<double>(length)) - ImGui::GetIO().MousePos.x);
    };
    hovered = static_cast<std::size_t>(std::ranges::min_element(spec.lengths, {}, away) - spec.lengths.begin());
    upright(static_cast<double>(spec.lengths[*hovered]), theme().text_muted);
  }
  upright(static_cast<double>(spec.here), theme().accent);
  const float dot = stroke(0.25F, 3.0F);
  list.PushClipRect({plot.min.x - dot, plot.min.y - dot}, {plot.max.x + dot, plot.max.y + dot}, true);
  for (const CostLine& line : spec.lines)
    paint_cost_line(spec, plot, line, list);
  list.PopClipRect();
  return hovered;
}

}  // namespace regard
