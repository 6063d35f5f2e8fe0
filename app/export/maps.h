// SPDX-License-Identifier: Apache-2.0
// Figures that several views share: a map of numbers with named rows and columns, a list with bars, a chart over layers.
// Any thread: the words come with the data. Private to app/export.
#pragma once

#include "app/export/figures.h"
#include "core/base/matrix.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace regard {

/// What a head is called, in a few letters.
struct MapBadge {
  HeadRef head{};
  std::string text{};
};
/// Of all heads that have a role, in the language chosen (UI thread).
[[nodiscard]] std::vector<MapBadge> head_badges(const Model& model);

struct LabelledMap {
  std::vector<std::string> rows{}, cols{};
  Matrix values{};  ///< NaN: there is none, the cell is hatched
  float low = 0.0F, high = 1.0F;
  const gfx::ColourMap* colours = nullptr;
  std::string about{};                         ///< under the legend
  double largest = 900;                        ///< width and height of all cells at most, pixels
  int (*decimals)(float value) = nullptr;      ///< of a number in a cell, where it fits; null: two
  double row_height = 0;                       ///< 0: as high as they can be
  double longest_label = kLongestFigureLabel;  ///< of a row
  Matrix shades{};                 ///< what cells are coloured by, where it is not the numbers; empty: the numbers
  std::vector<bool> pale{};        ///< [rows · cols] numbers that rest on little; empty: none
  std::vector<bool> framed{};      ///< [rows · cols] cells with a frame, in small ones a dot; empty: none
  std::vector<MapBadge> badges{};  ///< rows are layers, columns are heads: written under the numbers
};
[[nodiscard]] Figure map_figure(const LabelledMap& map, const FigureCaption& caption, const FigureStyle& style);

/// Figures side by side, one line below the other.
[[nodiscard]] Figure figures_in_lines(std::vector<std::vector<Figure>> lines, const FigureStyle& style,
                                      const std::string& title);

/// One cell of a list: a text, or a bar from the middle of −1…1 (signed) or from the left of 0…1 with the text behind it.
struct ListCell {
  std::string text{};
  float bar = std::numeric_limits<float>::quiet_NaN();  ///< NaN: none
  bool strong = false;                                  ///< in the key's colour
};
struct ListColumn {
  std::string title{};
  double width = 120;  ///< at least: texts that are wider make it wider, none is cut
  bool right = false;  ///< texts are right-aligned (numbers)
  bool bars = false;   ///< the column has bars of this width, texts follow them
  bool is_signed = false;
};
struct FigureList {
  std::vector<ListColumn> columns{};
  std::vector<std::vector<ListCell>> rows{};
  std::vector<std::string> above{}, below{};  ///< lines of text
};
/// A figure of the list; rows that are shorter than the columns leave the last ones empty.
[[nodiscard]] Figure list_figure(const FigureList& list, const FigureCaption& caption, const FigureStyle& style);
/// Draws the list below y and gives the y below it.
double add_list(Figure& figure, double y, const FigureList& list, const FigureStyle& style);
/// How wide a figure must be for the list.
[[nodiscard]] double width_of(const FigureList& list);

struct ChartLine {
  std::string name{};
  std::vector<float> values{};  ///< by place along the axis
  gfx::Rgb ink{};
  bool dashed = false;
};
struct LayerChart {
  std::string title{};
  std::vector<ChartLine> lines{};
  std::vector<std::vector<float>> dots{};  ///< [places] of every head
  std::vector<std::string> places{};       ///< names along the axis
  float low = 0.0F, high = 1.0F;
  std::string axis{};  ///< what the places are: "layer"
  /// [places] where along the axis each lies, 0 … 1, ascending; empty: all equally far apart
  std::vector<double> at{};
};
/// Draws the chart below y, as wide as the figure, and gives the y below it.
double add_chart(Figure& figure, double y, const LayerChart& chart, const FigureStyle& style);

}  // namespace regard
