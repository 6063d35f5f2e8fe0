// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/kind_effects.h"

#include "app/viewmodel/effect_view.h"
#include "core/analysis/effect.h"
#include "core/analysis/kinds.h"
#include "core/engine/engine.h"
#include "core/engine/variants.h"

#include <span>
#include <utility>

namespace regard {
namespace {

std::vector<PredictedToken> predicted(const Model& model, std::span<const float> logits) {
  std::vector<PredictedToken> tokens;
  for (const Prediction& one : most_probable(logits, kind_effect_tokens))
    tokens.push_back({token_text(model, one.id), static_cast<double>(one.probability)});
  return tokens;
}

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

std::optional<Error> complaint_about(const ModelConfig& config, Request request, const Intervention& item) {
  const std::size_t number = request.interventions.size();
  if (std::optional<Error> why = complaint(item, number, config, request.ids.size())) return why;
  request.interventions.push_back(item);
  return kind_complaint(config, request, number);
}

std::shared_ptr<const KindEffects> make_kind_effects(const KindEffectsQuestion& question, const std::stop_token& stop) {
  const std::shared_ptr<const Trace> trained = trained_run(question.trace, stop);
  const Model& model = *trained->model;
  KindEffects result{question, {}, {}};
  std::vector<std::vector<Intervention>> variants{{}};  // the first one changes nothing
  std::vector<std::size_t> rows;
  for (const KindOfAttention& kind : question.kinds) {
    KindEffect effect{.kind = kind};
    const Intervention item = in_kind(question.scope, kind);
    if (!is_own_kind(kind.form)) effect.refused = complaint_about(model.config, trained->request, item);
    const bool runs = !is_own_kind(kind.form) && !effect.refused;
    rows.push_back(runs ? variants.size() : 0);
    if (runs) variants.push_back({item});
    result.effects.push_back(std::move(effect));
  }
  const std::size_t positions[] = {question.position};
  const Matrix logits = logits_of(model, run_variants(trained, variants, positions, stop), stop);
  result.before = predicted(model, logits.row(0));
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (rows[at] == 0) continue;
    result.effects[at].divergence = divergence(logits.row(0), logits.row(rows[at]));
    result.effects[at].after = predicted(model, logits.row(rows[at]));
  }
  return std::make_shared<const KindEffects>(std::move(result));
}

}  // namespace regard
