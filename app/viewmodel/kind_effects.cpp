// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/kind_effects.h"

#include "core/analysis/kinds.h"
#include "core/engine/engine.h"

#include <optional>
#include <utility>

namespace regard {
namespace {

/// The run as trained: itself, or made again where an intervention puts heads in a kind.
std::shared_ptr<const Trace> trained_run(const std::shared_ptr<const Trace>& trace, const std::stop_token& stop) {
  Request bare = without_kinds(trace->request);
  return bare == trace->request ? trace : run(trace->model, std::move(bare), trace, stop);
}

}  // namespace

Intervention in_kind(const HeadScope& scope, const KindOfAttention& kind) {
  Intervention item{.kind = InterventionKind::attention, .scope = scope};
  item.as = kind;
  return item;
}

std::shared_ptr<const KindEffects> make_kind_effects(const KindEffectsQuestion& question, const std::stop_token& stop) {
  const std::shared_ptr<const Trace> trained = trained_run(question.trace, stop);
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
