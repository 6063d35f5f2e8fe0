// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/head_cuts_view.h"

namespace regard {

std::shared_ptr<const HeadCuts> make_head_cuts(const HeadCutsQuestion& question, const std::stop_token& stop) {
  const LayerOf of{*question.trace, question.attention, question.layer};
  HeadCuts result{.of = question};
  const std::size_t own = of.config().heads(of.layer);
  result.obstacle = obstacle_to_heads(of, own);
  if (result.obstacle == HeadCutObstacle::none) result.obstacle = obstacle_to_heads(of, own == 1 ? 2 : 1);
  if (result.obstacle == HeadCutObstacle::not_a_divisor) result.obstacle = HeadCutObstacle::none;
  const std::vector<std::size_t> counts = usual_cuts(of);
  result.cuts = head_cuts(of, counts, stop);
  for (const std::size_t heads : counts)
    if (leaves_out_edits(of, {.heads = heads})) result.edits_left_out = true;
  return std::make_shared<const HeadCuts>(std::move(result));
}

}  // namespace regard
