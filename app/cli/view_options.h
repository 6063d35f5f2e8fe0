// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/export/export.h"

namespace CLI {
class App;
}

namespace regard::cli {

/// Adds to `regard export` what a person chooses in a view of the window, and no session keeps. `options` must outlive `out`.
void add_choices_of_views(CLI::App& out, ExportOptions& options);

}  // namespace regard::cli
