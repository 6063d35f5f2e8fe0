// SPDX-License-Identifier: Apache-2.0
// Who looks at whom, as in a textbook: one line of words where the text looks at itself, two where it looks at another.
#include "app/export/figures.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr double kWordSize = 18, kSpace = 12, kGluedSpace = 1.5, kWidest = 1600;
constexpr double kHeadsGap = 6;  // between arcs of different heads at a word

struct Line {
  std::vector<double> middles{};
  double width = 0;
  double size = kWordSize;
};

Line line_of(const Axis& axis, double size) {
  Line line;
  line.size = size;
  double x = 0;
  for (std::size_t unit = 0; unit < axis.size(); ++unit) {
    const bool glued = axis.units[unit].glued, close = glued || (unit + 1 < axis.size() && axis.units[unit + 1].glued);
    const double text = figure_text_width(figure_label(axis.units[unit]), FigureFont::text, size);
    const double width = std::max(close ? 5.0 : 10.0, text);
    if (unit > 0) x += glued ? kGluedSpace : kSpace;
    line.middles.push_back(x + 0.5 * width);
    x += width;
  }
  line.width = x;
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

gfx::Rgb head_ink(std::size_t index, ThemeChoice choice) {
  const auto& heads = (choice == ThemeChoice::dark ? dark_theme() : light_theme()).heads;
  const ImVec4& colour = heads[index % heads.size()];
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

/// How all arcs of a picture are drawn.
struct Picture {
  double farthest = 60, room = 0;
  std::size_t heads = 1;
  bool two_lines = false;
};

FigureCurve curve_between(const Picture& picture, const Arc& arc, double from, double from_y, double to, double to_y) {
  const double rank = static_cast<double>(arc.colour) - 0.5 * (static_cast<double>(picture.heads) - 1);
  from += rank * kHeadsGap;
  to += rank * kHeadsGap;
  if (picture.two_lines) {
    const double middle = 0.5 * (from_y + to_y);
    return {{from, from, to, to}, {from_y, middle, middle, to_y}, 1, {}};
  }
  if (arc.query == arc.key) {
    const double rise = 44 + 8 * std::abs(rank);
    return {{from - 5, from - 26, from + 26, from + 5}, {from_y, from_y - rise, from_y - rise, from_y}, 1, {}};
  }
  const double share = std::pow(std::abs(from - to) / picture.farthest, 0.65);
  const double height = std::max(28.0, picture.room * share / 0.75 * 0.95) + 5 * rank;
  const double side = from < to ? -4.0 : 4.0;  // arrows of both directions stay apart
  const double lean = std::clamp(0.12 * (to - from), -60.0, 60.0);
  return {{from, from + lean, to + side - lean, to + side}, {from_y, from_y - height, to_y - height, to_y}, 1, {}};
}

struct Point {
  double x = 0, y = 0;
};
Point point_at(const FigureCurve& curve, double t) {
  const double u = 1 - t;
  const double part[4] = {u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
  Point sum;
  for (int index = 0; index < 4; ++index) {
    sum.x += part[index] * curve.x[index];
    sum.y += part[index] * curve.y[index];
  }
  return sum;
}

/// Where the number of an arc stands: on its top or beside it, over a loop; nothing where it would cover another number.
bool place_number(const FigureCurve& curve, bool loop, std::vector<Point>& taken, Point& place) {
  constexpr double kWide = 36, kHigh = 16;
  for (const double t : {0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74}) {
    place = point_at(curve, t);
    if (loop) place = {place.x + (t - 0.5) * 200, place.y - 11};
    const bool free = std::none_of(taken.begin(), taken.end(), [&](const Point& other) {
      return std::abs(other.x - place.x) < kWide && std::abs(other.y - place.y) < kHigh;
    });
    if (!free) continue;
    taken.push_back(place);
    return true;
  }
  return false;
}

void add_number(Figure& figure, Point at, const std::string& text, const FigureStyle& style) {
  figure.add(FigureBox{at.x - 16, at.y - 8, 32, 15, {style.ground}});
  figure.add(FigureText{at.x, at.y + 4, text, kFigureSmall, FigureFont::mono, FigureAlign::centre, {style.text}});
}

/// A dot of each head's colour and its name, in one column.
void add_heads(Figure& figure, const std::vector<std::string>& heads, const FigureStyle& style) {
  if (heads.size() < 2) return;
  for (std::size_t head = 0; head < heads.size(); ++head) {
    figure.add(FigureBox{kFigureMargin, figure.height - 8, 9, 9, {head_ink(head, style.theme)}});
    figure.add(FigureText{kFigureMargin + 16,
                          figure.height,
                          heads[head],
                          kFigureSmall,
                          FigureFont::text,
                          FigureAlign::left,
                          {style.muted}});
    figure.height += 18;
  }
  figure.height += 6;
}

}  // namespace

Figure arcs_figure(const ArcsView& arcs, const GridView& grid, const FigureCaption& caption, const FigureStyle& style,
                   const std::vector<std::string>& heads, bool changes) {
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
  Picture picture{.two_lines = two_lines};
  for (const Arc& arc : arcs.arcs) {
    picture.farthest = std::max(picture.farthest, std::abs(queries.middles[arc.query] - keys.middles[arc.key]));
    picture.heads = std::max(picture.heads, arc.colour + 1);
  }
  picture.room = two_lines ? 160 : std::min(320.0, 90 + 0.3 * picture.farthest);
  const double keys_base = top + picture.room + size;
  const double left_keys = 0.5 * (figure.width - keys.width), left_queries = 0.5 * (figure.width - queries.width);
  const double queries_base = two_lines ? top + size : keys_base;
  std::vector<FigureCurve> curves;
  for (const Arc& arc : arcs.arcs) {
    const double from_y = two_lines ? queries_base + 8 : keys_base - size;
    FigureCurve curve = curve_between(picture, arc, left_queries + queries.middles[arc.query], from_y,
                                      left_keys + keys.middles[arc.key], keys_base - size);
    const double strength = std::clamp(std::abs(static_cast<double>(arc.weight)), 0.0, 1.0);
    curve.width = 1.2 + 5.0 * strength;
    const gfx::Rgb change = arc.weight < 0 ? style.negative : style.positive;
    curve.ink = {changes ? change : head_ink(arc.colour, style.theme), 0.35 + 0.65 * std::sqrt(strength)};
    add_arrow(figure, curve);
    curves.push_back(curve);
  }
  std::vector<Point> taken;
  for (std::size_t index = arcs.arcs.size(); index-- > 0;) {  // strongest first: they get the best places
    const Arc& arc = arcs.arcs[index];
    Point at;
    if (!arc.labelled || !place_number(curves[index], !two_lines && arc.query == arc.key, taken, at)) continue;
    add_number(figure, at, (changes && arc.weight > 0 ? "+" : "") + figure_number(arc.weight, 2), style);
  }
  if (two_lines) add_words(figure, arcs.rows, queries, left_queries, queries_base, grid.query, arcs.rows.size(), style);
  add_words(figure, arcs.cols, keys, left_keys, keys_base, two_lines ? arcs.cols.size() : grid.query, grid.key, style);
  figure.height = keys_base + kFigureMargin;
  add_heads(figure, heads, style);
  std::string rest;
  if (arcs.hidden > 0 && !arcs.hidden_weight.empty())
    rest = tr_plural("arcs.hidden", arcs.hidden, {{"weight", figure_number(arcs.hidden_weight.front(), 2)}});
  if (!arcs.sink_shares.empty() && arcs.sink_shares.front() > 0.0F)
    rest += (rest.empty() ? "" : " · ") + tr("arcs.sink", {{"share", figure_number(arcs.sink_shares.front(), 2)}});
  if (!rest.empty()) {
    figure.add(FigureText{
        kFigureMargin, figure.height, rest, kFigureSmall, FigureFont::text, FigureAlign::left, {style.muted}});
    figure.height += kFigureMargin;
  }
  return figure;
}

}  // namespace regard
