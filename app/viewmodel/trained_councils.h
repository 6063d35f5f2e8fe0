// SPDX-License-Identifier: Apache-2.0
// Councils that were trained on this machine, as their folders tell of them. What reads files is too slow for a frame: made in background
// jobs. Any thread.
#pragma once

#include "app/viewmodel/council_view.h"
#include "core/base/error.h"
#include "core/train/council/recorded_council.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

/// A council, learned before or still learning, as far as it was measured.
struct TrainedCouncil {
  std::filesystem::path folder{};
  CouncilShape council{};
  std::vector<train::CouncilPoint> points{};  ///< one at least; the last one has scores

  [[nodiscard]] std::size_t heads() const { return council.recipe.heads; }
  [[nodiscard]] const train::CouncilPoint& last() const { return points.back(); }
};

struct EarlierCouncils {
  std::vector<TrainedCouncil> councils{};  ///< the newest first
  std::vector<Error> problems{};           ///< why others cannot be shown
};

struct CouncilsQuestion {
  std::filesystem::path folder{};
  std::uint64_t reading = 0;  ///< counts the runs that were started or ended: files may have changed
  std::shared_ptr<const train::GuidedSet> set{};
  friend bool operator==(const CouncilsQuestion&, const CouncilsQuestion&) = default;
};
/// Those of the newest folders of councils in a folder (as many as list_runs() has) that were measured on these sentences, by these
/// questions: figures of others would stand beside them as if they were of the same. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const EarlierCouncils> read_councils(const CouncilsQuestion& question,
                                                                   const std::stop_token& stop = {});

}  // namespace regard
