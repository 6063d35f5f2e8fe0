// SPDX-License-Identifier: Apache-2.0
// A council in the workspace Training: choices, its curves, what each question finds beside other numbers of heads. Private to app/panels.
// UI thread only.
#pragma once

#include "app/jobs/council_trainer.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/council_view.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// A council that was trained in this window, as it was last measured.
struct TrainedCouncil {
  std::uint64_t run = 0;
  CouncilShape council{};
  std::size_t step = 0;
  train::CouncilScores scores{};
};

/// Kept between frames.
struct CouncilRoom {
  CouncilNews news{};
  std::vector<TrainedCouncil> trained{};  ///< the newest of each number of heads, ascending
  std::size_t spoken = 0;                 ///< of the sentences: kTreeLanguages
  bool chosen = false;                    ///< by a person: else the window's
  std::optional<std::size_t> question{};  ///< whose curve is drawn; none: the mean's
  std::shared_ptr<const TrainedHeads> shipped{};
};

/// Is a council looked at, not a task? Never where none can learn.
[[nodiscard]] bool council_shown(const PanelContext& context);
/// Takes over what the trainer has made since the last frame, and the figures of the models that ship.
void take_council_news(PanelContext& context, CouncilRoom& room);
/// Start, pause, stop, how far it is, and what is to learn. Probes "council.start", "council.pause", "council.resume", "council.stop",
/// "council.state", "council.problem", "training.layers", "training.heads", "training.width.<number>", "training.rate", "training.seed",
/// "training.steps".
void draw_council_choices(PanelContext& context, const CouncilRoom& room);
/// Probes "council.open", "council.chart", "council.language.<index>", "council.question.<index>".
void draw_council_results(PanelContext& context, CouncilRoom& room);

}  // namespace regard
