// SPDX-License-Identifier: Apache-2.0
// The checkpoints that the model on show is one of, as people look at them: which there are, which is shown, what its heads do from step
// to step. Numbers: core/analysis/checkpoint_curves.h. What looks at the disk or runs models is too slow for a frame: made in background
// jobs. Any thread.
#pragma once

#include "app/session/shared_session.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/checkpoint_curves.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regard {

struct CheckpointsQuestion {
  std::filesystem::path folder{};
  unsigned reading = 0;  ///< counts how often somebody wanted to look again
  friend bool operator==(const CheckpointsQuestion&, const CheckpointsQuestion&) = default;
};

/// Where checkpoints of the model on show would lie; empty without a model. Pure but for the current directory.
[[nodiscard]] std::filesystem::path checkpoints_folder(const Snapshot& snapshot);

/// By their names, told to `publish` at once, then checked. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const CheckpointSeries> find_checkpoints(
    const CheckpointsQuestion& question, const Pace& pace,
    const std::function<void(std::shared_ptr<const CheckpointSeries>)>& publish = {});

/// Index of the step that the session names, or of the one that is shown under another name for it; nothing where it is none of them.
[[nodiscard]] std::optional<std::size_t> chosen_checkpoint(const CheckpointSeries& series, const Session& session,
                                                           const Snapshot& snapshot);
/// Likewise of what the session compares with; nothing where that is no pin.
[[nodiscard]] std::optional<std::size_t> compared_checkpoint(const CheckpointSeries& series, const Session& session);

/// The session compared with this step: the pin that it is compared with, where that is another step of the series, goes to it; else the
/// text is pinned there. The session as it is where there is no room for a pin.
[[nodiscard]] SharedSession compared_with(const Session& session, const CheckpointSeries& series,
                                          const CheckpointStep& step);

/// The next step in this direction (+1, -1) that can be opened; without a step to begin at the last one.
[[nodiscard]] std::optional<std::size_t> next_checkpoint(const CheckpointSeries& series,
                                                         std::optional<std::size_t> from, int by);
/// The step that can be opened whose number is nearest; of two the earlier.
[[nodiscard]] std::optional<std::size_t> nearest_checkpoint(const CheckpointSeries& series, std::uint64_t step);

/// Compared by address: the same series, the same question.
struct CurvesQuestion {
  std::shared_ptr<const CheckpointSeries> series{};
  Request text{};                  ///< without interventions; where there is no corpus
  std::filesystem::path corpus{};  ///< a file of sentences; empty: the text
  unsigned reading = 0;            ///< counts how often that file was chosen
  bool texts = true;               ///< previous token, distance, entropy
  bool induction = false;
  friend bool operator==(const CurvesQuestion&, const CurvesQuestion&) = default;
};
/// Of the text on show, or (induction) of none. The snapshot has a trace.
[[nodiscard]] CurvesQuestion curves_question(const Snapshot& live, std::shared_ptr<const CheckpointSeries> series,
                                             CurveMeasure measure);

/// Throws Error (those of load_corpus(), corpus_too_long, reads_pictures, no_checkpoints), Cancelled.
[[nodiscard]] std::shared_ptr<const CheckpointCurves> make_curves(
    const CurvesQuestion& question, const Pace& pace,
    const std::function<void(std::shared_ptr<const CheckpointCurves>)>& publish = {});

/// A measure of one head at every point, [points]; NaN where it is not defined.
[[nodiscard]] std::vector<float> curve_of(const CheckpointCurves& curves, CurveMeasure measure, std::size_t head);
/// Indices of the heads whose measure changes most over the steps, most first; none that stays as it is.
[[nodiscard]] std::vector<std::size_t> most_changing(const CheckpointCurves& curves, CurveMeasure measure,
                                                     std::size_t most);
/// What a head that looks everywhere alike gets, the mean over all heads; nothing where the measure is not defined.
[[nodiscard]] std::optional<float> uniform_of(const CheckpointCurves& curves, CurveMeasure measure);

}  // namespace regard
