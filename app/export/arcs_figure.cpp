// SPDX-License-Identifier: Apache-2.0
// Who looks at whom, as in a textbook: one line of words where the text looks at itself, two where it looks at another.
#include "app/export/figures.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr double kWordSize = 18, kSpace = 12, kWidest = 1600;

struct Line {
  std::vector<double> middles{};
  double width = 0;
  double size = kWordSize;
};

Line line_of(const Axis& axis, double size) {
  Line line;
  line.size = size;
  double x = 0;
  for (const Unit& unit : axis.units) {
    const double width = std::max(10.0, figure_text_width(figure_label(unit), FigureFont::text, size));
    line.middles.push_back(x + 0.5 * width);
    x += width + kSpace;
  }
  line.width = std::max(0.0, x - kSpace);
  return line;
}

void add_words(Figure& figure, const Axis& axis, const Line& line, double left, double base, std::size_t query,
               std::size_t key, const FigureStyle& style) {
  for (std::size_t unit = 0; unit < axis.size(); ++unit) {
    const gfx::Rgb ink = unit == query              ? style.query
                         : unit == key              ? style.key
                         : axis.units[unit].special ? style.muted
                                                    : style.text;
    figure.add(FigureText{left + line.middles[unit],
                          base,
                          figure_label(axis.units[unit]),
                          line.size,
                          FigureFont::text,
                          FigureAlign::centre,
                          {ink}});
  }
}

gfx::Rgb colour_of(const Arc& arc, ThemeChoice choice) {
  const auto& heads = (choice == ThemeChoice::dark ? dark_theme() : light_theme()).heads;
  const ImVec4& colour = heads[arc.colour % heads.size()];
  const auto byte = [](float part) { return static_cast<std::uint8_t>(std::lround(part * 255.0F)); };
  return {byte(colour.x), byte(colour.y), byte(colour.z)};
}

void add_arrow(Figure& figure, const FigureCurve& curve) {
  const double dx = curve.x[3] - curve.x[2], dy = curve.y[3] - curve.y[2];
  const double length = std::max(1e-6, std::hypot(dx, dy));
  const double ux = dx / length, uy = dy / length;
  const double head = 6 + 1.2 * curve.width, half = 2.5 + 0.8 * curve.width;
  FigureCurve shaft = curve;
  shaft.x[3] -= ux * head * 0.8;
  shaft.y[3] -= uy * head * 0.8;
  figure.add(shaft);
  const double bx = curve.x[3] - ux * head, by = curve.y[3] - uy * head;
  figure.add(FigureTriangle{
      {curve.x[3], bx - uy * half, bx + uy * half}, {curve.y[3], by + ux * half, by - ux * half}, curve.ink});
}

FigureCurve curve_between(double from, double from_y, double to, double to_y, double height, bool two_lines) {
  FigureCurve curve;
  if (two_lines) {
    const double middle = 0.5 * (from_y + to_y);
    return {{from, from, to, to}, {from_y, middle, middle, to_y}, 1, {}};
  }
  if (from == to)
    return {{from - 7, from - 14, from + 14, from + 7}, {from_y, from_y - 28, from_y - 28, from_y}, 1, {}};
  const double side = from < to ? -4.0 : 4.0;  // arrows of both directions stay apart
  const double lean = std::clamp(0.12 * (to - from), -60.0, 60.0);
  return {{from, from + lean, to + side - lean, to + side}, {from_y, from_y - height, to_y - height, to_y}, 1, {}};
}

}  // namespace

Figure arcs_figure(const ArcsView& arcs, const GridView& grid, const FigureCaption& caption, const FigureStyle& style,
                   bool changes) {
  // Queries and keys on lines of their own only where they are different texts.
  const bool two_lines = arcs.rows.size() != arcs.cols.size() ||
                         !std::equal(arcs.rows.units.begin(), arcs.rows.units.end(), arcs.cols.units.begin(),
                                     [](const Unit& a, const Unit& b) { return a.label == b.label; });
  double size = kWordSize;
  Line queries = line_of(arcs.rows, size), keys = line_of(arcs.cols, size);
  if (const double widest = std::max(queries.width, keys.width); widest > kWidest) {
    size = std::max(8.0, size * kWidest / widest);
    queries = line_of(arcs.rows, size);
    keys = line_of(arcs.cols, size);
  }
  Figure figure;
  figure.ground = style.ground;
  figure.width = std::max({420.0, caption_width(caption), std::max(queries.width, keys.width) + 2 * kFigureMargin});
  const double top = add_caption(figure, caption, style);
  double farthest = 60;
  for (const Arc& arc : arcs.arcs)
    farthest = std::max(farthest, std::abs(queries.middles[arc.query] - keys.middles[arc.key]));
  const double room = two_lines ? 160 : std::min(320.0, 90 + 0.3 * farthest);
  const double keys_base = top + room + size;
  const double left_keys = 0.5 * (figure.width - keys.width), left_queries = 0.5 * (figure.width - queries.width);
  const double queries_base = two_lines ? top + size : keys_base;
  for (const Arc& arc : arcs.arcs) {
    const double from = left_queries + queries.middles[arc.query], to = left_keys + keys.middles[arc.key];
    const double height = room * std::pow(std::abs(from - to) / farthest, 0.65) / 0.75 * 0.95;
    const double from_y = two_lines ? queries_base + 8 : keys_base - size;
    FigureCurve curve = curve_between(from, from_y, to, keys_base - size, std::max(28.0, height), two_lines);
    const double strength = std::clamp(std::abs(static_cast<double>(arc.weight)), 0.0, 1.0);
    curve.width = 1.2 + 5.0 * strength;
    const gfx::Rgb change = arc.weight < 0 ? style.negative : style.positive;
    curve.ink = {changes ? change : colour_of(arc, style.theme), 0.35 + 0.65 * std::sqrt(strength)};
    add_arrow(figure, curve);
    if (!arc.labelled) continue;
    const double x = 0.125 * (curve.x[0] + curve.x[3]) + 0.375 * (curve.x[1] + curve.x[2]);
    const double y = 0.125 * (curve.y[0] + curve.y[3]) + 0.375 * (curve.y[1] + curve.y[2]);
    figure.add(FigureBox{x - 16, y - 8, 32, 15, {style.ground}});
    figure.add(FigureText{x,
                          y + 4,
                          (changes && arc.weight > 0 ? "+" : "") + figure_number(arc.weight, 2),
                          kFigureSmall,
                          FigureFont::mono,
                          FigureAlign::centre,
                          {style.text}});
  }
  if (two_lines) add_words(figure, arcs.rows, queries, left_queries, queries_base, grid.query, arcs.rows.size(), style);
  add_words(figure, arcs.cols, keys, left_keys, keys_base, two_lines ? arcs.cols.size() : grid.query, grid.key, style);
  figure.height = keys_base + kFigureMargin;
  if (arcs.hidden > 0 && !arcs.hidden_weight.empty()) {
    const std::string rest =
        tr_plural("arcs.hidden", arcs.hidden, {{"weight", figure_number(arcs.hidden_weight.front(), 2)}});
    figure.add(FigureText{
        kFigureMargin, figure.height, rest, kFigureSmall, FigureFont::text, FigureAlign::left, {style.muted}});
    figure.height += kFigureMargin;
  }
  return figure;
}

}  // namespace regard
