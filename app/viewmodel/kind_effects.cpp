// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/kind_effects.h"

#include "core/analysis/kinds.h"

#include <optional>
#include <utility>

namespace regard {
Intervention in_kind(const HeadScope& scope, const KindOfAttention& kind) {
  Intervention item{.kind = InterventionKind::attention, .scope = scope};
  item.as = kind;
  return item;
}

std::shared_ptr<const KindEffects> make_kind_effects(const KindEffectsQuestion& question, const std::stop_token& stop) {
  const std::shared_ptr<const Trace> trained = run_as(question.trace, without_kinds(question.trace->request), stop);
  std::vector<std::optional<Intervention>> items;
  for (const KindOfAttention& kind : question.kinds)
    items.push_back(is_own_kind(kind.form) ? std::nullopt : std::optional(in_kind(question.scope, kind)));
  ItemEffects made = make_item_effects(trained, items, question.position, stop);
  KindEffects result{question, std::move(made.before), {}};
  for (std::size_t at = 0; at < items.size(); ++at) {
    ItemEffect& effect = made.each[at];
    result.effects.push_back(
        {question.kinds[at], std::move(effect.refused), effect.divergence, std::move(effect.after)});
  }
  return std::make_shared<const KindEffects>(std::move(result));
}

}  // namespace regard
