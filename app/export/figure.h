// SPDX-License-Identifier: Apache-2.0
// A picture as plain shapes, drawn the same way into SVG, PDF and PNG. Lengths are CSS pixels (1/96 inch) at scale 1,
// y grows downwards, later shapes lie over earlier ones. Any thread.
#pragma once

#include "app/gfx/colour_maps.h"
#include "core/base/image.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace regard {

struct Ink {
  gfx::Rgb colour{};
  double opacity = 1.0;
};

struct FigureBox {
  double x = 0, y = 0, width = 0, height = 0;
  Ink fill{};
};
struct FigureLine {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  double width = 1;
  Ink ink{};
};
/// A cubic Bézier from the first point to the last.
struct FigureCurve {
  double x[4] = {0, 0, 0, 0}, y[4] = {0, 0, 0, 0};
  double width = 1;
  Ink ink{};
};
struct FigureTriangle {
  double x[3] = {0, 0, 0}, y[3] = {0, 0, 0};
  Ink fill{};
};
enum class FigureFont { text, strong, mono };
enum class FigureAlign { left, centre, right };
/// `y` is the baseline. `turned`: runs upwards, a quarter turn to the left about (x, y).
struct FigureText {
  double x = 0, y = 0;
  std::string text{};
  double size = 13;  ///< pixels per em
  FigureFont font = FigureFont::text;
  FigureAlign align = FigureAlign::left;
  Ink ink{};
  bool turned = false;
};
/// Pixels that keep their edges when they are enlarged.
struct FigureImage {
  double x = 0, y = 0, width = 0, height = 0;
  std::size_t rows = 0, cols = 0;
  std::vector<gfx::Rgb> pixels{};  ///< [rows, cols]
};

using FigureShape = std::variant<FigureBox, FigureLine, FigureCurve, FigureTriangle, FigureText, FigureImage>;

struct Figure {
  double width = 0, height = 0;
  gfx::Rgb ground{255, 255, 255};
  std::string title{};  ///< for the file's metadata
  std::vector<FigureShape> shapes{};

  template <class Shape>
  void add(Shape shape) {
    shapes.emplace_back(std::in_place_type<Shape>, std::move(shape));
  }
};

/// Width of a line in a font, pixels. Reads the program's own fonts once; throws Error("file_missing") without them.
[[nodiscard]] double figure_text_width(std::string_view text, FigureFont font, double size);
/// The text, cut with … where it is wider than `width`.
[[nodiscard]] std::string cut_to(std::string_view text, FigureFont font, double size, double width);

/// Vector graphics with text as text (the fonts are named, not embedded).
[[nodiscard]] std::string figure_as_svg(const Figure& figure);
/// One page, text as text, fonts embedded. The same figure gives the same bytes.
[[nodiscard]] std::string figure_as_pdf(const Figure& figure);
/// Likewise a page each; `title` is the file's.
[[nodiscard]] std::string figures_as_pdf(std::span<const Figure> pages, const std::string& title);
/// `scale` pixels of the file per pixel of the figure. Throws Error("picture_too_large") beyond 200 million pixels.
[[nodiscard]] std::string figure_as_png(const Figure& figure, double scale);
/// The pixels of that file.
[[nodiscard]] RgbImage figure_as_image(const Figure& figure, double scale);

}  // namespace regard
