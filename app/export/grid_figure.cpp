// SPDX-License-Identifier: Apache-2.0
#include "app/export/figures.h"
#include "app/session/look.h"
#include "app/style/kinds_text.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/style/scores_text.h"
#include "app/style/weights_text.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr double kLargestGrid = 900;
constexpr std::size_t kMostBoxes = 64 * 64;  // more cells than that become an image
constexpr double kSinkGap = 14, kSinkWidth = 34;

struct GridLayout {
  double cell_width = 0, cell_height = 0;
  double left = 0, top = 0;  // of the first cell
  double sink = 0;           // left side of the column of sinks; 0: there is none
  std::size_t rows = 0, cols = 0;
  [[nodiscard]] double width() const { return cell_width * static_cast<double>(cols); }
  [[nodiscard]] double height() const { return cell_height * static_cast<double>(rows); }
};

double widest_label(const Axis& axis) {
  double widest = 0;
  if (axis.size() > 256) return kLongestFigureLabel;
  for (const Unit& unit : axis.units)
    widest = std::max(widest, figure_text_width(figure_label(unit), FigureFont::text, kFigureSmall));
  return std::min(widest, kLongestFigureLabel);
}

/// Every how many labels are written so that they do not overlap.
std::size_t label_step(double cell) {
  return static_cast<std::size_t>(std::max(1.0, std::ceil((kFigureSmall + 2) / cell)));
}

void add_labels(Figure& figure, const GridView& grid, const GridLayout& at, const FigureStyle& style) {
  const std::size_t row_step = label_step(at.cell_height), col_step = label_step(at.cell_width);
  const double lower = 0.36 * kFigureSmall;  // from a line's middle to its baseline
  for (std::size_t row = 0; row < at.rows; row += row_step) {
    const gfx::Rgb ink = row == grid.query ? style.query : grid.rows.units[row].special ? style.muted : style.text;
    figure.add(
        FigureText{at.left - 8,
                   at.top + (static_cast<double>(row) + 0.5) * at.cell_height + lower,
                   cut_to(figure_label(grid.rows.units[row]), FigureFont::text, kFigureSmall, kLongestFigureLabel),
                   kFigureSmall,
                   FigureFont::text,
                   FigureAlign::right,
                   {ink}});
  }
  for (std::size_t col = 0; col < at.cols; col += col_step) {
    const gfx::Rgb ink = col == grid.key ? style.key : grid.cols.units[col].special ? style.muted : style.text;
    figure.add(
        FigureText{at.left + (static_cast<double>(col) + 0.5) * at.cell_width + lower,
                   at.top - 8,
                   cut_to(figure_label(grid.cols.units[col]), FigureFont::text, kFigureSmall, kLongestFigureLabel),
                   kFigureSmall,
                   FigureFont::text,
                   FigureAlign::left,
                   {ink},
                   true});
  }
}

struct CellColours {
  const Matrix& values;
  const gfx::ColourMap& map;
  float low, high;
  gfx::Rgb ground;
  const GridView& grid;
  [[nodiscard]] gfx::Rgb at(std::size_t row, std::size_t col) const {
    return grid.is_masked(row, col) ? ground : map.at(values(row, col), low, high);
  }
};

void add_boxes(Figure& figure, const CellColours& colours, const GridLayout& at, const FigureStyle& style) {
  const bool numbers = at.cell_width >= 32 && at.cell_height >= 20;
  for (std::size_t row = 0; row < at.rows; ++row) {
    for (std::size_t col = 0; col < at.cols; ++col) {
      const double x = at.left + static_cast<double>(col) * at.cell_width;
      const double y = at.top + static_cast<double>(row) * at.cell_height;
      if (colours.grid.is_masked(row, col)) {
        figure.add(FigureLine{x + 1, y + at.cell_height - 1, x + at.cell_width - 1, y + 1, 0.6, {style.faint}});
        continue;
      }
      const gfx::Rgb colour = colours.at(row, col);
      figure.add(FigureBox{x, y, at.cell_width - 0.5, at.cell_height - 0.5, {colour}});
      if (!numbers) continue;
      const gfx::Rgb ink = gfx::wants_dark_text(colour) ? gfx::Rgb{0, 0, 0} : gfx::Rgb{255, 255, 255};
      figure.add(FigureText{x + 0.5 * at.cell_width,
                            y + 0.5 * at.cell_height + 3.5,
                            figure_number(colours.values(row, col), 2),
                            10,
                            FigureFont::mono,
                            FigureAlign::centre,
                            {ink}});
    }
  }
}

