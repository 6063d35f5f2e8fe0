// SPDX-License-Identifier: Apache-2.0
// The report of what is odd about a sentence and its run. Too slow for a frame: made in a background job. Pure; any thread. Formulas:
// core/analysis/anomalies.h.
#pragma once

#include "core/analysis/anomalies.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

/// The grids of longer texts are not made whole.
inline constexpr std::size_t longest_report = 2048;

struct AnomaliesQuestion {
  std::shared_ptr<const Trace> trace{};
  AttentionKind kind = AttentionKind::self;
  std::vector<bool> left_out{};  ///< [T] separators, which pairs are not told of
  friend bool operator==(const AnomaliesQuestion&, const AnomaliesQuestion&) = default;
};

/// Which tokens the tokenizer put around the text.
[[nodiscard]] std::vector<bool> separators(const Encoding& encoding);

/// A slot's answer. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const Anomalies> make_anomalies(const AnomaliesQuestion& question,
                                                              const std::function<void()>& give_way = {},
                                                              const std::stop_token& stop = {},
                                                              Progress* progress = nullptr);

}  // namespace regard
