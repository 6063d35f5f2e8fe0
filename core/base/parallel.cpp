// SPDX-License-Identifier: Apache-2.0
#include "core/base/parallel.h"

#include <algorithm>

#ifdef _OPENMP
#include <omp.h>
#include <exception>
#include <mutex>
#endif

namespace regard {

void parallel_for(std::size_t count, std::size_t grain, const std::function<void(std::size_t, std::size_t)>& body) {
  if (count == 0) return;
#ifdef _OPENMP
  const auto threads = static_cast<std::size_t>(std::max(1, omp_get_max_threads()));
  const std::size_t pieces = std::min(threads, count / std::max<std::size_t>(grain, 1));
  if (pieces > 1 && omp_in_parallel() == 0) {
    std::exception_ptr failure;
    std::mutex failure_mutex;
#pragma omp parallel for schedule(static) num_threads(static_cast <int>(pieces))
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      try {
        body(count * piece / pieces, count * (piece + 1) / pieces);
      } catch (...) {  // must not leave the OpenMP region
        const std::lock_guard lock(failure_mutex);
        if (!failure) failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    return;
  }
#else
  static_cast<void>(grain);
#endif
  body(0, count);
}

}  // namespace regard
