// SPDX-License-Identifier: Apache-2.0
#include "core/trace/allowed_keys.h"

#include <algorithm>

namespace regard {

AllowedKeys AllowedKeys::within(Range keys) const {
  const auto moved = [&](Range part) {
    return Range{std::clamp(part.begin, keys.begin, keys.end) - keys.begin,
                 std::clamp(part.end, keys.begin, keys.end) - keys.begin};
  };
  return {moved(first), moved(window)};
}

AllowedKeys allowed_keys(const KeyWindow& window, bool causal, std::size_t query, std::size_t keys) {
  const std::size_t end = causal ? query + 1 : keys;
  if (window.width == 0) return {.window = {0, end}};
  const std::size_t begin = query + 1 > window.width ? query + 1 - window.width : 0;
  const std::size_t window_end = std::min(end, query + window.width);
  const std::size_t kept = std::min(window.first_keys, end);
  if (kept >= begin) return {.window = {0, std::max(kept, window_end)}};  // they touch
  return {.first = {0, kept}, .window = {begin, window_end}};
}

}  // namespace regard
