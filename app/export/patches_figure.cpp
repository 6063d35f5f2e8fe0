// SPDX-License-Identifier: Apache-2.0
#include "app/export/patches_figure.h"

#include "app/export/figures.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/views.h"
#include "core/model/image_input.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace regard {
namespace {

constexpr double kBoard = 364;              // the longer side of the picture
constexpr double kPalest = 0.82;            // cover of a patch without weight
constexpr double kLeastNumberedPatch = 34;  // pixels: smaller ones have no room for a number
constexpr float kLeastNumber = 0.045F;      // what would be written as 0.05 at least

/// Where the patches stand in the figure.
struct Board {
  double left = 0, top = 0;  ///< of the first patch
  double side = 0;           ///< of a patch
  std::size_t rows = 0, cols = 0;
  [[nodiscard]] double x(std::size_t col) const { return left + static_cast<double>(col) * side; }
  [[nodiscard]] double y(std::size_t row) const { return top + static_cast<double>(row) * side; }
};

/// A patch, so much of it covered by the ground.
FigureImage pixels_of(const StripView& view, std::size_t row, std::size_t col, gfx::Rgb ground, double cover) {
  const RgbImage& picture = view.image->picture;
  FigureImage pixels;
  pixels.rows = picture.height / view.patch_rows;
  pixels.cols = picture.width / view.patch_cols;
  for (std::size_t y = 0; y < pixels.rows; ++y)
    for (std::size_t x = 0; x < pixels.cols; ++x) {
      const std::uint8_t* pixel = picture.pixel(row * pixels.rows + y, col * pixels.cols + x);
      pixels.pixels.push_back(mixed({pixel[0], pixel[1], pixel[2]}, ground, cover));
    }
  return pixels;
}

void add_centred(Figure& figure, double x, double y, const std::string& text, gfx::Rgb ink) {
  figure.add(FigureText{x, y, text, kFigureSmall, FigureFont::text, FigureAlign::centre, {ink}});
}

void add_names(Figure& figure, const Board& at, const FigureStyle& style) {
  const double lower = 0.36 * kFigureSmall;  // from a line's middle to its baseline
  for (std::size_t col = 0; col < at.cols; ++col)
    add_centred(figure, at.x(col) + 0.5 * at.side, at.top - 7, "c" + std::to_string(col), style.muted);
  for (std::size_t row = 0; row < at.rows; ++row)
    figure.add(FigureText{at.left - 8,
                          at.y(row) + 0.5 * at.side + lower,
                          "r" + std::to_string(row),
                          kFigureSmall,
                          FigureFont::text,
                          FigureAlign::right,
                          {style.muted}});
}

void add_patch(Figure& figure, const StripView& view, const Board& at, std::size_t patch, const gfx::ColourMap& map,
               const FigureStyle& style) {
  const Chip& chip = view.chips[view.specials + patch];
  const std::size_t row = patch / at.cols, col = patch % at.cols;
  const double x = at.x(col), y = at.y(row), seam = 1.5, frame = 0.08 * at.side;
  const double outer = at.side - seam, inner = outer - 2 * frame;
  const bool asks = view.query == view.specials + patch;
  const gfx::Rgb colour =
      asks ? style.query : map.at(chip.masked ? 0.0F : chip.weight, view.least_weight(), view.weight_limit);
  figure.add(FigureBox{x, y, outer, outer, {colour}});
  const double share = chip.masked ? 0.0 : std::clamp(static_cast<double>(chip.weight / view.weight_limit), 0.0, 1.0);
  FigureImage pixels = pixels_of(view, row, col, style.ground, kPalest * (1.0 - share));
  pixels.x = x + frame;
  pixels.y = y + frame;
  pixels.width = pixels.height = inner;
  figure.add(std::move(pixels));
  if (chip.masked || chip.weight < kLeastNumber || at.side < kLeastNumberedPatch) return;
  const std::string number = figure_number(chip.weight, 2);
  const double width = figure_text_width(number, FigureFont::text, kFigureSmall) + 6, height = kFigureSmall + 4;
  const double middle = x + 0.5 * outer, bottom = y + outer - frame;
  figure.add(FigureBox{middle - 0.5 * width, bottom - height, width, height, {style.ground, 0.85}});
  add_centred(figure, middle, bottom - 4, number, style.text);
}

/// "[CLS] 0.01": what the tokens without a place in the picture get.
std::string told_specials(const StripView& view) {
  std::string text;
  for (std::size_t chip = 0; chip < view.specials && chip < view.chips.size(); ++chip)
    text +=
        (text.empty() ? "" : ", ") + label_of(view.chips[chip].token) + " " + figure_number(view.chips[chip].weight, 2);
  return text;
}

}  // namespace

Figure patches_figure(const Snapshot& snapshot, const Session& session) {
  const StripView view = make_strip(snapshot, session);
  const FigureStyle style = figure_style(ThemeChoice::light);
  FigureCaption caption = caption_of(snapshot, session);
  const std::string asking = view.query < view.chips.size() ? label_of(view.chips[view.query].token) : std::string("—");
  caption.second = view.specials == 0 ? tr("export.patches_alone", {{"query", asking}})
                                      : tr("export.patches", {{"query", asking}, {"specials", told_specials(view)}});
  const std::size_t longer = std::max<std::size_t>({view.patch_rows, view.patch_cols, 1});
  Board at{kFigureMargin + 28, 0, kBoard / static_cast<double>(longer), view.patch_rows, view.patch_cols};
  Figure figure;
  figure.width = std::max(caption_width(caption), at.x(at.cols) + kFigureMargin);
  figure.ground = style.ground;
  at.top = add_caption(figure, caption, style) + 22;
  add_names(figure, at, style);
  const gfx::ColourMap& map = gfx::colours_of_weights(look_of(session), ThemeChoice::light, view.has_softmax);
  for (std::size_t patch = 0; patch < at.rows * at.cols && view.specials + patch < view.chips.size(); ++patch)
    add_patch(figure, view, at, patch, map, style);
  const double below = at.y(at.rows) + 14;
  add_legend(figure, at.left, below, 0.5 * kBoard, map, view.least_weight(), view.weight_limit, {}, style);
  figure.height = below + 24 + kFigureMargin;
  return figure;
}

}  // namespace regard
