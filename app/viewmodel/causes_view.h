// SPDX-License-Identifier: Apache-2.0
// Two reasons why heads look elsewhere, side by side: how the model on show is stored, against another one that is compared with it, and
// its adapters. Too slow for a frame: made in background jobs. Any thread. Numbers: core/analysis/drift_against.h.
#pragma once

#include "app/viewmodel/drift_view.h"
#include "core/analysis/drift_against.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace regard {

struct CausesQuestion {
  std::shared_ptr<const Model> full{};  ///< what the model on show is held against
  DriftQuestion of{};                   ///< its direction: the strengths as they are set
  friend bool operator==(const CausesQuestion&, const CausesQuestion&) = default;
};

/// The baseline's model, where it was opened from other files than the live one and reads text; else null.
[[nodiscard]] std::shared_ptr<const Model> model_compared_with(const Snapshot& live);

/// Are its numbers stored in fewer bits than people compute with?
[[nodiscard]] bool is_quantised(const Model& model);

/// Of the run on show, which has a trace, on its text, at the strengths that are set.
[[nodiscard]] CausesQuestion causes_question(const Snapshot& live, std::shared_ptr<const Model> full);

/// Throws what make_drift() and measure_causes() do.
[[nodiscard]] std::shared_ptr<const DriftCauses> make_causes(const CausesQuestion& question, const Pace& pace);

/// Indices of the heads that one of the reasons moves, the farthest by either first.
[[nodiscard]] std::vector<std::size_t> farthest_by_any_cause(const DriftCauses& causes, std::size_t most);
/// How many heads the adapters move farther than the storage does, and the other way round.
struct CausesCount {
  std::size_t by_adapter = 0, by_storage = 0;
};
[[nodiscard]] CausesCount count_causes(const DriftCauses& causes);

/// The end of both axes: at least the largest number, one of few digits. Above 0.
[[nodiscard]] double end_of_axes(const DriftCauses& causes);
/// Where a number stands on either axis, 0…1: √(value / end), for storage often moves heads a hundredth as far as adapters do.
[[nodiscard]] double place_on_axis(double value, double end);
/// Shares of the end that have a line: they stand at 0.1, 0.5 and 1 of the axis.
inline constexpr std::array<double, 3> axis_ticks{0.01, 0.25, 1.0};

/// "narrator, F16".
[[nodiscard]] std::string named_with_storage(const Model& model);

}  // namespace regard
