// SPDX-License-Identifier: Apache-2.0
#include "app/export/maps.h"

#include "app/style/locale.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kMostMapBoxes = 64 * 64;  // more cells than that, too small for numbers, become an image
constexpr double kListGap = 16;                 // between two columns of a list
constexpr double kChart = 130, kAxis = 44;      // height of a chart; room for its numbers

void add_map_text(Figure& figure, double x, double y, std::string text, FigureFont font, FigureAlign align,
                  gfx::Rgb ink, double size = kFigureSmall, bool turned = false) {
  figure.add(FigureText{x, y, std::move(text), size, font, align, {ink}, turned});
}

double widest(const std::vector<std::string>& labels, double longest = kLongestFigureLabel) {
  double width = 0;
  for (const std::string& label : labels)
    width = std::max(width, figure_text_width(label, FigureFont::text, kFigureSmall));
  return std::min(width, longest);
}

std::size_t every(double cell) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil((kFigureSmall + 2) / std::max(cell, 1e-3))));
}

struct MapPlace {
  double left = 0, top = 0, width = 0, height = 0;  // of the first cell, and of one cell
  bool upright = false;                             // column labels fit as they are
};

void add_labels(Figure& figure, const LabelledMap& map, const MapPlace& at, const FigureStyle& style) {
  const double lower = 0.36 * kFigureSmall;
  for (std::size_t row = 0; row < map.rows.size(); row += every(at.height))
    add_map_text(figure, at.left - 8, at.top + (static_cast<double>(row) + 0.5) * at.height + lower,
                 cut_to(map.rows[row], FigureFont::text, kFigureSmall, map.longest_label), FigureFont::text,
                 FigureAlign::right, style.text);
  const std::size_t step = at.upright ? 1 : every(at.width);
  for (std::size_t col = 0; col < map.cols.size(); col += step) {
    const double middle = at.left + (static_cast<double>(col) + 0.5) * at.width;
    const std::string label = cut_to(map.cols[col], FigureFont::text, kFigureSmall, kLongestFigureLabel);
    if (at.upright)
      add_map_text(figure, middle, at.top - 8, label, FigureFont::text, FigureAlign::centre, style.text);
    else
      add_map_text(figure, middle + lower, at.top - 8, label, FigureFont::text, FigureAlign::left, style.text,
                   kFigureSmall, true);
  }
}

constexpr double kNumber = 10, kBadge = 8.5;  // sizes of what stands in a cell
constexpr double kPale = 0.55;                // how much of its ink a pale number has

bool is_pale(const LabelledMap& map, std::size_t cell) {
  return !map.pale.empty() && map.pale[cell];
}

/// Of a cell that has a number.
gfx::Rgb colour_of_cell(const LabelledMap& map, std::size_t cell) {
  const Matrix& shades = map.shades.values.empty() ? map.values : map.shades;
  return map.colours->at(shades.values[cell], map.low, map.high);
}

/// Cells too small for numbers, as pixels; those without a number have the ground's colour.
void add_map_image(Figure& figure, const LabelledMap& map, const MapPlace& at, const FigureStyle& style) {
  FigureImage image{at.left,
                    at.top,
                    at.width * static_cast<double>(map.values.cols),
                    at.height * static_cast<double>(map.values.rows),
                    map.values.rows,
                    map.values.cols,
                    {}};
  image.pixels.reserve(map.values.values.size());
  for (std::size_t cell = 0; cell < map.values.values.size(); ++cell)
    image.pixels.push_back(std::isfinite(map.values.values[cell]) ? colour_of_cell(map, cell) : style.ground);
  figure.add(std::move(image));
}

/// Marks that are seen on their cells whatever the colour.
void add_frames(Figure& figure, const LabelledMap& map, const MapPlace& at) {
  constexpr double kLine = 1.5, kLeastFrame = 10;
  const double side = std::min(at.width, at.height);
  for (std::size_t cell = 0; cell < map.framed.size(); ++cell) {
    if (!map.framed[cell] || !std::isfinite(map.values.values[cell])) continue;
    const bool dark = gfx::wants_dark_text(colour_of_cell(map, cell));
    const Ink ink{dark ? gfx::Rgb{0, 0, 0} : gfx::Rgb{255, 255, 255}};
    const double left = at.left + static_cast<double>(cell % map.values.cols) * at.width,
                 top = at.top + static_cast<double>(cell / map.values.cols) * at.height;
    if (side < kLeastFrame) {
      figure.add(FigureBox{left + 0.3 * at.width, top + 0.3 * at.height, 0.4 * at.width, 0.4 * at.height, ink});
      continue;
    }
    const double x0 = left + kLine, y0 = top + kLine, x1 = left + at.width - kLine - 0.5,
                 y1 = top + at.height - kLine - 0.5;
    figure.add(FigureLine{x0, y0, x1, y0, kLine, ink});
    figure.add(FigureLine{x1, y0, x1, y1, kLine, ink});
    figure.add(FigureLine{x1, y1, x0, y1, kLine, ink});
    figure.add(FigureLine{x0, y1, x0, y0, kLine, ink});
  }
}