/// The head's sink, which is no key: a column set apart.
void add_sinks(Figure& figure, const std::vector<float>& numbers, const CellColours& colours, const GridLayout& at,
               const FigureStyle& style) {
  const double width = std::max(at.cell_width, kSinkWidth);
  const bool told = at.cell_height >= 14;
  for (std::size_t row = 0; row < at.rows; ++row) {
    const double y = at.top + static_cast<double>(row) * at.cell_height;
    const gfx::Rgb colour = colours.map.at(numbers[row], colours.low, colours.high);
    figure.add(FigureBox{at.sink, y, width - 0.5, at.cell_height - 0.5, {colour}});
    if (!told) continue;
    const gfx::Rgb ink = gfx::wants_dark_text(colour) ? gfx::Rgb{0, 0, 0} : gfx::Rgb{255, 255, 255};
    figure.add(FigureText{at.sink + 0.5 * width,
                          y + 0.5 * at.cell_height + 3.5,
                          figure_number(numbers[row], 2),
                          10,
                          FigureFont::mono,
                          FigureAlign::centre,
                          {ink}});
  }
  figure.add(FigureText{at.sink + 0.5 * width + 0.36 * kFigureSmall,
                        at.top - 8,
                        tr("grids.sink"),
                        kFigureSmall,
                        FigureFont::text,
                        FigureAlign::left,
                        {style.muted},
                        true});
}

void add_image(Figure& figure, const CellColours& colours, const GridLayout& at) {
  FigureImage image{at.left, at.top, at.width(), at.height(), at.rows, at.cols, {}};
  image.pixels.reserve(at.rows * at.cols);
  for (std::size_t row = 0; row < at.rows; ++row)
    for (std::size_t col = 0; col < at.cols; ++col)
      image.pixels.push_back(colours.at(row, col));
  figure.add(std::move(image));
}

std::string legend_of_numbers(const GridView& grid, bool scores) {
  if (scores && grid.score_part)
    return tr("labelled", {{"name", score_part_name(grid.score_part)}, {"value", score_part_about(grid.score_part)}});
  if (scores) return grid.has_softmax ? tr("grids.scores") : no_softmax_note(grid.kind);
  if (!is_softmax(grid.kind.form)) return tr("grids.sigmoid_rows");
  if (!grid.has_softmax)
    return tr("labelled", {{"name", tr("grids.signed_weights")}, {"value", tr("grids.signed_about")}});
  return tr("labelled", {{"name", tr("grids.weights")}, {"value", rows_about(grid)}});
}

/// What the numbers are; and, for which the model was not trained, the kind that an intervention puts the head in.
std::string usual_legend(const GridView& grid, bool scores) {
  const std::string kept = legend_of_numbers(grid, scores),
                    said = untrained_note(grid.untrained_kind(), grid.positions);
  return said.empty() ? kept : said + " · " + kept;
}

}  // namespace

Figure grid_figure(const GridView& grid, bool scores, const Session& session, const FigureCaption& caption,
                   const FigureStyle& style, std::string about) {
  GridLayout at;
  at.rows = grid.rows.size();
  at.cols = grid.cols.size();
  at.cell_height = std::min(kLargestFigureCell, kLargestGrid / static_cast<double>(std::max<std::size_t>(at.rows, 1)));
  at.cell_width = std::min(kLargestFigureCell, kLargestGrid / static_cast<double>(std::max<std::size_t>(at.cols, 1)));
  at.left = kFigureMargin + widest_label(grid.rows) + 8;
  if (about.empty()) about = usual_legend(grid, scores);
  Figure figure;
  figure.ground = style.ground;
  const bool sunk = !grid.sinks.empty();
  if (sunk) at.sink = at.left + at.width() + kSinkGap;
  const double cells = sunk ? at.width() + kSinkGap + std::max(at.cell_width, kSinkWidth) : at.width();
  const double legend = figure_text_width(about, FigureFont::text, kFigureSmall);
  figure.width = std::max({420.0, caption_width(caption), at.left + std::max(cells, legend) + kFigureMargin});
  at.top = add_caption(figure, caption, style) + widest_label(grid.cols) + 8;
  figure.height = at.top + at.height() + 20 + 42 + kFigureMargin;

  const bool is_signed = scores || !grid.has_softmax;
  const float low = scores ? -grid.score_limit : is_signed ? -grid.weight_limit : 0.0F;
  const float high = scores ? grid.score_limit : grid.weight_limit;
  const gfx::ColourMap& map = gfx::colours_of_weights(look_of(session), style.theme, !is_signed);
  const CellColours colours{scores ? shown_scores(grid) : grid.weights, map, low, high, style.ground, grid};
  if (at.rows * at.cols <= kMostBoxes)
    add_boxes(figure, colours, at, style);
  else
    add_image(figure, colours, at);
  add_labels(figure, grid, at, style);
  if (sunk) {
    const std::vector<float> same(at.rows, grid.sink_score);
    add_sinks(figure, scores ? same : grid.sinks, colours, at, style);
  }
  add_legend(figure, at.left, at.top + at.height() + 20, 220, map, low, high, about, style);
  return figure;
}

}  // namespace regard
