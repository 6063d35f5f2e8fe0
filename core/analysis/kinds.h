// SPDX-License-Identifier: Apache-2.0
// Heads of a run in other kinds of attention (core/trace/kind_of_attention.h): which keys stay open in them, and what stands against
// them. Pure; any thread.
#pragma once

#include "core/trace/kind_obstacle.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <vector>

namespace regard {

/// Which keys queries may look at.
struct OpenCells {
  std::size_t queries = 0, keys = 0;
  std::vector<bool> open{};  ///< [queries · keys]
  [[nodiscard]] bool operator()(std::size_t query, std::size_t key) const { return open[query * keys + key]; }
  [[nodiscard]] std::size_t count(std::size_t query) const;
};
/// Those that causality, the layer's window, interventions (but for `attention`) and the kind's places leave.
[[nodiscard]] OpenCells open_cells(const Trace& trace, HeadRef head, const KindOfAttention& kind);

/// What stands against a head of a run in a kind, whatever kind an intervention puts it in.
[[nodiscard]] KindObstacle obstacle_to_kind(const Trace& trace, HeadRef head, const KindOfAttention& kind);

/// The same request as if no intervention put heads in another kind.
[[nodiscard]] Request without_kinds(const Request& request);

}  // namespace regard
