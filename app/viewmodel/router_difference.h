// SPDX-License-Identifier: Apache-2.0
// What changed in a map of experts between the baseline (A) and the live text (B): B − A at the places of the live text's rows. Rows of
// tokens that only B has, and experts that only one of two models has, have no number. Pure; any thread.
#pragma once

#include "app/viewmodel/router_view.h"

#include <vector>

namespace regard {

struct RouterDifference {
  Matrix before{};   ///< [rows, cols] A's numbers; NaN: it has none there
  Matrix changes{};  ///< [rows, cols] B − A
  std::vector<bool>
      chosen_before{};  ///< [rows·cols] A's token goes through the expert; empty where rows are of no token
  float limit = 0.01F;  ///< largest |B − A|, at least the least scale
};
/// `live` was made of `snapshot`, which has a baseline that was run; `loads` are A's, and needed for a map of loads alone.
[[nodiscard]] RouterDifference make_router_difference(const RouterView& live, const Snapshot& snapshot,
                                                      const ExpertLoads* loads = nullptr);

}  // namespace regard
