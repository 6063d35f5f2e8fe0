// SPDX-License-Identifier: Apache-2.0
// Measures of the heads over the steps of training.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/style/curve_text.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/checkpoints_view.h"
#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kDrawnCurves = 6;
constexpr double kCurvesWidth = 720;

constexpr std::array kAllCurves{CurveMeasure::previous, CurveMeasure::induction, CurveMeasure::distance,
                                CurveMeasure::entropy};

const std::vector<Measure>& point_measures(const CheckpointPoint& point, CurveMeasure measure) {
  return point.measures[static_cast<std::size_t>(measure)];
}

TableCell measure_cell(const Measure& measure, float Measure::*number) {
  return measure.defined() ? TableCell(measure.*number) : TableCell(Masked{});
}

void fill_curves(ExportTable& table, const CheckpointCurves& curves) {
  table.columns = {"layer", "head", "step"};
  for (const CurveMeasure measure : kAllCurves) {
    table.columns.emplace_back(name_of(measure));
    table.columns.push_back(std::string(name_of(measure)) + "_uniform");
  }
  for (std::size_t head = 0; head < curves.heads.size(); ++head)
    for (const CheckpointPoint& point : curves.points) {
      std::vector<TableCell> row{curves.heads[head].layer, curves.heads[head].head,
                                 static_cast<std::size_t>(point.step)};
      for (const CurveMeasure measure : kAllCurves) {
        row.push_back(measure_cell(point_measures(point, measure)[head], &Measure::value));
        row.push_back(measure_cell(point_measures(point, measure)[head], &Measure::uniform));
      }
      table.rows.push_back(std::move(row));
    }
  Matrix steps(1, curves.points.size());
  for (std::size_t point = 0; point < curves.points.size(); ++point)
    steps(0, point) = static_cast<float>(curves.points[point].step);
  table.arrays = {{"steps", std::move(steps)}};
  for (const CurveMeasure measure : kAllCurves) {
    Matrix values(curves.heads.size(), curves.points.size());
    for (std::size_t head = 0; head < curves.heads.size(); ++head) {
      const std::vector<float> curve = curve_of(curves, measure, head);
      std::copy(curve.begin(), curve.end(), values.values.begin() + static_cast<std::ptrdiff_t>(head * values.cols));
    }
    table.arrays.emplace_back(name_of(measure), std::move(values));
  }
}

gfx::Rgb curve_ink(const FigureStyle& style, std::size_t line) {
  const std::array<gfx::Rgb, kDrawnCurves> inks{style.query,    style.key,  style.positive,
                                                style.negative, style.text, style.muted};
  return inks[line % inks.size()];
}

/// What a picture says besides the curves.
struct CurveWords {
  FigureCaption caption{};
  LayerChart chart{};
  std::vector<std::string> heads{};
};

Figure curves_figure(const CheckpointCurves& curves, CurveMeasure measure, const CurveWords& words,
                     const FigureStyle& style) {
  LayerChart chart = words.chart;
  chart.high = 0.0F;
  const std::vector<std::size_t> heads = most_changing(curves, measure, kDrawnCurves);
  for (std::size_t line = 0; line < heads.size(); ++line) {
    ChartLine drawn{.name = words.heads[heads[line]],
                    .values = curve_of(curves, measure, heads[line]),
                    .ink = curve_ink(style, line)};
    for (const float value : drawn.values)
      if (std::isfinite(value)) chart.high = std::max(chart.high, value);
    chart.lines.push_back(std::move(drawn));
  }
  if (chart.high == 0.0F) chart.high = 1.0F;
  const auto last = std::max(1.0, static_cast<double>(curves.points.back().step));
  for (const CheckpointPoint& point : curves.points) {
    chart.places.push_back(std::to_string(point.step));
    chart.at.push_back(static_cast<double>(point.step) / last);
  }
  Figure figure;
  figure.ground = style.ground;
  figure.width = std::max(kCurvesWidth, caption_width(words.caption));
  const double y = add_caption(figure, words.caption, style) + 12;
  figure.height = add_chart(figure, y, chart, style) + kFigureMargin;
  return figure;
}

}  // namespace

ContentPlan plan_checkpoints(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  check_reads_text(snapshot);
  CheckpointsQuestion folder{.folder = checkpoints_folder(snapshot)};
  CurvesQuestion question = curves_question(snapshot, nullptr, CurveMeasure::previous);
  question.corpus = options.corpus;
  question.induction = true;
  CurveWords words;
  words.caption = caption_on(seen, tr("checkpoints.curves"), options.corpus);
  words.chart = {.title = curve_name(options.curve), .axis = tr("checkpoints.axis")};
  const Model& reader = snapshot.model->encoder ? *snapshot.model->encoder : *snapshot.model;
  for (const HeadRef head : softmax_heads(reader.config))
    words.heads.push_back(tr("heads.label", {{"layer", head.layer}, {"head", head.head}}));
  return [seen, style, folder, question, words, shown = options.curve](bool picture) {
    CurvesQuestion asked = question;
    asked.series = find_checkpoints(folder, {});
    if (asked.series->steps.empty()) throw Error("no_checkpoints", {.file = folder.folder.string()});
    const std::shared_ptr<const CheckpointCurves> curves = make_curves(asked, {});
    Content content{table_about(*seen.snapshot, seen.session, ExportView::checkpoints), {}};
    content.table.about.emplace_back("folder", folder.folder.string());
    content.table.about.emplace_back("checkpoints", curves->checkpoints);
    for (const CheckpointGap& gap : curves->gaps)
      content.table.about.emplace_back("left_out_" + std::to_string(gap.step), std::string(gap.why.what()));
    fill_curves(content.table, *curves);
    if (picture) content.figure = curves_figure(*curves, shown, words, style);
    return content;
  };
}

}  // namespace regard
