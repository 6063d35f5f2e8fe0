// SPDX-License-Identifier: Apache-2.0
// The pieces of the Checkpoints view. Private to app/panels. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/checkpoints.h"
#include "app/panels/common/long_map.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

namespace regard {

/// Curves that were measured to their end: they stay while one looks elsewhere.
struct KnownCurves {
  CurvesQuestion question{};
  std::shared_ptr<const CheckpointCurves> curves{};
};

struct TimelineState {
  CurveMeasure measure = CurveMeasure::induction;
  std::array<LongMapState, 2> runs{};     ///< of texts, of induction
  std::array<KnownCurves, 2> known{};     ///< likewise
  std::array<CurvesQuestion, 2> asked{};  ///< likewise: what the slots were asked last
};

/// Slots of Background.
template <bool induction>
struct CurvesSlot {
  using Asked = CurvesQuestion;
  using Answer = CheckpointCurves;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_curves(asked, {job.stop, job.progress, job.give_way}, job.publish);
  }
};

/// All steps in a row, the one on show (B) and the one it is compared with (A); a drag, a click or the wheel goes to another.
void draw_track(PanelContext& context, const CheckpointSeries& series, std::optional<std::size_t> now,
                std::optional<std::size_t> compared);

/// A measure of the heads over the steps, those that change most in colours. A click goes to a step, or shows a head.
void draw_head_curves(PanelContext& context, TimelineState& state,
                      const std::shared_ptr<const CheckpointSeries>& series, std::optional<std::size_t> now);

}  // namespace regard
