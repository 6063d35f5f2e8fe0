// SPDX-License-Identifier: Apache-2.0
// How a panel runs a long analysis that follows the text: quick ones by themselves, others once a person asks; stopped by a
// click, and out of the way at once while the worker reads what is being typed. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"

#include <optional>
#include <string_view>

namespace regard {

/// Kept by the panel between frames.
struct LongMapState {
  bool asked_for = false;  ///< a person started it: it follows the text until it is stopped
  bool stopped = false;    ///< a person stopped it
  bool yielded = false;    ///< it was cancelled for the worker's sake
};

/// May the slot be asked in this frame? Cancels and restarts it as need be: what `follows_run` is void with the next run, while anything
/// else merely waits for it (Background::hold).
[[nodiscard]] bool long_map_runs(PanelContext& context, SlotId slot, LongMapState& state, bool quick, bool follows_run);

/// The newest outcome; starts the task where it may run.
template <class Slot>
Outcome<typename Slot::Answer> ask_long_map(PanelContext& context, LongMapState& state, bool quick,
                                            const typename Slot::Asked& asked) {
  const bool follows_run = models_of<Slot>(asked).empty();
  if (long_map_runs(context, slot_id<Slot>(), state, quick, follows_run)) return context.background->ask<Slot>(asked);
  Outcome<typename Slot::Answer> known = context.background->look<Slot>();
  known.fresh = false;
  return known;
}

struct LongMapProgress {
  bool pending = false;
  bool fresh = false;
  float fraction = 0.0F;
  std::optional<Error> error{};
};
template <class Result>
[[nodiscard]] LongMapProgress progress_of(const Outcome<Result>& outcome) {
  return {outcome.pending(), outcome.fresh, outcome.progress, outcome.error};
}

/// `start` or "Stop" at the right end of the current line, while either makes sense: after a failure, too. Probes "<name>.start", "<name>.stop".
void draw_long_map_button(PanelContext& context, SlotId slot, std::string_view name, LongMapState& state, bool quick,
                          const LongMapProgress& progress, const char* start = "long_map.start");
/// A thin line as wide as the panel, filled as far as the task is; always takes its height.
void draw_progress_line(const LongMapProgress& progress);

}  // namespace regard
