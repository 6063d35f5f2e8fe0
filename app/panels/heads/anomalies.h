// SPDX-License-Identifier: Apache-2.0
// What is odd about this sentence and its run, each finding a click away. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_anomalies(PanelContext& context);

}  // namespace regard
