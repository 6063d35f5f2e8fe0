// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/layer_chart.h"

#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kAxisWidth = 2.5F;         // ems left of the plot, for numbers
constexpr float kReach = 0.55F;            // ems around a dot that count as the dot
constexpr std::size_t kProbedDots = 1024;  // more would make the probe file huge

struct Plot {
  ImVec2 min{}, max{};
  float place = 1.0F;  ///< width of one place
  std::size_t places = 1;
};

float x_of(const Plot& plot, std::size_t place) {
  return plot.min.x + (static_cast<float>(place) + 0.5F) * plot.place;
}

float y_of(const LayerChartSpec& spec, const Plot& plot, float value) {
  const float span = spec.high - spec.low;
  const float share = span > 0.0F ? (std::clamp(value, spec.low, spec.high) - spec.low) / span : 0.0F;
  return plot.max.y - share * (plot.max.y - plot.min.y);
}

Plot measure(const LayerChartSpec& spec, ImVec2 at) {
  Plot plot;
  plot.places = spec.layers + 1;
  plot.min = {at.x + em(kAxisWidth), at.y + em(0.35F)};
  plot.max = {std::max(plot.min.x + 1.0F, at.x + spec.size.x - em(0.25F)),
              std::max(plot.min.y + 1.0F, at.y + spec.size.y - small_face().size - em(0.2F))};
  plot.place = (plot.max.x - plot.min.x) / static_cast<float>(plot.places);
  return plot;
}

void paint_axes(const LayerChartSpec& spec, const Plot& plot, ImDrawList& list) {
  const Face digits = number_face();
  const Ticks ticks = round_ticks(spec.low, spec.high);
  for (std::size_t tick = 0; tick < ticks.count; ++tick) {
    const float y = std::floor(y_of(spec, plot, ticks.values[tick])) + 0.5F;
    list.AddLine({plot.min.x, y}, {plot.max.x, y}, colour_u32(theme().grid, 0.7F));
    const std::string text = number(ticks.values[tick], ticks.decimals);
    paint_text(list, digits, {plot.min.x - em(0.3F) - text_width(digits, text), y - 0.5F * digits.size},
               colour_u32(theme().text_muted), text);
  }
  const Face labels = small_face();
  const float widest = text_width(labels, std::to_string(spec.layers)) + em(0.6F);
  std::size_t step = 1;
  for (const std::size_t round : {2U, 4U, 8U, 16U, 32U, 64U})
    if (static_cast<float>(step) * plot.place < widest) step = round;
  const auto label = [&](std::size_t place, std::string_view text) {
    const float wide = text_width(labels, text);
    const float x = std::clamp(x_of(plot, place) - 0.5F * wide, plot.min.x - em(kAxisWidth), plot.max.x - wide);
    paint_text(list, labels, {x, plot.max.y + em(0.15F)}, colour_u32(theme().text_muted), text);
    return x + wide;
  };
  float free = label(0, spec.embedding) + em(0.3F);
  for (std::size_t layer = 0; layer < spec.layers; layer += step) {
    const std::string text = std::to_string(layer);
    if (x_of(plot, layer + 1) - 0.5F * text_width(labels, text) < free) continue;
    free = label(layer + 1, text);
  }
}

void paint_mark(const LayerChartSpec& spec, const Plot& plot, ImDrawList& list) {
  if (!spec.marked || *spec.marked >= plot.places) return;
  const float left = plot.min.x + static_cast<float>(*spec.marked) * plot.place;
  list.AddRectFilled({left, plot.min.y}, {left + plot.place, plot.max.y}, colour_u32(theme().frame_hovered, 0.6F));
}

