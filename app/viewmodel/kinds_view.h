// SPDX-License-Identifier: Apache-2.0
// The head on show through several kinds of attention, and what they cost. Made in background jobs, but for kind_picture(). Pure; any
// thread.
#pragma once

#include "app/viewmodel/views.h"
#include "core/analysis/kind_report.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

/// Longer texts are not shown so: every kind is a whole grid.
inline constexpr std::size_t longest_kinds = window_units;

struct KindsQuestion {
  std::shared_ptr<const Trace> trace{};  ///< of the request
  AttentionKind attention = AttentionKind::self;
  HeadRef head{};
  std::vector<KindOfAttention> kinds{};
  friend bool operator==(const KindsQuestion&, const KindsQuestion&) = default;
};
/// What the session shows; the snapshot has a trace.
[[nodiscard]] KindsQuestion kinds_question(const Snapshot& snapshot, const Session& session);

struct KindsAnswer {
  KindsQuestion of{};
  std::vector<KindReport> reports{};  ///< [kinds]
};
/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const KindsAnswer> make_kinds(const KindsQuestion& question,
                                                            const std::stop_token& stop = {});

struct KindCostsQuestion {
  std::vector<KindOfAttention> kinds{};
  HeadShape shape{};
  friend bool operator==(const KindCostsQuestion&, const KindCostsQuestion&) = default;
};
struct KindCosts {
  KindCostsQuestion of{};
  std::vector<std::vector<KindCost>> curves{};  ///< [kinds][cost_lengths()]
};
/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const KindCosts> make_kind_costs(const KindCostsQuestion& question,
                                                               const std::stop_token& stop = {});

/// Was the model trained with this kind, or is it the same function?
[[nodiscard]] bool is_trained_kind(KindForm form);

/// A kind's numbers by the units of a grid: summed over the pieces that are looked at, averaged over those that ask. Nothing is
/// renormalised, whatever is hidden.
struct KindPicture {
  Matrix values{};             ///< [rows, cols]; NaN in tiles of flash that are still to come
  std::vector<bool> masked{};  ///< [rows · cols] of keys that the kind closes
  std::vector<float> sinks{};  ///< [rows]; empty: the head has none
};
/// `tiles`: of flash, how many are done; none: all. The report has no obstacle.
[[nodiscard]] KindPicture kind_picture(const KindReport& report, const Axis& rows, const Axis& cols,
                                       std::optional<std::size_t> tiles = {});

}  // namespace regard
