// SPDX-License-Identifier: Apache-2.0
// The workspace Training: a tiny model learns beside the window, or a run that was kept is looked at; curves over steps, a cursor on
// them, the weights of all heads there.
#pragma once

namespace regard {

struct PanelContext;

/// Probes "training.start", "training.pause", "training.resume", "training.step", "training.stop", "training.recorded",
/// "training.tab.<index>", and those of training_parts.h.
void draw_training(PanelContext& context);

}  // namespace regard