void add_cells(Figure& figure, const LabelledMap& map, const MapPlace& at, const FigureStyle& style) {
  const bool numbers = at.width >= 32 && at.height >= 20;
  const auto ink = [](gfx::Rgb ground) {
    return gfx::wants_dark_text(ground) ? gfx::Rgb{0, 0, 0} : gfx::Rgb{255, 255, 255};
  };
  const auto middle = [&](std::size_t row, std::size_t col) {
    return std::pair{at.left + (static_cast<double>(col) + 0.5) * at.width,
                     at.top + (static_cast<double>(row) + 0.5) * at.height};
  };
  const double raised = map.badges.empty() ? 3.5 : -1.0;  // above a badge
  if (!numbers && map.values.rows * map.values.cols > kMostMapBoxes) return add_map_image(figure, map, at, style);
  for (std::size_t row = 0; row < map.values.rows; ++row)
    for (std::size_t col = 0; col < map.values.cols; ++col) {
      const auto [x, y] = middle(row, col);
      const double left = x - 0.5 * at.width, top = y - 0.5 * at.height;
      const float value = map.values(row, col);
      if (!std::isfinite(value)) {
        figure.add(FigureLine{left + 1, top + at.height - 1, left + at.width - 1, top + 1, 0.6, {style.faint}});
        continue;
      }
      const std::size_t cell = row * map.values.cols + col;
      const gfx::Rgb colour = colour_of_cell(map, cell);
      const gfx::Rgb digits = is_pale(map, cell) ? mixed(colour, ink(colour), kPale) : ink(colour);
      figure.add(FigureBox{left, top, at.width - 0.5, at.height - 0.5, {colour}});
      if (numbers)
        add_map_text(figure, x, y + raised, figure_number(value, map.decimals == nullptr ? 2 : map.decimals(value)),
                     FigureFont::mono, FigureAlign::centre, digits, kNumber);
    }
  if (!numbers) return;
  for (const MapBadge& badge : map.badges) {
    if (badge.head.layer >= map.values.rows || badge.head.head >= map.values.cols) continue;
    const auto [x, y] = middle(badge.head.layer, badge.head.head);
    const float value = map.values(badge.head.layer, badge.head.head);
    add_map_text(figure, x, y + 12, cut_to(badge.text, FigureFont::text, kBadge, at.width - 3), FigureFont::text,
                 FigureAlign::centre,
                 std::isfinite(value) ? ink(colour_of_cell(map, badge.head.layer * map.values.cols + badge.head.head))
                                      : style.text,
                 kBadge);
  }
}

/// Where the places of a chart lie.
std::vector<double> places_of(const LayerChart& chart, double left, double right) {
  std::vector<double> places;
  const double step = (right - left) / std::max(1.0, static_cast<double>(chart.places.size()) - 1.0);
  for (std::size_t place = 0; place < chart.places.size(); ++place)
    places.push_back(chart.at.empty() ? left + step * static_cast<double>(place)
                                      : left + (right - left) * chart.at[place]);
  return places;
}

/// As many names as there is room for.
void add_names_of_places(Figure& figure, const LayerChart& chart, const std::vector<double>& places, double bottom,
                         const FigureStyle& style) {
  const double apart = places.size() > 1 ? places[1] - places[0] : 1.0;
  const std::size_t step = chart.at.empty() ? every(apart) : 1;
  double end = -1e9;
  for (std::size_t place = 0; place < places.size(); place += step) {
    const double half = 0.5 * figure_text_width(chart.places[place], FigureFont::mono, kFigureSmall);
    if (!chart.at.empty() && places[place] - half < end) continue;
    end = places[place] + half + 6.0;
    add_map_text(figure, places[place], bottom + 16, chart.places[place], FigureFont::mono, FigureAlign::centre,
                 style.muted);
  }
}

