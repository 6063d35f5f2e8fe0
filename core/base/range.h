// SPDX-License-Identifier: Apache-2.0
// A half-open range of positions. A plain value.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace regard {

/// The end of a range that goes as far as there is something.
inline constexpr std::size_t kToEnd = std::numeric_limits<std::size_t>::max();

/// Half-open range of positions.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] bool contains(std::size_t position) const { return begin <= position && position < end; }
  friend bool operator==(const Range&, const Range&) = default;
};

/// What both hold; empty where they do not meet.
[[nodiscard]] inline Range intersection(const Range& one, const Range& other) {
  const std::size_t begin = std::max(one.begin, other.begin);
  return {begin, std::max(begin, std::min(one.end, other.end))};
}

}  // namespace regard
