// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/position_effects.h"

#include "core/engine/engine.h"
#include "core/trace/switched_positions.h"

#include <optional>
#include <utility>

namespace regard {
namespace {

std::shared_ptr<const Trace> run_with_own_positions(const std::shared_ptr<const Trace>& trace,
                                                    const std::stop_token& stop) {
  Request bare = without_switched_positions(trace->request);
  return bare == trace->request ? trace : run(trace->model, std::move(bare), trace, stop);
}

}  // namespace

Intervention with_positions(const HeadScope& scope, const PositionSwitch& positions) {
  Intervention item{.kind = InterventionKind::positions, .scope = scope};
  item.positioned = positions;
  return item;
}

std::shared_ptr<const PositionEffects> make_position_effects(const PositionEffectsQuestion& question,
                                                             const std::stop_token& stop) {
  const std::shared_ptr<const Trace> trained = run_with_own_positions(question.trace, stop);
  std::vector<std::optional<Intervention>> items;
  for (const PositionSwitch& positions : question.switches)
    items.emplace_back(with_positions(question.scope, positions));
  return std::make_shared<const PositionEffects>(
      PositionEffects{question, make_item_effects(trained, items, question.position, stop)});
}

}  // namespace regard
