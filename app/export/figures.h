// SPDX-License-Identifier: Apache-2.0
// A figure of each view, laid out for paper: no window, no selection but the query and the key. UI thread (they speak the
// language chosen). Private to app/export.
#pragma once

#include "app/export/figure.h"
#include "app/viewmodel/views.h"

#include <limits>
#include <string>
#include <vector>

namespace regard {

/// Colours and texts that all figures of an export share.
struct FigureStyle {
  ThemeChoice theme = ThemeChoice::light;
  gfx::Rgb ground{}, text{}, muted{}, faint{}, query{}, key{}, negative{}, positive{};
};
/// `share` of the way from one colour to the other.
[[nodiscard]] gfx::Rgb mixed(gfx::Rgb from, gfx::Rgb to, double share);
[[nodiscard]] FigureStyle figure_style(ThemeChoice theme);

/// "model · layer 3, head 0 · Predicate → its object" and the sentence below it.
struct FigureCaption {
  std::string first{};
  std::string second{};
};
[[nodiscard]] FigureCaption caption_of(const Snapshot& snapshot, const Session& session);
/// "layer 3, head 0 · Predicate → its object"
[[nodiscard]] std::string named_head(const Snapshot& snapshot, HeadRef head);

/// `about`: what the legend says; empty: what these numbers are.
[[nodiscard]] Figure grid_figure(const GridView& grid, bool scores, const Session& session,
                                 const FigureCaption& caption, const FigureStyle& style, std::string about = {});
/// `heads`: what the heads of several colours are called, the shown one first. `changes`: weights are differences, coloured
/// by their sign.
[[nodiscard]] Figure arcs_figure(const ArcsView& arcs, const GridView& grid, const FigureCaption& caption,
                                 const FigureStyle& style, const std::vector<std::string>& heads = {},
                                 bool changes = false);
/// All heads as small pictures of their weights.
[[nodiscard]] Figure heads_figure(const Snapshot& snapshot, const Session& session, const FigureCaption& caption,
                                  const FigureStyle& style);
[[nodiscard]] Figure question_figure(const QuestionView& question, const FigureCaption& caption,
                                     const FigureStyle& style);
[[nodiscard]] Figure predictions_figure(const PredictionView& predictions, const FigureCaption& caption,
                                        const FigureStyle& style);

// Pieces the figures are made of (figure_parts.cpp).

inline constexpr double kFigureMargin = 24, kFigureText = 13, kFigureSmall = 11;
inline constexpr double kLongestFigureLabel = 150, kLargestFigureCell = 40, kFigureRow = 22;
inline constexpr float kNoNumber = std::numeric_limits<float>::quiet_NaN();  ///< written as an empty place

/// How wide a figure should be for its caption; what is longer than a line of a book is cut.
[[nodiscard]] double caption_width(const FigureCaption& caption);
/// Writes the caption's two lines at the top and gives the y below them.
double add_caption(Figure& figure, const FigureCaption& caption, const FigureStyle& style);
/// A bar of colours with its ends written below; y is its top.
void add_legend(Figure& figure, double x, double y, double width, const gfx::ColourMap& map, float low, float high,
                const std::string& about, const FigureStyle& style);
/// A number with `decimals` digits behind the point and a real minus sign.
[[nodiscard]] std::string figure_number(float value, int decimals);
/// Likewise, with a plus sign before what is above zero.
[[nodiscard]] std::string signed_figure_number(double value, int decimals);
/// A unit's label as a figure writes it: no outer spaces.
[[nodiscard]] std::string figure_label(const Unit& unit);

}  // namespace regard
