// SPDX-License-Identifier: Apache-2.0
// The checkpoints of the model on show, for every panel and for keys: known in the background, gone to by an action. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/checkpoints_view.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace regard {

struct CheckpointsSlot {
  using Asked = CheckpointsQuestion;
  using Answer = CheckpointSeries;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return find_checkpoints(asked, {job.stop, job.progress, job.give_way}, job.publish);
  }
};

/// Kept between frames.
struct CheckpointsState {
  unsigned reading = 0;        ///< of the folder: grows when somebody wants to look again
  std::uint64_t strokes = 0;   ///< of steps that were gone to
  double moved_at = -1'000.0;  ///< seconds: the last key or turn of the wheel
};

/// All there are, once they are known; empty ones where the model is no step of any. Asks for them: once in every frame.
[[nodiscard]] Outcome<CheckpointSeries> checkpoints_at_hand(const PanelContext& context);

/// The next step that opens in this direction; keys that follow each other closely are one step back.
void step_checkpoint(PanelContext& context, int by);
[[nodiscard]] bool has_checkpoints(const PanelContext& context);

/// Shows this step. `goes_on`: it belongs to the movement before, as a drag does.
void go_to_checkpoint(PanelContext& context, const CheckpointStep& step, bool goes_on);

}  // namespace regard
