// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/step_switches.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using Kind = InterventionKind;

/// Behind the weights: what a head puts out, what attention writes.
bool acts_on_outputs(const Intervention& item) {
  if (item.kind == Kind::patch) return item.site == PatchSite::head_output || item.site == PatchSite::attention_output;
  return item.kind == Kind::ablate || item.kind == Kind::scale || item.kind == Kind::keep_only;
}

/// On scores and weights.
bool acts_in_heads(const Intervention& item) {
  switch (item.kind) {
    case Kind::mask:
    case Kind::add:
    case Kind::set_weight:
    case Kind::copy_pattern:
    case Kind::hide_tokens:
    case Kind::temperature:
    case Kind::attention:
      return true;
    case Kind::positions:
      return item.positioned.form == PositionForm::alibi;
    default:
      return false;
  }
}

}  // namespace

CutObstacle obstacle_to_cut(const LayerOf& of, std::size_t heads) {
  const ModelConfig& config = of.config();
  if (heads == 0 || config.queries_width(of.layer) % heads != 0) return CutObstacle::not_a_divisor;
  const Positions& positions = of.plan().positions;
  if (config.value_dim(of.layer) != config.head_dim(of.layer) && heads != config.heads(of.layer))
    return CutObstacle::widths;
  const bool biased = std::holds_alternative<Alibi>(positions) || std::holds_alternative<RelativeBias>(positions) ||
                      std::holds_alternative<Disentangled>(positions);
  if (of.crosses() || heads == config.heads(of.layer)) return CutObstacle::none;
  if (biased) return CutObstacle::bias;
  return of.plan().attention.sink ? CutObstacle::sink : CutObstacle::none;
}

std::vector<std::size_t> possible_cuts(const LayerOf& of) {
  std::vector<std::size_t> cuts;
  for (std::size_t heads = 1; heads <= of.config().queries_width(of.layer); ++heads)
    if (obstacle_to_cut(of, heads) == CutObstacle::none) cuts.push_back(heads);
  return cuts;
}

StepSwitches effective(const LayerOf& of, const StepSwitches& switches) {
  StepSwitches result;
  if (is_recut(of, switches)) result.heads = switches.heads;
  result.unscaled = switches.unscaled && scale_of_cut(of, heads_of(of, result)) != 1.0F;
  result.unmasked = switches.unmasked && closes_keys(of);
  return result;
}

bool changes(const LayerOf& of, const StepSwitches& switches) {
  return effective(of, switches) != StepSwitches{};
}

bool is_recut(const LayerOf& of, const StepSwitches& switches) {
  return switches.heads != of.config().heads(of.layer) && obstacle_to_cut(of, switches.heads) == CutObstacle::none;
}

std::size_t heads_of(const LayerOf& of, const StepSwitches& switches) {
  return is_recut(of, switches) ? switches.heads : of.config().heads(of.layer);
}

bool leaves_out_edits(const LayerOf& of, const StepSwitches& switches) {
  if (!changes(of, switches)) return false;
  const bool recut = is_recut(of, switches);
  const std::vector<Intervention>& list = of.part().request.interventions;
  return std::any_of(list.begin(), list.end(), [&](const Intervention& item) {
    return item.scope.layer.value_or(of.layer) == of.layer && (acts_on_outputs(item) || (recut && acts_in_heads(item)));
  });
}

bool divides_by_root(const LayerOf& of) {
  const float root = std::sqrt(static_cast<float>(of.config().head_dim(of.layer)));
  return std::abs(of.plan().attention.scale * root - 1.0F) < 1e-4F;
}

float scale_of_cut(const LayerOf& of, std::size_t heads) {
  const ModelConfig& config = of.config();
  if (heads == config.heads(of.layer) || !divides_by_root(of)) return of.plan().attention.scale;
  return 1.0F / std::sqrt(static_cast<float>(config.queries_width(of.layer) / heads));
}

bool closes_keys(const LayerOf& of) {
  const Trace& part = of.part();
  for (std::size_t query = 0; query < part.tokens(); ++query)
    if (allowed_keys(part, of.layer, query).count() < part.keys()) return true;
  return false;
}

}  // namespace regard
