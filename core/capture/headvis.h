// SPDX-License-Identifier: Apache-2.0
// Folders as HeadVis and Neuronpedia export heads: heads/L{layer}H{head}.json, each with sequences and the largest few weights of
// every row. The rest of a row is not there: rows do not sum to 1, and nothing is made up for it. For core/capture alone.
#pragma once

#include "core/capture/capture.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// One text and what of one head's weights on it was kept.
struct HeadvisSequence {
  std::vector<std::string> tokens{};
  struct Cell {
    std::size_t query = 0;
    std::size_t key = 0;
    float weight = 0.0F;
  };
  std::vector<Cell> cells{};
};

/// From the bytes of one head's file. Pure; fuzzed. Throws Error: json_*.
[[nodiscard]] std::vector<HeadvisSequence> parse_headvis(std::string_view json, const std::string& file);

/// The folder with files of heads: this one or its `heads`; empty where there is none.
[[nodiscard]] std::filesystem::path headvis_folder(const std::filesystem::path& path);

/// The text that most heads have (the first of several); it must be there for every head of a layer that any is there of. Throws
/// Error: json_*, capture_head (a head without it), capture_too_large.
[[nodiscard]] Capture open_headvis(const std::filesystem::path& folder);

}  // namespace regard
