// SPDX-License-Identifier: Apache-2.0
// Pictures of a step's run by name: for handouts, for the check of what lessons put in, for the lesson's column. They speak the
// language chosen: UI thread, or a program without a window.
#pragma once

#include "app/export/export.h"
#include "app/export/figure.h"
#include "app/lesson/measure.h"

#include <optional>
#include <string_view>

namespace regard {

/// The view that `regard export` calls so.
[[nodiscard]] std::optional<ExportView> view_named(std::string_view name);
/// A link "view:<name>" that names none, with those there are.
[[nodiscard]] Error no_such_view(std::string_view name);

/// What the window would show in its place: where nothing was changed and nothing is compared with, heads instead of their movement,
/// weights instead of a list of interventions. Of a picture's weights and arcs the picture with the row that asks: fifty patches and
/// more are too many for the width of a page. Throws Error as prepare_figure() does (nothing_to_export …).
[[nodiscard]] Figure figure_of_step(ExportView view, const LessonRun& run);
/// The same in two parts: what it returns is the slow one, for any thread.
[[nodiscard]] ExportFigure prepare_figure_of_step(ExportView view, const LessonRun& run, ThemeChoice theme);

}  // namespace regard
