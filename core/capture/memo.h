// SPDX-License-Identifier: Apache-2.0
// What was copied or computed of a captured run because somebody looked at it; grows with what is shown. Any thread.
#pragma once

#include "core/base/matrix.h"
#include "core/base/row_statistics.h"
#include "core/capture/array.h"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace regard {

class CaptureMemo {
public:
  /// A row of one head of an array (which lives as long as this), as float32; valid as long as this lives.
  [[nodiscard]] std::span<const float> row(const HeadArray& array, std::size_t head, std::size_t row);

  /// Of rows [rows) of a head: those that are not known are asked for with compute(first to last such row), [its size()].
  using Compute = std::function<std::vector<RowStatistics>(Range rows)>;
  [[nodiscard]] std::vector<RowStatistics> statistics(std::pair<std::size_t, std::size_t> layer_and_head,
                                                      std::size_t tokens, Range rows, const Compute& compute);

private:
  std::mutex mutex_{};
  std::map<std::pair<const HeadArray*, std::size_t>, Matrix> copies_{};
  std::map<std::pair<std::size_t, std::size_t>, std::vector<RowStatistics>> statistics_{};  ///< sum < 0: not known
};

}  // namespace regard