void add_line(Figure& figure, const ChartLine& line, const std::vector<double>& places, double bottom, double low,
              double per_unit) {
  for (std::size_t place = 1; place < line.values.size(); ++place) {
    if (std::isnan(line.values[place - 1]) || std::isnan(line.values[place])) continue;  // a gap
    const double x0 = places[place - 1], x1 = places[place], step = x1 - x0;
    const double y0 = bottom - (line.values[place - 1] - low) * per_unit,
                 y1 = bottom - (line.values[place] - low) * per_unit;
    const int pieces = line.dashed ? static_cast<int>(std::clamp(step / 8, 1.0, 16.0)) : 1;
    for (int piece = 0; piece < pieces; ++piece) {
      const double from = static_cast<double>(piece) / pieces, to = from + (line.dashed ? 0.5 : 1.0) / pieces;
      figure.add(FigureLine{
          x0 + (x1 - x0) * from, y0 + (y1 - y0) * from, x0 + (x1 - x0) * to, y0 + (y1 - y0) * to, 1.6, {line.ink}});
    }
  }
}

}  // namespace

std::vector<MapBadge> head_badges(const Model& model) {
  std::vector<MapBadge> badges;
  for (const HeadRole& role : model.roles) {
    const Bilingual& text = role.badge.ru.empty() && role.badge.en.empty() ? role.name : role.badge;
    badges.push_back({role.head, language() == Language::ru ? text.ru : text.en});
  }
  return badges;
}

Figure map_figure(const LabelledMap& map, const FigureCaption& caption, const FigureStyle& style) {
  MapPlace at;
  const auto cell = [&map](std::size_t count) {
    return std::min(kLargestFigureCell, map.largest / static_cast<double>(std::max<std::size_t>(count, 1)));
  };
  at.width = cell(map.cols.size());
  at.height = map.row_height > 0 ? map.row_height : cell(map.rows.size());
  at.upright = widest(map.cols) < at.width - 4;
  at.left = kFigureMargin + widest(map.rows, map.longest_label) + 8;
  const double width = at.width * static_cast<double>(map.cols.size());
  const double height = at.height * static_cast<double>(map.rows.size());
  Figure figure;
  figure.ground = style.ground;
  const double about = figure_text_width(map.about, FigureFont::text, kFigureSmall);
  figure.width =
      std::max({420.0, caption_width(caption), at.left + width + kFigureMargin, at.left + about + kFigureMargin});
  at.top = add_caption(figure, caption, style) + (at.upright ? 14 : widest(map.cols)) + 8;
  add_cells(figure, map, at, style);
  add_frames(figure, map, at);
  add_labels(figure, map, at, style);
  add_legend(figure, at.left, at.top + height + 20, 220, *map.colours, map.low, map.high, map.about, style);
  figure.height = at.top + height + 20 + 42 + kFigureMargin;
  return figure;
}

namespace {

/// Wide enough for its title and every text in it; where it has bars, theirs and the numbers' behind them.
double width_of_column(const FigureList& list, std::size_t index) {
  const ListColumn& column = list.columns[index];
  if (column.bars) return column.width + 80;
  double widest_text = figure_text_width(column.title, FigureFont::text, kFigureSmall);
  for (const std::vector<ListCell>& row : list.rows)
    if (index < row.size())
      widest_text =
          std::max(widest_text, column.right ? figure_text_width(row[index].text, FigureFont::mono, kFigureSmall)
                                             : figure_text_width(row[index].text, FigureFont::text, kFigureText));
  return std::max(column.width, std::ceil(widest_text) + kListGap);
}

}  // namespace

double width_of(const FigureList& list) {
  double width = 2 * kFigureMargin;
  for (std::size_t index = 0; index < list.columns.size(); ++index)
    width += width_of_column(list, index);
  for (const auto* lines : {&list.above, &list.below})
    for (const std::string& line : *lines)
      width = std::max(width, 2 * kFigureMargin + figure_text_width(line, FigureFont::text, kFigureSmall));
  return std::max(420.0, width);
}

