// SPDX-License-Identifier: Apache-2.0
// Predictions of two texts beside each other: the candidates of both, how their probabilities moved, and the divergence.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/views.h"

#include <string>

namespace regard {

/// A slot of Background.
struct PredictionDifferenceSlot {
  struct Asked {
    std::shared_ptr<const Trace> baseline{}, live{};
    PredictionPlaces places{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = PredictionDifference;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return std::make_shared<const Answer>(compare_predictions(*asked.baseline, *asked.live, asked.places, job.stop));
  }
};

/// The panel's content while the difference is shown. Computed in the background.
void draw_prediction_difference(PanelContext& context);

/// What the position of a prediction is, in a sentence.
[[nodiscard]] std::string about_prediction(const PredictionView& view);

}  // namespace regard
