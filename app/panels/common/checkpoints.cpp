// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/checkpoints.h"

#include "app/session/action_kinds.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>

namespace regard {
namespace {

constexpr double kKeysEnd = 0.8;  ///< seconds after a key

}  // namespace

Outcome<CheckpointSeries> checkpoints_at_hand(const PanelContext& context) {
  if (context.background == nullptr) return {};
  std::filesystem::path folder = checkpoints_folder(context.snapshot);
  if (folder.empty()) return {};
  return context.background->ask<CheckpointsSlot>({std::move(folder), context.state.of<CheckpointsState>().reading});
}

bool has_checkpoints(const PanelContext& context) {
  const Outcome<CheckpointSeries> known = checkpoints_at_hand(context);
  return known.value && known.fresh && !known.value->steps.empty();
}

void step_checkpoint(PanelContext& context, int by) {
  const Outcome<CheckpointSeries> known = checkpoints_at_hand(context);
  if (!known.value || !known.fresh) return;
  const auto now = chosen_checkpoint(*known.value, context.session, context.snapshot);
  if (const auto next = next_checkpoint(*known.value, now, by)) {
    CheckpointsState& state = context.state.of<CheckpointsState>();
    const double seconds = ImGui::GetTime();
    const bool goes_on = seconds - state.moved_at < kKeysEnd;
    state.moved_at = seconds;
    go_to_checkpoint(context, known.value->steps[*next], goes_on);
  }
}

void go_to_checkpoint(PanelContext& context, const CheckpointStep& step, bool goes_on) {
  CheckpointsState& state = context.state.of<CheckpointsState>();
  if (!goes_on) ++state.strokes;
  context.act(SetCheckpoint{step.path.string(), state.strokes});
}

}  // namespace regard
