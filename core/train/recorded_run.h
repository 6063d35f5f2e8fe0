// SPDX-License-Identifier: Apache-2.0
// training.json: by what recipe a learner learns, how far it is, and its curves. With the checkpoints beside it, it is a run that can be
// looked at again without learning anything. Plain values; any thread.
#pragma once

#include "core/train/curves.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard::train {

inline constexpr const char* kRunFile = "training.json";

struct RecordedRun {
  Recipe recipe{};
  std::size_t steps = 0;             ///< that were made
  std::vector<CurvePoint> points{};  ///< in the order of their steps
};

/// Every number to the last bit, and back.
[[nodiscard]] std::string run_json(const RecordedRun& run);
/// From the bytes of training.json. Pure; fuzzed. Throws Error: json_*, session_version (a newer program wrote it), training_value.
[[nodiscard]] RecordedRun parse_run(std::string_view json, const std::string& file);
/// Of a folder. Throws those of read_file(), too.
[[nodiscard]] RecordedRun load_run(const std::filesystem::path& folder);

/// The steps whose models lie in the folder of a run, in order.
[[nodiscard]] std::vector<std::size_t> checkpoints_of(const std::filesystem::path& folder);
/// Where that of a step lies: folder/step-000300.
[[nodiscard]] std::filesystem::path checkpoint_folder(const std::filesystem::path& folder, std::size_t step);

}  // namespace regard::train
