// SPDX-License-Identifier: Apache-2.0
// The steps of the model's training as a time line: which one is shown, which one it is compared with, and what the heads do from step to
// step. Probes "checkpoints.track", "checkpoints.previous", "checkpoints.next", "checkpoints.pin", "checkpoints.again",
// "checkpoints.measure.<index>", "checkpoints.corpus", "checkpoints.chart", "checkpoints.head.<layer>.<head>".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_checkpoints(PanelContext& context);

}  // namespace regard
