// SPDX-License-Identifier: Apache-2.0
#include "app/export/training_export.h"

#include "app/export/figures.h"
#include "app/export/maps.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/text_file.h"
#include "core/train/recorded_run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <utility>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr double kRunWidth = 760, kFilmMap = 192, kFilmGap = 12, kFilmLine = 18;
constexpr double kRunScale = 2.0, kFilmScale = 1.0;  // pixels of a PNG per pixel of a figure
constexpr std::size_t kRunPlaces = 400, kRunHeads = 6;

gfx::Rgb ink_of_curve(const FigureStyle& style, std::size_t line) {
  const std::array<gfx::Rgb, kRunHeads> inks{style.query,    style.key,  style.positive,
                                             style.negative, style.text, style.muted};
  return inks[line % inks.size()];
}

std::string head_in_run(const TrainingRun& run, std::size_t head) {
  const std::size_t heads = run.recipe.shape.heads;
  return "L" + std::to_string(head / heads) + "H" + std::to_string(head % heads);
}

/// A chart over the run's steps, without lines.
LayerChart chart_over(std::span<const std::size_t> steps, const std::string& title, const std::string& axis) {
  LayerChart chart{.title = title, .axis = axis};
  const auto last = static_cast<double>(std::max<std::size_t>(steps.back(), 1));
  for (const std::size_t step : steps) {
    chart.places.push_back(std::to_string(step));
    chart.at.push_back(static_cast<double>(step) / last);
  }
  return chart;
}

void add_line_of_run(LayerChart& chart, std::string name, std::vector<float> values, gfx::Rgb ink) {
  if (values.empty()) return;
  values.resize(chart.places.size(), std::nanf(""));
  chart.lines.push_back({.name = std::move(name), .values = std::move(values), .ink = ink});
}

/// The largest number of all lines, or 1 where that is less and `whole`.
void fit_height(LayerChart& chart, bool whole) {
  chart.high = whole ? 1.0F : 1e-3F;
  for (const ChartLine& line : chart.lines)
    for (const float value : line.values)
      if (std::isfinite(value)) chart.high = std::max(chart.high, value);
}

Figure curves_of_run(const TrainingRun& run, const TrainingWords& words, const FigureStyle& style) {
  Figure figure{.width = kRunWidth, .ground = style.ground};
  double y = add_caption(figure, {words.name, words.recipe}, style) + 12;
  const std::vector<std::size_t> steps = chart_steps(run.last_step(), kRunPlaces);
  LayerChart loss = chart_over(steps, words.loss, words.axis);
  add_line_of_run(loss, words.predictable, curve_of(run, ScoreCurve::predictable, steps), style.key);
  add_line_of_run(loss, words.unpredictable, curve_of(run, ScoreCurve::unpredictable, steps), style.muted);
  fit_height(loss, false);
  y = add_chart(figure, y, loss, style);
  LayerChart accuracy = chart_over(steps, words.accuracy, words.axis);
  add_line_of_run(accuracy, {}, curve_of(run, ScoreCurve::accuracy, steps), style.query);
  fit_height(accuracy, true);
  y = add_chart(figure, y, accuracy, style);
  for (std::size_t index = 0; index < head_curves; ++index) {
    const auto measure = static_cast<HeadCurve>(index);
    LayerChart heads = chart_over(steps, words.measures[index], words.axis);
    const std::vector<std::size_t> drawn = most_changing(run, measure, kRunHeads);
    for (std::size_t line = 0; line < drawn.size(); ++line)
      add_line_of_run(heads, head_in_run(run, drawn[line]), curve_of(run, measure, drawn[line], steps),
                      ink_of_curve(style, line));
    if (heads.lines.empty()) continue;
    fit_height(heads, measure != HeadCurve::contrast);
    y = add_chart(figure, y, heads, style);
  }
  figure.height = y + kFigureMargin;
  return figure;
}

