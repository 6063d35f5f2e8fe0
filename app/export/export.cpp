// SPDX-License-Identifier: Apache-2.0
#include "app/export/export.h"

#include "app/export/figures.h"
#include "app/export/tables.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

Figure figure_of(const Snapshot& snapshot, const Session& session, const ExportOptions& options) {
  const FigureStyle style = figure_style(options.theme);
  const FigureCaption caption = caption_of(snapshot, session);
  switch (options.view) {
    case ExportView::scores:
    case ExportView::weights:
      return grid_figure(make_grid(snapshot, session), options.view == ExportView::scores, session, caption, style);
    case ExportView::arcs:
      return arcs_figure(make_arcs(snapshot, session), make_grid(snapshot, session), caption, style);
    case ExportView::heads:
      return heads_figure(snapshot, session, caption, style);
    case ExportView::question:
      return question_figure(make_question(snapshot, session), caption, style);
    case ExportView::predictions:
      return predictions_figure(complete_predictions(snapshot, session), caption, style);
  }
  return {};
}

std::string encoded(const Figure& figure, const ExportOptions& options) {
  if (options.format == ExportFormat::svg) return figure_as_svg(figure);
  if (options.format == ExportFormat::pdf) return figure_as_pdf(figure);
  return figure_as_png(figure, std::clamp(options.scale, min_export_scale, max_export_scale));
}

void write_arrays(const ExportTable& table, const std::filesystem::path& path) {
  NpzWriter file(path);
  for (const auto& [name, matrix] : table.arrays) {
    const std::array<std::size_t, 2> shape{matrix.rows, matrix.cols};
    file.add(name, shape, matrix.values);
  }
  file.finish();
}

}  // namespace

std::string_view name_of(ExportFormat format) {
  constexpr std::array<std::string_view, 6> kNames{"png", "svg", "pdf", "csv", "json", "npz"};
  return kNames[static_cast<std::size_t>(format)];
}

std::string_view name_of(ExportView view) {
  constexpr std::array<std::string_view, 6> kNames{"scores", "weights", "arcs", "heads", "question", "predictions"};
  return kNames[static_cast<std::size_t>(view)];
}

ExportFile prepare_export(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                          const ExportOptions& options) {
  if (options.view == ExportView::predictions && make_predictions(*snapshot, session).why == PredictionView::Why::none)
    throw Error("nothing_to_export", {.item = snapshot->model->name});
  const bool numbers = options.format == ExportFormat::csv || options.format == ExportFormat::json ||
                       options.format == ExportFormat::npz;
  if (!numbers)
    return [figure = figure_of(*snapshot, session, options), options](const std::filesystem::path& path) {
      write_file_atomically(path, encoded(figure, options));
    };
  return [snapshot, session, options](const std::filesystem::path& path) {
    const ExportTable table = table_of(*snapshot, session, options.view);
    if (options.format == ExportFormat::npz)
      write_arrays(table, path);
    else
      write_file_atomically(path, options.format == ExportFormat::csv ? table_as_csv(table) : table_as_json(table));
  };
}

}  // namespace regard
