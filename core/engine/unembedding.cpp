// SPDX-License-Identifier: Apache-2.0
#include "core/engine/activation.h"
#include "core/engine/forward.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <utility>

namespace regard {

Matrix last_states(const Model& model, ConstRows residual, const std::stop_token& stop) {
  const Weights& w = *model.weights;
  Matrix states(residual.count, residual.width);
  normalise(residual, w.final_norm, model.config.norm_epsilon, all_rows(states));
  if (w.output_projection.weight.empty()) return states;
  Matrix narrow(residual.count, model.config.table_width());
  project(all_rows(std::as_const(states)), w.output_projection, all_rows(narrow), stop);
  return narrow;
}

Matrix unembed(const Model& model, ConstRows residual, const std::stop_token& stop) {
  const Weights& w = *model.weights;
  const ModelConfig& config = model.config;
  if (!config.has_lm_head) return {};
  Matrix states = last_states(model, residual, stop);
  for (float& value : states.values)
    value *= config.logit_scale;
  if (config.head_activation) {
    Matrix transformed(residual.count, w.head_transform.weight.rows());
    project(all_rows(std::as_const(states)), w.head_transform, all_rows(transformed), stop);
    activate(*config.head_activation, all_rows(transformed));
    normalise(all_rows(std::as_const(transformed)), w.head_norm, config.norm_epsilon, all_rows(transformed));
    states = std::move(transformed);
  }
  Matrix logits(residual.count, config.vocabulary);
  project(all_rows(std::as_const(states)), w.unembedding, all_rows(logits), stop);
  if (config.logit_cap != 0.0F) soft_cap(config.logit_cap, all_rows(logits));
  return logits;
}

}  // namespace regard
