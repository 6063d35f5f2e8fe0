// SPDX-License-Identifier: Apache-2.0
// The view that copying and exporting take: what one is looking at.
#pragma once

#include "app/export/export.h"
#include "app/panels/common/panel.h"

#include <optional>

namespace regard {

/// Of the panel under the mouse, else of the one that fills the window or stands on the chosen tab; none where it has no file.
[[nodiscard]] std::optional<ExportView> view_at_hand(const PanelContext& context);

}  // namespace regard
