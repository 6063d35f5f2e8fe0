// SPDX-License-Identifier: Apache-2.0
// What went wrong with a file, where one is looking: over the views, until somebody acts.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Draws the notice, if there is one, over the middle of the window. Probes "notice" and "notice.close".
void draw_notice(PanelContext& context);

}  // namespace regard
