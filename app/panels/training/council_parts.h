// SPDX-License-Identifier: Apache-2.0
// A council in the workspace Training: choices, its curves, what each question finds beside other numbers of heads. Private to app/panels.
// UI thread only.
#pragma once

#include "app/jobs/council_trainer.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/trained_councils.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// Kept between frames.
struct CouncilRoom {
  CouncilNews news{};
  std::vector<TrainedCouncil> trained{};  ///< one of each number of heads, ascending: the newest or a chosen one
  std::filesystem::path shown{};          ///< the folder of the one whose curve is drawn
  bool follows = false;                   ///< a run has begun: it is looked at once it is measured
  std::shared_ptr<const EarlierCouncils> earlier{};  ///< in the folder of runs
  std::size_t spoken = 0;                            ///< of the sentences: kTreeLanguages
  bool chosen = false;                               ///< by a person: else the window's
  std::optional<std::size_t> question{};             ///< whose curve is drawn; none: the mean's
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
/// Into the place of its number of heads.
void put_council(CouncilRoom& room, TrainedCouncil council);
/// "Trained here: …"
[[nodiscard]] std::string told_council(const TrainedCouncil& council);
/// Reads, in the background, the councils that lie in the folder of runs.
void take_earlier_councils(PanelContext& context, CouncilRoom& room);
/// Which council's curve is drawn; it stands in the table, too. The one that was chosen just now. Probes "council.shown",
/// "council.earlier.<index>".
[[nodiscard]] std::optional<TrainedCouncil> draw_councils_menu(PanelContext& context, const CouncilRoom& room,
                                                               const TrainedCouncil& shown);
/// Why some of those that lie there cannot be shown.
void draw_council_problems(const CouncilRoom& room);
/// Probes "council.open", "council.chart", "council.language.<index>", "council.question.<index>".
void draw_council_results(PanelContext& context, CouncilRoom& room);

}  // namespace regard
