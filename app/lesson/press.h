// SPDX-License-Identifier: Apache-2.0
// Pages of a handout that are filled from the top down: lines of words and figures, a new page where one is full. Private to
// app/lesson. Lengths are CSS pixels. UI thread, or a program without a window.
#pragma once

#include "app/export/figure.h"
#include "app/lesson/prose.h"

#include <string>
#include <utility>
#include <vector>

namespace regard::paper {

// A4.
inline constexpr double kPageWidth = 793.7, kPageHeight = 1122.5, kMargin = 68, kFoot = 40;
inline constexpr double kWidth = kPageWidth - 2 * kMargin, kBottom = kPageHeight - kMargin - kFoot;
inline constexpr double kTextSize = 14, kSmallSize = 12, kLineHeight = 1.45;

inline constexpr gfx::Rgb kInk{28, 31, 38}, kMuted{91, 98, 112}, kRule{201, 206, 216}, kAccent{31, 95, 191};

/// How a stretch of text looks.
struct Letters {
  FigureFont font = FigureFont::text;
  double size = kTextSize;
  gfx::Rgb colour = kInk;
};
/// What a line is broken between: letters without a blank, and whether one stands before them.
struct PrintedWord {
  std::string text{};
  Letters letters{};
  bool blank_before = false;
  bool new_line = false;
  double width = 0;
};

/// Words of one line, each at its x.
struct PrintedLine {
  std::vector<std::pair<double, PrintedWord>> words{};
  double width = 0;
};

/// `letters`: how words look that are not strong or code; strong ones stay strong.
[[nodiscard]] std::vector<PrintedWord> words_in(const std::vector<ProseSpan>& spans, const Letters& letters);
/// Of what fits a width; words that stand without a blank stay together.
[[nodiscard]] std::vector<PrintedLine> lines_in(const std::vector<PrintedWord>& words, double width);

class Press {
public:
  [[nodiscard]] std::vector<Figure> pages() && { return std::move(pages_); }

  void begin_page(const std::string& title);

  void space(double height) { y_ += height; }
  /// A new page where so much does not fit any more.
  void keep(double height);

  void text(const std::vector<PrintedWord>& words, double left, double width, double size);
  void text(const std::string& line, Letters letters, double left = kMargin);

  /// `below`: what has to fit under it on the same page.
  void figure(const Figure& part, double below = 0.0);

  void rule(double left, double right, gfx::Rgb colour, double width = 1.0);
  void box(double x, double size);
  void put(double x, double y, const std::string& text, const Letters& letters);
  [[nodiscard]] double y() const { return y_; }
  void move_to(double y) { y_ = y; }
  /// A bar at the left of what comes until end_bar(), on every page that it stands on. Bars may stand within bars.
  void begin_bar(double x, gfx::Rgb colour) { bars_.push_back({x, y_, colour}); }
  void end_bar();

private:
  struct Bar {
    double x, top;
    gfx::Rgb colour;
  };
  void turn_page();
  void draw_bar(const Bar& bar);

  std::vector<Figure> pages_{};
  std::vector<Bar> bars_{};  ///< those that have begun
  std::string title_{};
  double y_ = kMargin;
};

}  // namespace regard::paper
