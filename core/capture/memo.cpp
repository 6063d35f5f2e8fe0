// SPDX-License-Identifier: Apache-2.0
#include "core/capture/memo.h"

#include <algorithm>

namespace regard {
namespace {

constexpr RowStatistics kUnknown{0.0F, -1.0F};

bool is_unknown(const RowStatistics& statistics) {
  return statistics.sum < 0.0F;
}

}  // namespace

std::span<const float> CaptureMemo::row(const HeadArray& array, std::size_t head, std::size_t row) {
  const std::lock_guard lock(mutex_);
  Matrix& copy = copies_[{&array, head}];
  if (copy.empty()) {
    copy = Matrix(array.rows(), array.cols());
    for (std::size_t each = 0; each < copy.rows; ++each)
      array.read(head, each, {0, copy.cols}, copy.row(each));
  }
  return std::as_const(copy).row(row);
}

std::vector<RowStatistics> CaptureMemo::statistics(std::pair<std::size_t, std::size_t> layer_and_head,
                                                   std::size_t tokens, Range rows, const Compute& compute) {
  std::vector<RowStatistics> known;
  {
    const std::lock_guard lock(mutex_);
    std::vector<RowStatistics>& all = statistics_[layer_and_head];
    all.resize(tokens, kUnknown);
    known.assign(all.begin() + static_cast<std::ptrdiff_t>(rows.begin),
                 all.begin() + static_cast<std::ptrdiff_t>(rows.end));
  }
  const auto first = std::find_if(known.begin(), known.end(), is_unknown);
  if (first == known.end()) return known;
  const auto last = std::find_if(known.rbegin(), known.rend(), is_unknown).base();
  const std::size_t begin = rows.begin + static_cast<std::size_t>(first - known.begin());
  const std::vector<RowStatistics> made = compute({begin, begin + static_cast<std::size_t>(last - first)});
  std::copy(made.begin(), made.end(), first);
  const std::lock_guard lock(mutex_);
  std::copy(made.begin(), made.end(), statistics_[layer_and_head].begin() + static_cast<std::ptrdiff_t>(begin));
  return known;
}

}  // namespace regard
