// SPDX-License-Identifier: Apache-2.0
// What all heads get by a person's rules, in finished numbers, for the view and its export. Any thread.
#pragma once

#include "core/analysis/detectors.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// One detector, all heads.
struct DetectorReport {
  Detector rule{};
  std::size_t queries = 0, keys = 0;  ///< as DetectorScores has them
  std::vector<Measure> heads{};       ///< [heads of the model]
  std::vector<std::size_t> best{};    ///< heads with rows, the largest value first

  [[nodiscard]] const Measure& leader() const { return heads[best.front()]; }
};
struct DetectorReports {
  std::size_t layers = 0, heads = 0;  ///< heads of a layer
  std::vector<DetectorReport> detectors{};

  [[nodiscard]] HeadRef head_at(std::size_t index) const { return {index / heads, index % heads}; }
};

/// Throws Error: those of load_detectors(), load_corpus() and measure_detectors(); Cancelled.
[[nodiscard]] DetectorReports make_detectors(const std::shared_ptr<const Model>& model,
                                             const std::filesystem::path& corpus, const std::filesystem::path& rules,
                                             const Pace& pace = {});

}  // namespace regard
