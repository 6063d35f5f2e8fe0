// SPDX-License-Identifier: Apache-2.0
// The grid of one head with what its keys hand over taken into account, and rollout up to its layer. Made in background jobs. Pure; any
// thread. Formulas: core/analysis/value_weights.h, core/analysis/flow.h.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>

namespace regard {

enum class GridWeight {
  attention,  ///< A[i,j]
  value,      ///< A[i,j]·‖v_j‖, each row divided by its sum
  output,     ///< ‖A[i,j]·(v_j W_O)‖, likewise
  rollout,    ///< all heads and the stream, up to the head's layer; not of cross-attention
};
inline constexpr std::size_t grid_weights = 4;

struct ValueGridQuestion {
  std::shared_ptr<const Trace> trace{};  ///< of the request
  AttentionKind kind = AttentionKind::self;
  HeadRef head{};
  GridWeight weight = GridWeight::output;
  friend bool operator==(const ValueGridQuestion&, const ValueGridQuestion&) = default;
};

struct ValueGrid {
  ValueGridQuestion of{};
  Matrix attention{};              ///< [T, K] A of the head
  Matrix weights{};                ///< [T, K] what is asked for
  float largest = 1.0F;            ///< of `weights`
  float largest_attention = 1.0F;  ///< of `attention`
};
/// `give_way` is called between layers. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const ValueGrid> make_value_grid(const ValueGridQuestion& question,
                                                               const std::function<void()>& give_way = {},
                                                               const std::stop_token& stop = {});

}  // namespace regard
