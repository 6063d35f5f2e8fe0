// SPDX-License-Identifier: Apache-2.0
// The keys that one query of a head may look at: what causality, window and interventions leave. Pure; any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <vector>

namespace regard {

struct AllowedKeys {
  Range range{};
  std::vector<bool> hidden{};  ///< of the range; empty: none
  double count = 0.0;

  [[nodiscard]] bool has(std::size_t key) const {
    return range.contains(key) && (hidden.empty() || !hidden[key - range.begin]);
  }
  /// Weight of one key for a head that looks at all of them alike.
  [[nodiscard]] double share(std::size_t key) const { return has(key) ? 1.0 / count : 0.0; }
};
[[nodiscard]] AllowedKeys allowed_of(const Trace& trace, HeadRef head, std::size_t query);

}  // namespace regard
