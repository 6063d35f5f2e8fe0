// SPDX-License-Identifier: Apache-2.0
// One loop over a range, shared among the processor's cores.
#pragma once

#include <cstddef>
#include <functional>

namespace regard {

/// Calls body(begin, end) for pieces that together cover [0, count) once each, in any order, possibly at the same time;
/// a piece has at least `grain` steps (the last one may have fewer), so short ranges stay on the calling thread.
/// There are at most `pieces_per_thread` for each core: many leave little to wait for when a thread is interrupted, few let a
/// body make more of what it has read.
/// Returns when all are done. The first exception of a piece is thrown again here.
/// A loop that starts while another one runs stays on its own thread.
void parallel_for(std::size_t count, std::size_t grain,
                  const std::function<void(std::size_t begin, std::size_t end)>& body,
                  std::size_t pieces_per_thread = 4);

}  // namespace regard
