// SPDX-License-Identifier: Apache-2.0
// The layer on show cut into other numbers of heads. Made in a background job. Pure; any thread.
#pragma once

#include "app/viewmodel/kinds_view.h"
#include "core/analysis/head_cuts.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

struct HeadCutsQuestion {
  std::shared_ptr<const Trace> trace{};  ///< of the request; its longest text has at most longest_kinds tokens
  AttentionKind attention = AttentionKind::self;
  std::size_t layer = 0;
  friend bool operator==(const HeadCutsQuestion&, const HeadCutsQuestion&) = default;
};

struct HeadCuts {
  HeadCutsQuestion of{};
  std::vector<HeadCut> cuts{};
  HeadCutObstacle obstacle = HeadCutObstacle::none;  ///< why there is no other number of heads
  bool edits_left_out = false;  ///< interventions of the run that are not in the pictures of other numbers
};

/// usual_cuts(). Throws Cancelled.
[[nodiscard]] std::shared_ptr<const HeadCuts> make_head_cuts(const HeadCutsQuestion& question,
                                                             const std::stop_token& stop = {});

}  // namespace regard