double add_list(Figure& figure, double y, const FigureList& list, const FigureStyle& style) {
  for (const std::string& line : list.above) {
    add_map_text(figure, kFigureMargin, y + 8, line, FigureFont::text, FigureAlign::left, style.muted);
    y += 18;
  }
  std::vector<double> widths;
  for (std::size_t index = 0; index < list.columns.size(); ++index)
    widths.push_back(width_of_column(list, index));
  const auto walk = [&](const auto& visit) {
    double x = kFigureMargin;
    for (std::size_t index = 0; index < list.columns.size(); ++index) {
      visit(index, list.columns[index], x, widths[index]);
      x += widths[index];
    }
  };
  y += 12;
  walk([&](std::size_t, const ListColumn& column, double x, double width) {
    const double at = column.right ? x + width - 12 : x;
    add_map_text(figure, at, y, column.title, FigureFont::text, column.right ? FigureAlign::right : FigureAlign::left,
                 style.muted);
  });
  for (const std::vector<ListCell>& row : list.rows) {
    y += kFigureRow;
    walk([&](std::size_t index, const ListColumn& column, double x, double width) {
      if (index >= row.size()) return;
      const ListCell& cell = row[index];
      const gfx::Rgb ink = cell.strong ? style.key : style.text;
      if (column.bars && std::isfinite(cell.bar)) {
        const double share = std::clamp(static_cast<double>(cell.bar), -1.0, 1.0);
        const double length = std::abs(share) * column.width * (column.is_signed ? 0.5 : 1.0);
        const double start = x + (column.is_signed ? 0.5 * column.width - (share < 0 ? length : 0) : 0);
        figure.add(FigureBox{start, y - 11, length, 13, {share < 0 ? style.negative : style.positive}});
      }
      if (column.bars)
        add_map_text(figure, x + column.width + 68, y, cell.text, FigureFont::mono, FigureAlign::right, ink);
      else if (column.right)
        add_map_text(figure, x + width - 12, y, cell.text, FigureFont::mono, FigureAlign::right, ink);
      else
        add_map_text(figure, x, y, cell.text, FigureFont::text, FigureAlign::left, ink, kFigureText);
    });
  }
  y += 8;
  for (const std::string& line : list.below) {
    y += 18;
    add_map_text(figure, kFigureMargin, y, line, FigureFont::text, FigureAlign::left, style.muted);
  }
  return y + 12;
}

Figure list_figure(const FigureList& list, const FigureCaption& caption, const FigureStyle& style) {
  Figure figure;
  figure.width = std::max(width_of(list), caption_width(caption));
  figure.ground = style.ground;
  figure.height = add_list(figure, add_caption(figure, caption, style), list, style) + kFigureMargin;
  return figure;
}

double add_chart(Figure& figure, double y, const LayerChart& chart, const FigureStyle& style) {
  const double left = kFigureMargin + kAxis, right = figure.width - kFigureMargin - 12;
  add_map_text(figure, kFigureMargin, y + 10, chart.title, FigureFont::strong, FigureAlign::left, style.text,
               kFigureText);
  double name = right;
  for (auto line = chart.lines.rbegin(); line != chart.lines.rend(); ++line) {
    add_map_text(figure, name, y + 10, line->name, FigureFont::text, FigureAlign::right, line->ink);
    name -= figure_text_width(line->name, FigureFont::text, kFigureSmall) + 16;
  }
  const double top = y + 24, bottom = top + kChart;
  const std::vector<double> places = places_of(chart, left, right);
  const double low = chart.low, per_unit = kChart / std::max(1e-9, static_cast<double>(chart.high) - low);
  const int decimals = chart.high - chart.low < 0.1F ? 4 : 2;
  for (const float mark : {chart.low, 0.5F * (chart.low + chart.high), chart.high}) {
    const double at = bottom - (mark - low) * per_unit;
    figure.add(FigureLine{left, at, right, at, 0.6, {style.faint}});
    add_map_text(figure, left - 8, at + 4, figure_number(mark, decimals), FigureFont::mono, FigureAlign::right,
                 style.muted);
  }
  for (std::size_t place = 0; place < chart.dots.size(); ++place)
    for (const float value : chart.dots[place])
      if (std::isfinite(value))
        figure.add(FigureBox{places[place] - 2, bottom - (value - low) * per_unit - 2, 4, 4, {style.query, 0.5}});
  for (const ChartLine& line : chart.lines)
    add_line(figure, line, places, bottom, low, per_unit);
  add_names_of_places(figure, chart, places, bottom, style);
  if (chart.axis.empty()) return bottom + 36;
  add_map_text(figure, right, bottom + 32, chart.axis, FigureFont::text, FigureAlign::right, style.muted);
  return bottom + 52;
}

}  // namespace regard
