// SPDX-License-Identifier: Apache-2.0
// Predictions of two texts beside each other: the candidates of both, how their probabilities moved, and the divergence.
#pragma once

#include "app/panels/common/panel.h"
#include "app/viewmodel/views.h"

#include <string>

namespace regard {

/// The panel's content while the difference is shown. Computed in the background.
void draw_prediction_difference(PanelContext& context);

/// What the position of a prediction is, in a sentence.
[[nodiscard]] std::string about_prediction(const PredictionView& view);

}  // namespace regard
