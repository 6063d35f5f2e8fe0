// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/allowed_keys.h"

#include <algorithm>

namespace regard {

AllowedKeys allowed_of(const Trace& trace, HeadRef head, std::size_t query) {
  AllowedKeys result;
  result.range = allowed_keys(trace, head.layer, query);
  if (!trace.request.interventions.empty()) result.hidden = hidden_keys(trace, head, query, result.range);
  result.count = static_cast<double>(result.range.size()) -
                 static_cast<double>(std::count(result.hidden.begin(), result.hidden.end(), true));
  return result;
}

}  // namespace regard
