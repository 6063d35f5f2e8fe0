// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/press.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

namespace regard::paper {
namespace {

constexpr double kTallestFigure = 350, kTallestUpright = 480, kLeastShrink = 0.7;

FigureFont font_of(const ProseSpan& span) {
  if (span.code) return FigureFont::mono;
  return span.strong || span.emphasis ? FigureFont::strong : FigureFont::text;
}

void add_words(std::string_view text, const Letters& letters, bool new_line, std::vector<PrintedWord>& words,
               bool& blank) {
  while (!text.empty()) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin != 0) blank = true;
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    PrintedWord word{std::string(text.substr(0, end)), letters, blank, new_line, 0};
    word.width = figure_text_width(word.text, letters.font, letters.size);
    words.push_back(std::move(word));
    blank = new_line = false;
    text.remove_prefix(end);
  }
}

/// A figure's shapes at another place and size.
struct Placed {
  Figure& page;
  double x, y, scale;

  [[nodiscard]] double at_x(double value) const { return x + value * scale; }
  [[nodiscard]] double at_y(double value) const { return y + value * scale; }

  void operator()(FigureBox box) const {
    page.add(FigureBox{at_x(box.x), at_y(box.y), box.width * scale, box.height * scale, box.fill});
  }
  void operator()(FigureLine line) const {
    page.add(FigureLine{at_x(line.x0), at_y(line.y0), at_x(line.x1), at_y(line.y1), line.width * scale, line.ink});
  }
  void operator()(FigureCurve curve) const {
    for (double& value : curve.x)
      value = at_x(value);
    for (double& value : curve.y)
      value = at_y(value);
    curve.width *= scale;
    page.add(curve);
  }
  void operator()(FigureTriangle triangle) const {
    for (double& value : triangle.x)
      value = at_x(value);
    for (double& value : triangle.y)
      value = at_y(value);
    page.add(triangle);
  }
  void operator()(FigureText text) const {
    text.x = at_x(text.x);
    text.y = at_y(text.y);
    text.size *= scale;
    page.add(std::move(text));
  }
  void operator()(FigureImage image) const {
    image.x = at_x(image.x);
    image.y = at_y(image.y);
    image.width *= scale;
    image.height *= scale;
    page.add(std::move(image));
  }
};

}  // namespace

std::vector<PrintedWord> words_in(const std::vector<ProseSpan>& spans, const Letters& letters) {
  std::vector<PrintedWord> words;
  bool blank = false;
  for (const ProseSpan& span : spans) {
    Letters own = letters;
    if (letters.font == FigureFont::text || span.code) own.font = font_of(span);
    add_words(span.text, own, span.breaks, words, blank);
  }
  return words;
}

std::vector<PrintedLine> lines_in(const std::vector<PrintedWord>& words, double width) {
  std::vector<PrintedLine> lines(1);
  for (const PrintedWord& word : words) {
    const double blank = word.blank_before ? figure_text_width(" ", FigureFont::text, word.letters.size) : 0.0;
    const bool full = !lines.back().words.empty() && lines.back().width + blank + word.width > width;
    if (word.new_line || (full && word.blank_before)) lines.emplace_back();
    PrintedLine& line = lines.back();
    if (!line.words.empty()) line.width += blank;
    line.words.emplace_back(line.width, word);
    line.width += word.width;
  }
  return lines;
}

void Press::begin_page(const std::string& title) {
  title_ = title;
  turn_page();
}

void Press::keep(double height) {
  if (y_ + height > kBottom && y_ > kMargin) turn_page();
}

void Press::text(const std::vector<PrintedWord>& words, double left, double width, double size) {
  if (words.empty()) return;
  for (const PrintedLine& line : lines_in(words, width)) {
    keep(size * kLineHeight);
    for (const auto& [x, word] : line.words)
      put(left + x, y_ + size * 1.05, word.text, word.letters);
    y_ += size * kLineHeight;
  }
}

void Press::text(const std::string& line, Letters letters, double left) {
  std::vector<PrintedWord> words;
  bool blank = false;
  add_words(line, letters, false, words, blank);
  text(words, left, kMargin + kWidth - left, letters.size);
}

void Press::figure(const Figure& part, double below) {
  if (!(part.width > 0.0 && part.height > 0.0)) return;
  const double tallest = part.height > part.width ? kTallestUpright : kTallestFigure;
  double scale = std::min({1.0, kWidth / part.width, tallest / part.height});
  const double left = (kBottom - y_ - kTextSize - below) / part.height;
  if (left < scale && left > kLeastShrink * scale)
    scale = left;  // a little smaller rather than on a page without its words
  keep(part.height * scale + kTextSize);
  y_ += kTextSize * 0.5;
  const Placed place{pages_.back(), kMargin + 0.5 * (kWidth - part.width * scale), y_, scale};
  for (const FigureShape& shape : part.shapes)
    std::visit(place, shape);
  y_ += part.height * scale + kTextSize * 0.5;
}

void Press::rule(double left, double right, gfx::Rgb colour, double width) {
  pages_.back().add(FigureLine{left, y_, right, y_, width, {colour}});
}

void Press::box(double x, double size) {
  const double top = y_ + 3.0;
  for (const auto& [x0, y0, x1, y1] :
       {std::array{x, top, x + size, top}, std::array{x, top + size, x + size, top + size},
        std::array{x, top, x, top + size}, std::array{x + size, top, x + size, top + size}})
    pages_.back().add(FigureLine{x0, y0, x1, y1, 1.2, {kInk}});
}

void Press::put(double x, double y, const std::string& text, const Letters& letters) {
  pages_.back().add(FigureText{x, y, text, letters.size, letters.font, FigureAlign::left, {letters.colour}});
}

void Press::end_bar() {
  draw_bar(bars_.back());
  bars_.pop_back();
}

void Press::draw_bar(const Bar& bar) {
  const double end = std::min(y_, kBottom);
  if (bar.top < end) pages_.back().add(FigureBox{bar.x, bar.top, 3, end - bar.top, {bar.colour}});
}

void Press::turn_page() {
  for (Bar& bar : bars_) {
    draw_bar(bar);
    bar.top = kMargin;
  }
  Figure page{kPageWidth, kPageHeight, {255, 255, 255}, title_, {}};
  const double foot = kPageHeight - kMargin * 0.6;
  page.add(FigureText{kMargin,
                      foot,
                      cut_to(title_, FigureFont::text, kSmallSize, kWidth - 60),
                      kSmallSize,
                      FigureFont::text,
                      FigureAlign::left,
                      {kMuted}});
  page.add(FigureText{kMargin + kWidth,
                      foot,
                      std::to_string(pages_.size() + 1),
                      kSmallSize,
                      FigureFont::text,
                      FigureAlign::right,
                      {kMuted}});
  pages_.push_back(std::move(page));
  y_ = kMargin;
}

}  // namespace regard::paper
