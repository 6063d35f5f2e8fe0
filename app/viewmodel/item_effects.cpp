// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/item_effects.h"

#include "app/viewmodel/effect_view.h"
#include "core/analysis/effect.h"
#include "core/engine/engine.h"
#include "core/engine/variants.h"
#include "core/trace/kind_obstacle.h"

#include <utility>

namespace regard {
namespace {

std::vector<PredictedToken> predicted(const Model& model, std::span<const float> logits) {
  std::vector<PredictedToken> tokens;
  for (const Prediction& one : most_probable(logits, effect_tokens))
    tokens.push_back({token_text(model, one.id), static_cast<double>(one.probability)});
  return tokens;
}

}  // namespace

std::shared_ptr<const Trace> run_as(const std::shared_ptr<const Trace>& trace, Request request,
                                    const std::stop_token& stop) {
  return request == trace->request ? trace : run(trace->model, std::move(request), trace, stop);
}

std::optional<Error> complaint_about(const ModelConfig& config, Request request, const Intervention& item) {
  const std::size_t number = request.interventions.size();
  if (std::optional<Error> why = complaint(item, number, config, request.ids.size())) return why;
  request.interventions.push_back(item);
  // A kind of attention that stands already may not go with it.
  for (std::size_t each = 0; each <= number; ++each)
    if (std::optional<Error> why = kind_complaint(config, request, each)) return why;
  return std::nullopt;
}

ItemEffects make_item_effects(const std::shared_ptr<const Trace>& trace,
                              std::span<const std::optional<Intervention>> items, std::size_t position,
                              const std::stop_token& stop) {
  const Model& model = *trace->model;
  ItemEffects result;
  std::vector<std::vector<Intervention>> variants{{}};  // the first one changes nothing
  std::vector<std::size_t> rows;
  for (const std::optional<Intervention>& item : items) {
    ItemEffect effect;
    if (item) effect.refused = complaint_about(model.config, trace->request, *item);
    const bool runs = item && !effect.refused;
    rows.push_back(runs ? variants.size() : 0);
    if (runs) variants.push_back({*item});
    result.each.push_back(std::move(effect));
  }
  const std::size_t positions[] = {position};
  const Matrix logits = logits_of(model, run_variants(trace, variants, positions, stop), stop);
  result.before = predicted(model, logits.row(0));
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (rows[at] == 0) continue;
    result.each[at].divergence = divergence(logits.row(0), logits.row(rows[at]));
    result.each[at].after = predicted(model, logits.row(rows[at]));
  }
  return result;
}

}  // namespace regard