/// A head's weights; what no query may look at has the ground's colour.
FigureImage picture_of_head(const Matrix& weights, const TrainingRun& run, const gfx::ColourMap& map,
                            const FigureStyle& style) {
  FigureImage image{.width = kFilmMap, .height = kFilmMap, .rows = weights.rows, .cols = weights.cols};
  const std::size_t window = run.recipe.shape.window;
  for (std::size_t query = 0; query < weights.rows; ++query)
    for (std::size_t key = 0; key < weights.cols; ++key) {
      const bool closed = key > query || (window > 0 && query - key >= window);
      image.pixels.push_back(closed ? style.faint : map.at(weights(query, key), 0.0F, 1.0F));
    }
  return image;
}

std::string with_step(std::string text, std::size_t step) {
  const std::string hole = "{step}";
  if (const std::size_t at = text.find(hole); at != std::string::npos)
    text.replace(at, hole.size(), std::to_string(step));
  return text;
}

Figure frame_of_film(const HeadMaps& maps, const TrainingFiles& files, const FigureStyle& style) {
  const TrainingRun& run = *files.run;
  const gfx::ColourMap& colours = gfx::colour_map(files.map, files.theme);
  Figure figure{.ground = style.ground};
  const auto across = static_cast<double>(maps.heads), down = static_cast<double>(maps.layers);
  figure.width = std::max(2 * kFigureMargin + across * (kFilmMap + kFilmGap) - kFilmGap, kRunWidth);
  const double top = add_caption(figure, {with_step(files.words.step, maps.of.step), files.words.recipe}, style) + 8;
  for (std::size_t head = 0; head < maps.weights.size(); ++head) {
    const double x = kFigureMargin + static_cast<double>(head % maps.heads) * (kFilmMap + kFilmGap);
    const double y = top + static_cast<double>(head / maps.heads) * (kFilmMap + kFilmLine + kFilmGap);
    figure.add(FigureText{
        x, y + kFigureSmall, head_in_run(run, head), kFigureSmall, FigureFont::mono, FigureAlign::left, {style.muted}});
    FigureImage image = picture_of_head(maps.weights[head], run, colours, style);
    image.x = x;
    image.y = y + kFilmLine;
    figure.add(std::move(image));
  }
  const double y = top + down * (kFilmMap + kFilmLine + kFilmGap);
  add_legend(figure, kFigureMargin, y, kFilmMap, colours, 0.0F, 1.0F, files.words.maps, style);
  figure.height = y + 48 + kFigureMargin;
  return figure;
}

std::string frame_name(std::size_t number) {
  std::array<char, 24> name{};
  const int length = std::snprintf(name.data(), name.size(), "%04zu.png", number);
  return {name.data(), static_cast<std::size_t>(length)};
}

}  // namespace

TrainingWritten write_training_files(const TrainingFiles& files, const std::stop_token& stop,
                                     const std::function<void(float)>& told) {
  const TrainingRun& run = *files.run;
  const fs::path film = files.folder / "film";
  std::error_code error;
  fs::create_directories(film, error);
  if (error) throw Error("file_unwritable", {.file = film.string(), .found = error.message()});
  FigureStyle style = figure_style(files.theme);
  TrainingWritten written;
  const auto write = [&](const fs::path& path, const std::string& bytes) {
    throw_if_stopped(stop);
    write_file_atomically(path, bytes);
    ++written.files;
    if (told) told(static_cast<float>(written.files) / static_cast<float>(run.checkpoints.size() + 3));
  };
  write(files.folder / "curves.csv", train::curves_csv(run.recipe.shape, run.points));
  const Figure curves = curves_of_run(run, files.words, style);
  write(files.folder / "curves.svg", figure_as_svg(curves));
  write(files.folder / "curves.png", figure_as_png(curves, kRunScale));
  const auto example = make_example({run.recipe.task, run.recipe.shape.context});
  for (std::size_t frame = 0; frame < run.checkpoints.size(); ++frame) {
    const std::size_t step = run.checkpoints[frame];
    const auto maps = make_head_maps({train::checkpoint_folder(run.folder, step), step, example}, stop);
    write(film / frame_name(frame + 1), figure_as_png(frame_of_film(*maps, files, style), kFilmScale));
  }
  return written;
}

}  // namespace regard
