// SPDX-License-Identifier: Apache-2.0
#include "app/export/export.h"

#include "app/export/figures.h"
#include "app/export/plans.h"
#include "app/export/run_file.h"
#include "app/export/tables.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/baseline.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/capture/capture.h"
#include "core/format/npz.h"
#include "core/model/captured.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

std::vector<std::string> heads_in_arcs(const Snapshot& snapshot, const Session& session) {
  std::vector<std::string> names{named_head(snapshot, shown_head(snapshot, session))};
  for (const HeadRef head : selection_of(session).compared_heads)
    names.push_back(named_head(snapshot, head));
  return names;
}

/// Signed weights of one head have the colours of their signs, as in its grid.
Figure figure_of_arcs(const Snapshot& snapshot, const Session& session, const FigureCaption& caption,
                      const FigureStyle& style) {
  const GridView grid = make_grid(snapshot, session);
  return arcs_figure(make_arcs(snapshot, session), grid, caption, style, heads_in_arcs(snapshot, session),
                     !grid.has_softmax && selection_of(session).compared_heads.empty());
}

Figure figure_of(const Snapshot& snapshot, const Session& session, const ExportOptions& options) {
  const FigureStyle style = figure_style(options.theme);
  const FigureCaption caption = caption_of(snapshot, session);
  switch (options.view) {
    case ExportView::scores:
    case ExportView::weights:
      return grid_figure(make_grid(snapshot, session), options.view == ExportView::scores, session, caption, style);
    case ExportView::arcs:
      return figure_of_arcs(snapshot, session, caption, style);
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
ContentPlan plan_of_view(const std::shared_ptr<const Snapshot>& snapshot, const Seen& seen, const Session& session,
                         const ExportOptions& options, const FigureStyle& style) {
  if (options.view == ExportView::router) return plan_router(seen, style);
  if (seen.difference) return plan_difference(seen, options.view, style);
  switch (options.view) {
    case ExportView::heads:
      if (shown_of(*snapshot, session) == Shown::difference) return plan_movement(seen, style);
      break;
    case ExportView::weights:
      if (look_of(seen.session).grid_weight != GridWeight::attention) return plan_weights(seen, style);
      break;
    case ExportView::kinds:
      return plan_kinds(seen, style);
    case ExportView::positions:
      return plan_positions(seen, style);
    case ExportView::head_cuts:
      return plan_head_cuts(seen, style);
    case ExportView::kind_table:
      return plan_kind_table(seen, style);
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
    case ExportView::drift:
      return plan_drift(seen, options, style);
    case ExportView::causes:
      return plan_causes(seen, options, style);
    case ExportView::checkpoints:
      return plan_checkpoints(seen, options, style);
    case ExportView::likeness:
      return plan_likeness(seen, options, style);
    case ExportView::head_search:
      return plan_head_search(seen, options, style);
    case ExportView::steps:
      return plan_steps(seen, options, style);
    case ExportView::roles:
      return plan_roles(seen, options, style);
    case ExportView::relations:
      return plan_relations(seen, options, style);
    case ExportView::flow:
      return plan_flow(seen, options, style);
    case ExportView::attribution:
      return plan_attribution(seen, options, style);
    case ExportView::anomalies:
      return plan_anomalies(seen, style);
    case ExportView::importance:
      return plan_importance(seen, options, style);
    case ExportView::pruning:
      return plan_pruning(seen, options, style);
    case ExportView::probing:
      return plan_probing(seen, options, style);
    case ExportView::evidence:
      return plan_evidence(seen, options, style);
    case ExportView::detectors:
      return plan_detectors(seen, options, style);
    case ExportView::ensembles:
      return plan_ensembles(seen, options, style);
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

ContentPlan plan_of(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                    const ExportOptions& options) {
  if (options.view == ExportView::run) throw Error("export_run", {.expected = ".npz"});
  if (needs_engine(options.view)) refuse_capture(*snapshot->model);
  if (options.view == ExportView::flow && snapshot->model->capture && !has_all_layers(*snapshot->model->capture))
    throw Error("capture_no_values", {.item = snapshot->model->name});
  if (options.view == ExportView::scores && lacks_scores(*snapshot, session))
    throw Error("capture_no_scores", {.item = snapshot->model->name});
  const Seen seen = seen_by(snapshot, session, options.view);
  const FigureStyle style = figure_style(options.theme);
  return telling_captured(
      telling_unread(plan_of_view(snapshot, seen, session, options, style), *seen.snapshot, options, style),
      *seen.snapshot, style);
}

/// The heads' table holds every weight of every head: a glance makes it only where it is short.
bool is_long(const Snapshot& snapshot, const Session& session, ExportView view) {
  constexpr std::size_t kMostRows = 1'000'000;
  if (view != ExportView::heads) return false;
  const Trace& trace = shown_trace(snapshot, session);
  const std::size_t tokens = std::max(asking_encoding(snapshot, session).tokens.size(), std::size_t{1});
  return tokens * tokens * head_count(trace.model->config) > kMostRows;
}

/// The beginning of a text, cut behind a line.
std::string first_lines(const std::string& text, std::size_t lines) {
  std::size_t end = 0;
  for (std::size_t line = 0; line < lines && end != std::string::npos; ++line)
    end = text.find('\n', end == 0 ? 0 : end + 1);
  return text.substr(0, end);
}

/// What the arrays of an NPZ file are called, and their shapes.
std::string shapes_of(const ExportTable& table) {
  std::string text;
  for (const auto& [name, ids] : table.ids)
    text += name + "  int32 [" + std::to_string(ids.size()) + "]\n";
  for (const auto& [name, matrix] : table.arrays)
    text += name + "  float32 [" + std::to_string(matrix.rows) + ", " + std::to_string(matrix.cols) + "]\n";
  return text;
}

std::string text_of(const ExportTable& table, ExportFormat format) {
  if (format == ExportFormat::npz) return shapes_of(table);
  return format == ExportFormat::csv ? table_as_csv(table) : table_as_json(table);
}

/// A table cut to its first rows, so that a glance does not write all of it out.
ExportTable beginning_of(ExportTable table, std::size_t rows) {
  if (table.rows.size() > rows) table.rows.resize(rows);
  return table;
}

std::string encoded(const Figure& figure, const ExportOptions& options) {
  if (options.format == ExportFormat::svg) return figure_as_svg(figure);
  if (options.format == ExportFormat::pdf) return figure_as_pdf(figure);
  return figure_as_png(figure, std::clamp(options.scale, min_export_scale, max_export_scale));
}

void write_arrays(const ExportTable& table, const std::filesystem::path& path) {
  NpzWriter file(path);
  for (const auto& [name, ids] : table.ids)
    file.add(name, ids);
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

std::optional<ExportFormat> format_of(const std::filesystem::path& file) {
  constexpr std::array kFormats{ExportFormat::png, ExportFormat::svg,  ExportFormat::pdf,
                                ExportFormat::csv, ExportFormat::json, ExportFormat::npz};
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  for (const ExportFormat format : kFormats)
    if (ending == "." + std::string(name_of(format))) return format;
  return std::nullopt;
}

bool takes_long(ExportView view) {
  return view == ExportView::ablation || view == ExportView::patching || view == ExportView::sweep ||
         view == ExportView::roles || view == ExportView::relations || view == ExportView::likeness ||
         view == ExportView::importance || view == ExportView::pruning || view == ExportView::probing ||
         view == ExportView::evidence || view == ExportView::detectors || view == ExportView::ensembles ||
         view == ExportView::drift || view == ExportView::causes || view == ExportView::checkpoints;
}

bool needs_engine(ExportView view) {
  constexpr std::array kNeeding{
      ExportView::kv_cache,    ExportView::interventions, ExportView::effect,    ExportView::ablation,
      ExportView::patching,    ExportView::sweep,         ExportView::steps,     ExportView::relations,
      ExportView::attribution, ExportView::importance,    ExportView::pruning,   ExportView::probing,
      ExportView::evidence,    ExportView::detectors,     ExportView::ensembles, ExportView::router,
      ExportView::causes,      ExportView::checkpoints,   ExportView::positions, ExportView::head_cuts};
  return std::find(kNeeding.begin(), kNeeding.end(), view) != kNeeding.end();
}

std::string_view name_of(ExportView view) {
  constexpr std::array<std::string_view, export_views> kNames{
      "scores",    "weights",       "arcs",        "heads",     "question",    "predictions", "layers",     "kv_cache",
      "movement",  "interventions", "effect",      "ablation",  "patching",    "sweep",       "steps",      "roles",
      "relations", "likeness",      "head_search", "flow",      "attribution", "anomalies",   "importance", "pruning",
      "probing",   "evidence",      "detectors",   "ensembles", "router",      "drift",       "kinds",      "causes",
      "run",       "checkpoints",   "positions",   "head_cuts", "kind_table"};
  return kNames[static_cast<std::size_t>(view)];
}

ExportFile prepare_export(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                          const ExportOptions& options) {
  if (options.view == ExportView::run && options.format == ExportFormat::npz)
    return [snapshot](const std::filesystem::path& path) { write_run(*snapshot, path); };
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

ExportFigure prepare_figure(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                            const ExportOptions& options) {
  return [plan = plan_of(snapshot, session, options)] { return plan(true).figure; };
}

ExportCopy prepare_copy(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                        const ExportOptions& options) {
  const ContentPlan plan = plan_of(snapshot, session, options);
  const double scale = std::clamp(options.scale, min_export_scale, max_export_scale);
  if (!is_picture(options.format))
    return [plan, masked = std::string(tr("export.masked"))] { return table_as_text(plan(false).table, masked); };
  return [plan, scale] { return figure_as_png(plan(true).figure, scale); };
}

ExportGlance prepare_glance(const std::shared_ptr<const Snapshot>& snapshot, const Session& session,
                            const ExportOptions& options, const GlanceSize& size) {
  if (options.view == ExportView::run && options.format == ExportFormat::npz)
    return [about = std::string(tr("export.run_about"))] { return ExportPreview{{}, about, {}}; };
  const ContentPlan plan = plan_of(snapshot, session, options);
  if (is_picture(options.format))
    return [plan, size] {
      const Figure figure = plan(true).figure;
      const double scale = std::min({2.0, size.width / figure.width, size.height / figure.height});
      return ExportPreview{std::make_shared<const RgbImage>(figure_as_image(figure, scale)), {}, {}};
    };
  const bool too_long = is_long(*snapshot, session, options.view);
  return [plan, size, too_long, format = options.format] {
    if (too_long) return ExportPreview{};
    return ExportPreview{{}, first_lines(text_of(beginning_of(plan(false).table, size.lines), format), size.lines), {}};
  };
}

}  // namespace regard
