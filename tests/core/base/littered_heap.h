// SPDX-License-Identifier: Apache-2.0
// What a thread leaves in its part of malloc's memory: much that is freed, between little that is in use.
#pragma once

#include "tests/core/base/sanitizers.h"

#include <cstddef>
#include <cstdlib>  // defines __GLIBC__
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace regard::testing {

#if defined(__GLIBC__)
inline constexpr bool has_another_malloc = sanitized;
#else
inline constexpr bool has_another_malloc = true;
#endif

/// Bytes of memory that this process has now.
[[nodiscard]] inline std::size_t resident_bytes() {
  constexpr std::size_t page = 4096;
  std::ifstream stream("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  stream >> all >> resident;
  return resident * page;
}

/// Call litter() in a thread that has not allocated much before; what is in use lives as long as this.
class LitteredHeap {
public:
  static constexpr std::size_t bytes = std::size_t{64} << 20;

  void litter() {
    constexpr std::size_t piece = std::size_t{64} << 10;
    std::vector<std::unique_ptr<std::string>> pieces;
    for (std::size_t count = 0; count < bytes / piece; ++count) {
      pieces.push_back(std::make_unique<std::string>(piece, 'x'));
      in_use_.push_back(std::make_unique<char>('x'));
    }
  }
  /// Does the process still have most of what was freed?
  [[nodiscard]] bool is_kept() const { return resident_bytes() > before_ + bytes * 3 / 4; }
  [[nodiscard]] bool is_gone() const { return resident_bytes() < before_ + bytes / 4; }

private:
  std::size_t before_ = resident_bytes();
  std::vector<std::unique_ptr<char>> in_use_{};
};

}  // namespace regard::testing