/// Points without a gap between them.
void paint_run(const Plot& plot, const LayerLine& line, const std::vector<ImVec2>& points, ImDrawList& list) {
  const ImU32 colour = colour_u32(line.colour);
  const float thick = stroke(0.11F, 1.5F);
  if (points.size() == 1) {  // one layer: a bar as wide as its place
    const float half = 0.3F * plot.place;
    list.AddLine({points[0].x - half, points[0].y}, {points[0].x + half, points[0].y}, colour, thick);
    return;
  }
  if (line.style == LineStyle::solid) {
    list.AddPolyline(points.data(), static_cast<int>(points.size()), colour, 0, thick);
    return;
  }
  const float dash = em(0.35F);
  float walked = 0.0F;  // along the whole line, so that dashes go on round corners
  for (std::size_t index = 1; index < points.size(); ++index) {
    const ImVec2 from = points[index - 1], to = points[index];
    const float length = std::hypot(to.x - from.x, to.y - from.y);
    const auto at = [&](float way) {
      const float share = way / std::max(length, 1e-3F);
      return ImVec2(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
    };
    for (float way = -std::fmod(walked, 2.0F * dash); way < length; way += 2.0F * dash)
      if (way + dash > 0.0F) list.AddLine(at(std::max(way, 0.0F)), at(std::min(way + dash, length)), colour, thick);
    walked += length;
  }
}

/// NaN: the line has a gap there.
void paint_line(const LayerChartSpec& spec, const Plot& plot, const LayerLine& line, ImDrawList& list) {
  std::vector<ImVec2> points;
  points.reserve(line.values.size());
  for (std::size_t index = 0; index <= line.values.size(); ++index) {
    if (index < line.values.size() && !std::isnan(line.values[index])) {
      points.emplace_back(x_of(plot, line.first + index), y_of(spec, plot, line.values[index]));
      continue;
    }
    if (!points.empty()) paint_run(plot, line, points, list);
    points.clear();
  }
}

void paint_stacks(const LayerChartSpec& spec, const Plot& plot, ImDrawList& list) {
  const bool thin = plot.place < 4.0F;  // no gaps then: each bar ends where the next begins
  const float bar = std::min(std::round(0.7F * plot.place), em(2.2F));
  for (std::size_t layer = 0; layer < spec.stacks.size(); ++layer) {
    float bottom = 0.0F;
    const float left = std::floor(x_of(plot, layer + 1) - 0.5F * (thin ? plot.place : bar));
    const float right = thin ? std::floor(x_of(plot, layer + 2) - 0.5F * plot.place) : left + bar;
    for (std::size_t part = 0; part < spec.stacks[layer].size(); ++part) {
      const float top = bottom + spec.stacks[layer][part];
      if (top <= bottom) continue;
      list.AddRectFilled({left, y_of(spec, plot, top)}, {right, y_of(spec, plot, bottom)},
                         colour_u32(spec.stack_colours[part], 0.9F));
      bottom = top;
    }
  }
}

/// Where the dots stand: those of one layer that would cover each other side by side, as far as their place is wide.
std::vector<ImVec2> placed(const LayerChartSpec& spec, const Plot& plot, float radius) {
  std::vector<ImVec2> at(spec.dots.size());
  std::vector<std::size_t> order(spec.dots.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (const std::size_t dot : order)
    at[dot] = {x_of(plot, spec.dots[dot].head.layer + 1), y_of(spec, plot, spec.dots[dot].value)};
  std::sort(order.begin(), order.end(), [&](std::size_t first, std::size_t second) {
    const std::size_t one = spec.dots[first].head.layer, other = spec.dots[second].head.layer;
    return one != other ? one < other : at[first].y < at[second].y;
  });
  const float step = 2.0F * radius + 0.5F;
  const auto columns = static_cast<int>(std::max(0.0F, (0.45F * plot.place - radius) / step));
  for (std::size_t index = 0; index < order.size(); ++index) {
    ImVec2& point = at[order[index]];
    const float middle = point.x;
    const auto covered = [&](float x) {
      for (std::size_t other = index; other-- > 0;) {
        const ImVec2& before = at[order[other]];
        if (spec.dots[order[other]].head.layer != spec.dots[order[index]].head.layer || point.y - before.y > step)
          return false;
        if (std::abs(before.x - x) < step - 0.25F) return true;
      }
      return false;
    };
    for (int shift = 0; shift <= 2 * columns; ++shift) {
      const int column = shift % 2 == 1 ? (shift + 1) / 2 : -shift / 2;
      const float x = middle + static_cast<float>(column) * step;
      if (covered(x)) continue;
      point.x = x;
      break;
    }
  }
  return at;
}

void paint_dot(ImDrawList& list, ImVec2 at, float radius, ImU32 colour) {
  if (radius < 2.0F)
    list.AddRectFilled({at.x - radius, at.y - radius}, {at.x + radius, at.y + radius}, colour);
  else
    list.AddCircleFilled(at, radius, colour, 10);
}

/// 0 = the selected head, 1… = compared ones; none: an ordinary dot.
std::optional<std::size_t> colour_index(const LayerChartSpec& spec, HeadRef head) {
  if (head == spec.selected) return 0;
  const auto found = std::find(spec.compared.begin(), spec.compared.end(), head);
  if (found == spec.compared.end()) return std::nullopt;
  return static_cast<std::size_t>(found - spec.compared.begin()) + 1;
}

void paint_dots(const LayerChartSpec& spec, const std::vector<ImVec2>& at, float radius, std::size_t hovered,
                ImDrawList& list) {
  const ImU32 plain = colour_u32(theme().text_muted, spec.dots.size() > 600 ? 0.5F : 0.75F);
  std::vector<std::size_t> coloured;
  for (std::size_t dot = 0; dot < at.size(); ++dot) {
    if (colour_index(spec, spec.dots[dot].head))
      coloured.push_back(dot);
    else
      paint_dot(list, at[dot], radius, plain);
  }
  std::sort(coloured.begin(), coloured.end(), [&](std::size_t first, std::size_t second) {
    return colour_index(spec, spec.dots[first].head) > colour_index(spec, spec.dots[second].head);
  });
  for (const std::size_t dot : coloured) {
    const float wide = std::max(radius * 1.6F, em(0.3F));
    list.AddCircleFilled(at[dot], wide + std::max(1.0F, em(0.08F)), colour_u32(theme().panel), 14);
    list.AddCircleFilled(at[dot], wide, colour_u32(head_colour(*colour_index(spec, spec.dots[dot].head))), 14);
  }
  for (std::size_t dot = 0; dot < at.size(); ++dot)
    if (dot == hovered || (spec.linked && spec.dots[dot].head == *spec.linked))
      list.AddCircle(at[dot], std::max(radius * 1.6F, em(0.3F)) + em(0.15F), colour_u32(theme().text), 16,
                     stroke(0.1F, 1.5F));
}

std::optional<std::size_t> nearest(const std::vector<ImVec2>& at, ImVec2 mouse) {
  std::optional<std::size_t> best;
  float least = em(kReach) * em(kReach);
  for (std::size_t dot = 0; dot < at.size(); ++dot) {
    const float x = at[dot].x - mouse.x, y = at[dot].y - mouse.y;
    if (x * x + y * y > least) continue;
    least = x * x + y * y;
    best = dot;
  }
  return best;
}

void probe_chart(const LayerChartSpec& spec, const Plot& plot, const std::vector<ImVec2>& at, float radius) {
  if (!probe_enabled()) return;
  const std::string id(spec.id);
  probe(id, plot.min, plot.max, {0.0F, spec.high, static_cast<float>(plot.places), spec.high - spec.low});
  if (at.size() > kProbedDots) return;
  for (std::size_t dot = 0; dot < at.size(); ++dot) {
    const HeadRef head = spec.dots[dot].head;
    probe(id + "." + std::to_string(head.layer) + "." + std::to_string(head.head),
          {at[dot].x - radius, at[dot].y - radius}, {at[dot].x + radius, at[dot].y + radius});
  }
}

}  // namespace

Ticks round_ticks(float low, float high) {
  Ticks ticks;
  const double span = static_cast<double>(high) - static_cast<double>(low);
  if (!(span > 0.0)) return ticks;
  double step = std::pow(10.0, std::floor(std::log10(span / 2.0)));
  for (const double factor : {5.0, 2.0})
    if (span / (step * factor) >= 2.0) {
      step *= factor;
      break;
    }
  ticks.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  double value = std::ceil(static_cast<double>(low) / step - 1e-9) * step;
  // Steps of 1 leave up to five numbers: every second one of them.
  const double stride = span / step >= 4.0 ? 2.0 * step : step;
  for (; value <= static_cast<double>(high) + 1e-9 * span && ticks.count < ticks.values.size(); value += stride)
    ticks.values[ticks.count++] = static_cast<float>(value);
  return ticks;
}

LayerChartResult layer_chart(const LayerChartSpec& spec) {
  LayerChartResult result;
  const ScopedId id(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (spec.layers == 0 || spec.size.x < em(4.0F) || spec.size.y < em(2.0F)) {
    ImGui::Dummy({std::max(1.0F, spec.size.x), std::max(1.0F, spec.size.y)});
    return result;
  }
  ImGui::InvisibleButton("chart", spec.size);
  const Plot plot = measure(spec, at);
  const float radius = std::clamp(0.09F * plot.place, 1.25F, em(0.2F));
  const std::vector<ImVec2> dots = placed(spec, plot, radius);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (ImGui::IsItemHovered() && mouse.x >= plot.min.x && mouse.x < plot.max.x) {
    result.place = std::min(static_cast<std::size_t>((mouse.x - plot.min.x) / plot.place), plot.places - 1);
    result.dot = nearest(dots, mouse);
    result.clicked = ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_mark(spec, plot, list);
  paint_axes(spec, plot, list);
  paint_stacks(spec, plot, list);
  for (const LayerLine& line : spec.lines)
    paint_line(spec, plot, line, list);
  paint_dots(spec, dots, radius, result.dot.value_or(dots.size()), list);
  probe_chart(spec, plot, dots, radius);
  return result;
}

}  // namespace regard
