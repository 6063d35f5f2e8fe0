// SPDX-License-Identifier: Apache-2.0
// What the cells of the grid of weights hold besides the weights: value-weighted attention and rollout, made in the background. UI
// thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/value_grid.h"
#include "core/base/matrix.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// Slot of Background.
struct ValueGridSlot {
  using Asked = ValueGridQuestion;
  using Answer = ValueGrid;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_value_grid(asked, job.give_way, job.stop, job.progress);
  }
};

/// Of this frame.
struct WeightKindState {
  bool asked = false;          ///< for something else than the weights
  bool ready = false;          ///< `values` are what was asked for, of the grid on show
  std::string why{};           ///< they are not to be had: the sentence that says why
  Outcome<void> job{};         ///< of making them, without the numbers
  Matrix values{};             ///< [rows, cols] of the grid
  std::vector<bool> masked{};  ///< [rows·cols], see masked_units()
  float largest = 1.0F;        ///< of the values
  std::uint64_t revision = 0;  ///< of `values`
  std::weak_ptr<const ValueGrid> made_of{};
  std::uint64_t grid_revision = 0;  ///< whose units the values are of
};

/// Once a frame, before the grid.
void prepare_weight_kind(PanelContext& context);
/// What the cells hold instead of the weights, of this frame; null where it is the weights, or nothing yet.
[[nodiscard]] const WeightKindState* other_weights(const PanelContext& context);

/// The button that says what the cells hold, and its menu. Probes "grids.kind", "grids.kind.<index>".
void draw_weight_menu(PanelContext& context);
[[nodiscard]] float weight_menu_width(const PanelContext& context);
/// Are there no numbers for the cells, or not yet?
[[nodiscard]] bool lacks_weights(const PanelContext& context);
/// In the place of the cells then: why, or how far the job is. Probes "grid.weights.job.stop", "grid.weights.job.start".
void tell_no_weights(PanelContext& context);

}  // namespace regard
