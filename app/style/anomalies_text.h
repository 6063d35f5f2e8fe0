// SPDX-License-Identifier: Apache-2.0
// The report of anomalies in words, in the language chosen. The window and the files say the same. UI thread only.
#pragma once

#include "core/analysis/anomalies.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// One finding, and where it can be seen.
struct AnomalyLine {
  std::string text{};
  std::string detail{};  ///< less important; may be empty
  std::optional<HeadRef> head{};
  std::optional<std::size_t> query{}, key{};  ///< tokens of the texts that ask and are asked
};

struct AnomalySection {
  std::string id{};  ///< "sinks"
  std::string title{};
  std::string about{};  ///< what is counted, with its limits
  std::string count{};  ///< how much of it there is
  std::vector<AnomalyLine> lines{};
};

/// How tokens and heads are called.
struct AnomalyNames {
  std::vector<std::string> queries{}, keys{};
  std::function<std::string(HeadRef)> head{};
};

/// All kinds, also those of which there is nothing: then `count` says so.
[[nodiscard]] std::vector<AnomalySection> anomaly_sections(const Anomalies& found, const AnomalyNames& names,
                                                           bool crosses, const AnomalyLimits& limits = {});

}  // namespace regard
