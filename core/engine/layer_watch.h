// SPDX-License-Identifier: Apache-2.0
// Who wants to see a slow run grow, or to let others run in the middle of it: told after each layer, on the thread of the run, while the
// run waits.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <functional>

namespace regard {

/// Hears of the runs that this thread makes while it lives; one inside another's life hears instead of it.
class LayerWatch {
public:
  /// `unfinished` holds all rows of the layers up to `layer`; what follows is not there yet. It is gone after the call. Null where
  /// several texts are computed together (run_variants), which keep no layers. What it throws ends the run.
  using Listener = std::function<void(const Trace* unfinished, std::size_t layer)>;

  explicit LayerWatch(Listener listener);
  ~LayerWatch();
  LayerWatch(const LayerWatch&) = delete;
  LayerWatch& operator=(const LayerWatch&) = delete;

  /// Called by the engine.
  static void tell(const Trace* unfinished, std::size_t layer);

private:
  Listener listener_;
  LayerWatch* before_;
};

}  // namespace regard
