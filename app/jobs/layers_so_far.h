// SPDX-License-Identifier: Apache-2.0
// While a slow run goes on, the overview of what is shown already takes over its layers, from the top. Private to app/jobs.
#pragma once

#include "app/viewmodel/snapshot.h"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

/// Belongs to one run, used on its thread.
class LayersSoFar {
public:
  using Clock = std::chrono::steady_clock;
  /// `shown`: what the window shows; `publish` is given a copy of it whose first rows are those of the run, marked as pending.
  LayersSoFar(std::function<std::shared_ptr<const Snapshot>()> shown,
              std::function<void(std::shared_ptr<Snapshot>)> publish, std::stop_token stop);

  /// A layer is complete. Publishes unless it did so a moment ago or it was the last layer. Throws Cancelled.
  void add(const Trace& unfinished, std::size_t layer);

private:
  std::function<std::shared_ptr<const Snapshot>()> shown_;
  std::function<void(std::shared_ptr<Snapshot>)> publish_;
  std::stop_token stop_;
  std::vector<std::vector<Thumbnail>> pictures_{};  ///< [layers so far][heads]; empty where a layer was taken over
  std::size_t first_ = 0;                           ///< the first layer without pictures
  Clock::time_point published_{};
};

}  // namespace regard
