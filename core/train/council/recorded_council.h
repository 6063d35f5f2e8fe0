// SPDX-License-Identifier: Apache-2.0
// council.json: by what recipe a council learns, how far it is, and what its questions found at the steps at which they were asked. Plain
// values; any thread.
#pragma once

#include "core/train/council/council.h"
#include "core/train/council/council_scores.h"

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard::train {

inline constexpr const char* kCouncilFile = "council.json";

/// What became of a council at a step.
struct CouncilPoint {
  std::size_t step = 0;
  GuidedLosses losses{};  ///< of the parameters of this step, on sentences to learn from; 0 behind the last step
  std::optional<CouncilScores> scores{};  ///< on sentences held out, where they were measured
};

struct RecordedCouncil {
  CouncilRecipe recipe{};
  std::size_t steps = 0;                   ///< that were made
  std::array<std::size_t, 2> sentences{};  ///< [kTreeLanguages] held out: those that the scores are of
  std::vector<std::string> questions{};    ///< relations, in the order of the scores
  std::vector<CouncilPoint> points{};      ///< in the order of their steps
};

/// One object; every number to the last bit, and back. Of questions without scores nothing is kept.
[[nodiscard]] std::string council_json(const RecordedCouncil& council);
/// From the bytes of council.json. Pure; fuzzed. Throws Error: json_*, session_version (a newer program wrote it).
[[nodiscard]] RecordedCouncil parse_council(std::string_view json, const std::string& file);
/// Of a folder. Throws those of read_file(), too.
[[nodiscard]] RecordedCouncil load_council(const std::filesystem::path& folder);

}  // namespace regard::train
