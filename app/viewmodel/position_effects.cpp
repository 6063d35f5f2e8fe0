// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/position_effects.h"

#include "core/trace/switched_positions.h"

#include <optional>
#include <vector>

namespace regard {
Intervention with_positions(const HeadScope& scope, const PositionSwitch& positions) {
  Intervention item{.kind = InterventionKind::positions, .scope = scope};
  item.positioned = positions;
  return item;
}

std::shared_ptr<const PositionEffects> make_position_effects(const PositionEffectsQuestion& question,
                                                             const std::stop_token& stop) {
  const std::shared_ptr<const Trace> trained =
      run_as(question.trace, without_switched_positions(question.trace->request), stop);
  std::vector<std::optional<Intervention>> items;
  for (const PositionSwitch& positions : question.switches)
    items.emplace_back(with_positions(question.scope, positions));
  return std::make_shared<const PositionEffects>(
      PositionEffects{question, make_item_effects(trained, items, question.position, stop)});
}

}  // namespace regard
