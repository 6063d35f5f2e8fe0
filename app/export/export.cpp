// SPDX-License-Identifier: Apache-2.0
#include "app/export/export.h"

#include "app/export/figures.h"
#include "app/export/plans.h"
#include "app/export/tables.h"
#include "app/viewmodel/baseline.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/format/npz.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

std::vector<std::string> heads_in_arcs(const Snapshot& snapshot, const Session& session) {
  std::vector<std::string> names{named_head(snapshot, shown_head(snapshot, session))};
  for (const HeadRef head : session.compared_heads)
    names.push_back(named_head(snapshot, head));
  return names;
}

Figure figure_of(const Snapshot& snapshot, const Session& session, const ExportOptions& options) {
  const FigureStyle style = figure_style(options.theme);
  const FigureCaption caption = caption_of(snapshot, session);
  switch (options.view) {
    case ExportView::scores:
    case ExportView::weights:
      return grid_figure(make_grid(snapshot, session), options.view == ExportView::scores, session, caption, style);
    case ExportView::arcs:
      return arcs_figure(make_arcs(snapshot, session), make_grid(snapshot, session), caption, style,
                         heads_in_arcs(snapshot, session));
    case ExportView::heads:
      return heads_figure(snapshot, session, caption, style);
    case ExportView::question:
      return question_figure(make_question(snapshot, session), caption, style);
    case ExportView::predictions:
      return predictions_figure(complete_predictions(snapshot, session), caption, style);
    default:  // the others have plans
      return {};
  }
}

/// The views of one head and the list of heads, as they are; everything else in two steps.
ContentPlan plan_of(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                    const ExportOptions& options) {
  const Seen seen = seen_by(snapshot, session, options.view);
  const FigureStyle style = figure_style(options.theme);
  if (seen.difference) return plan_difference(seen, options.view, style);
  switch (options.view) {
    case ExportView::heads:
      if (shown_of(*snapshot, session) == Shown::difference) return plan_movement(seen, style);
      break;
    case ExportView::layers:
      return plan_layers(seen, style);
    case ExportView::kv_cache:
      return plan_cache(seen, style);
    case ExportView::movement:
      return plan_movement(seen, style);
    case ExportView::interventions:
      return plan_interventions(seen, style);
    case ExportView::effect:
      return plan_effect(seen, options, style);
    case ExportView::ablation:
      return plan_ablation(seen, options, style);
    case ExportView::patching:
      return plan_patching(seen, options, style);
    case ExportView::sweep:
      return plan_sweep(seen, options, style);
    default:
      break;
  }
  if (options.view == ExportView::predictions &&
      make_predictions(*seen.snapshot, seen.session).why == PredictionView::Why::none)
    throw Error("nothing_to_export", {.item = seen.snapshot->model->name});
  return [seen, options, figure = figure_of(*seen.snapshot, seen.session, options)](bool picture) {
    if (picture) return Content{{}, figure};
    return Content{table_of(*seen.snapshot, seen.session, options.view), {}};
  };
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

bool is_picture(ExportFormat format) {
  return format == ExportFormat::png || format == ExportFormat::svg || format == ExportFormat::pdf;
}

std::string_view name_of(ExportFormat format) {
  constexpr std::array<std::string_view, 6> kNames{"png", "svg", "pdf", "csv", "json", "npz"};
  return kNames[static_cast<std::size_t>(format)];
}

std::string_view name_of(ExportView view) {
  constexpr std::array<std::string_view, export_views> kNames{
      "scores",   "weights",  "arcs",          "heads",  "question", "predictions", "layers",
      "kv_cache", "movement", "interventions", "effect", "ablation", "patching",    "sweep"};
  return kNames[static_cast<std::size_t>(view)];
}

ExportFile prepare_export(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                          const ExportOptions& options) {
  const ContentPlan plan = plan_of(snapshot, session, options);
  return [plan, options](const std::filesystem::path& path) {
    const Content content = plan(is_picture(options.format));
    if (is_picture(options.format))
      write_file_atomically(path, encoded(content.figure, options));
    else if (options.format == ExportFormat::npz)
      write_arrays(content.table, path);
    else
      write_file_atomically(
          path, options.format == ExportFormat::csv ? table_as_csv(content.table) : table_as_json(content.table));
  };
}

ExportCopy prepare_copy(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                        const ExportOptions& options) {
  const ContentPlan plan = plan_of(snapshot, session, options);
  const double scale = std::clamp(options.scale, min_export_scale, max_export_scale);
  if (!is_picture(options.format)) return [plan] { return table_as_text(plan(false).table); };
  return [plan, scale] { return figure_as_png(plan(true).figure, scale); };
}

}  // namespace regard
