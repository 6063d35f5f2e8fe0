// SPDX-License-Identifier: Apache-2.0
// Several figures as one.
#include "app/export/maps.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace regard {
namespace {

constexpr double kFigureGap = 12;

void move_shape(FigureShape& shape, double dx, double dy) {
  const auto move_points = [&](auto& points) {
    for (double& x : points.x)
      x += dx;
    for (double& y : points.y)
      y += dy;
  };
  if (auto* line = std::get_if<FigureLine>(&shape)) {
    line->x0 += dx, line->x1 += dx;
    line->y0 += dy, line->y1 += dy;
  } else if (auto* curve = std::get_if<FigureCurve>(&shape)) {
    move_points(*curve);
  } else if (auto* triangle = std::get_if<FigureTriangle>(&shape)) {
    move_points(*triangle);
  } else {
    const auto move_corner = [&](auto* placed) {
      if (placed != nullptr) placed->x += dx, placed->y += dy;
    };
    move_corner(std::get_if<FigureBox>(&shape));
    move_corner(std::get_if<FigureText>(&shape));
    move_corner(std::get_if<FigureImage>(&shape));
  }
}

}  // namespace

Figure figures_in_lines(std::vector<std::vector<Figure>> lines, const FigureStyle& style, const std::string& title) {
  Figure all{.ground = style.ground, .title = title};
  double y = 0;
  for (std::vector<Figure>& line : lines) {
    double x = 0, height = 0;
    for (Figure& figure : line) {
      for (FigureShape& shape : figure.shapes) {
        move_shape(shape, x, y);
        all.shapes.push_back(std::move(shape));
      }
      x += figure.width + kFigureGap;
      height = std::max(height, figure.height);
    }
    all.width = std::max(all.width, x - kFigureGap);
    y += height + kFigureGap;
  }
  all.height = std::max(0.0, y - kFigureGap);
  return all;
}

}  // namespace regard
