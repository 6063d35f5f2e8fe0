// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_figure.h"

#include "app/export/patches_figure.h"
#include "app/session/look.h"
#include "app/viewmodel/effect_view.h"

#include <string>

namespace regard {
namespace {

/// What there is to be seen where nothing was changed and nothing is compared with.
ExportView without_baseline(ExportView view) {
  if (view == ExportView::effect) return ExportView::ablation;  // as the panel does
  if (view == ExportView::movement) return ExportView::heads;
  return view == ExportView::interventions ? ExportView::weights : view;
}

}  // namespace

std::optional<ExportView> view_named(std::string_view name) {
  for (std::size_t view = 0; view < export_views; ++view)
    if (name_of(static_cast<ExportView>(view)) == name) return static_cast<ExportView>(view);
  return std::nullopt;
}

Error no_such_view(std::string_view name) {
  std::string names;
  for (std::size_t view = 0; view < export_views; ++view)
    names += (names.empty() ? "view:" : ", view:") + std::string(name_of(static_cast<ExportView>(view)));
  return {"lesson_link", {.expected = names, .found = "view:" + std::string(name)}};
}

ExportFigure prepare_figure_of_step(ExportView view, const LessonRun& run, ThemeChoice theme) {
  if (effect_baseline(*run.snapshot) == nullptr) view = without_baseline(view);
  const bool of_patches = run.snapshot->image && look_of(run.session).shown == Shown::live;
  if (of_patches && (view == ExportView::weights || view == ExportView::arcs))
    return [figure = patches_figure(*run.snapshot, run.session)] { return figure; };
  return prepare_figure(run.snapshot, run.session, {.view = view, .theme = theme});
}

Figure figure_of_step(ExportView view, const LessonRun& run) {
  return prepare_figure_of_step(view, run, ThemeChoice::light)();
}

}  // namespace regard
