// SPDX-License-Identifier: Apache-2.0
// Work that may have one core and no more.
#pragma once

namespace regard {

/// As long as this lives, loops of parallel_for() that start on this thread stay on it.
class OnOneThread {
public:
  OnOneThread();
  ~OnOneThread();
  OnOneThread(const OnOneThread&) = delete;
  OnOneThread& operator=(const OnOneThread&) = delete;
};

}  // namespace regard
