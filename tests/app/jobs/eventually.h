// SPDX-License-Identifier: Apache-2.0
// Waits for another thread, not for ever.
#pragma once

#include <chrono>
#include <thread>

namespace regard::testing {

/// Whether the condition holds within 20 seconds.
template <class Condition>
[[nodiscard]] bool eventually(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace regard::testing
