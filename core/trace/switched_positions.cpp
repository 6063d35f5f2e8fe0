// SPDX-License-Identifier: Apache-2.0
#include "core/trace/switched_positions.h"

#include "core/model/rope_stretch.h"
#include "core/trace/trace.h"

#include <algorithm>
#include <array>
#include <vector>

namespace regard {
namespace {

using Obstacle = PositionObstacle;

constexpr std::array<std::string_view, position_obstacles> kPositionObstacles{
    "none",    "in_stream",  "shared_keys", "shared_layers", "not_rotary", "scaled",
    "picture", "too_narrow", "own",         "recurrent",     "linear"};

bool replaces(PositionForm form) {
  return form == PositionForm::none || form == PositionForm::alibi;
}

Obstacle as_obstacle(StretchObstacle obstacle) {
  switch (obstacle) {
    case StretchObstacle::scaled:
      return Obstacle::scaled;
    case StretchObstacle::picture:
      return Obstacle::picture;
    case StretchObstacle::too_narrow:
      return Obstacle::too_narrow;
    default:
      return Obstacle::none;
  }
}

Obstacle obstacle_to_turning(const Rotary& rotary, PositionForm form) {
  if (rotary.two_axes) return Obstacle::picture;
  return is_stretch(form) ? as_obstacle(obstacle_to_stretch(rotary)) : Obstacle::none;
}

bool shares_keys(const ModelConfig& config, std::size_t layer) {
  return config.kv_heads(layer) < config.heads(layer) ||
         (config.plans[layer].attention.latent.has_value() && config.heads(layer) > 1);
}

bool shares_keys_with_layers(const ModelConfig& config, std::size_t layer) {
  return config.plans[layer].attention.keys_of.has_value() ||
         std::ranges::any_of(config.plans, [&](const LayerPlan& other) { return other.attention.keys_of == layer; });
}

/// Of one layer that the scope covers.
Obstacle obstacle_in(const ModelConfig& config, std::size_t layer, const HeadScope& scope, PositionForm form) {
  const LayerPlan& plan = config.plans[layer];
  const auto* rotary = std::get_if<Rotary>(&plan.positions);
  if (!has_softmax(plan)) return scope.layer || form == PositionForm::alibi ? Obstacle::recurrent : Obstacle::none;
  if (!replaces(form) && rotary == nullptr) return scope.layer ? Obstacle::not_rotary : Obstacle::none;
  if (rotary != nullptr && scope.head && shares_keys(config, layer)) return Obstacle::shared_keys;
  if (rotary != nullptr && scope.layer && shares_keys_with_layers(config, layer)) return Obstacle::shared_layers;
  if (!replaces(form)) return obstacle_to_turning(*rotary, form);
  const bool embedded = !std::holds_alternative<NoPositions>(config.embedded_positions);
  if (scope.layer && embedded && std::holds_alternative<NoPositions>(plan.positions)) return Obstacle::in_stream;
  if (form == PositionForm::none) return Obstacle::none;
  if (plan.attention.linear) return Obstacle::linear;
  if (config.patches) return Obstacle::picture;
  return std::holds_alternative<Alibi>(plan.positions) ? Obstacle::own : Obstacle::none;
}

bool any_turns(const ModelConfig& config) {
  return std::ranges::any_of(config.plans, [](const LayerPlan& plan) {
    return has_softmax(plan) && std::holds_alternative<Rotary>(plan.positions);
  });
}

}  // namespace

std::string_view name_of(PositionObstacle obstacle) {
  return kPositionObstacles[static_cast<std::size_t>(obstacle)];
}

FoundPositionObstacle obstacle_to_positions(const ModelConfig& config, const HeadScope& scope,
                                            const PositionSwitch& positions) {
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    if (scope.layer.value_or(layer) != layer) continue;
    const Obstacle obstacle = obstacle_in(config, layer, scope, positions.form);
    if (obstacle != Obstacle::none) return {obstacle, {layer, scope.head.value_or(0)}};
  }
  if (!replaces(positions.form) && !any_turns(config)) return {Obstacle::not_rotary, {}};
  return {};
}

std::optional<PositionSwitch> switched_positions(std::span<const Intervention> list, HeadRef head) {
  std::optional<PositionSwitch> switched;
  for (const Intervention& item : list)
    if (item.kind == InterventionKind::positions && item.scope.covers(head)) switched = item.positioned;
  return switched;
}

bool are_replaced(const std::optional<PositionSwitch>& switched) {
  return switched && replaces(switched->form);
}

std::optional<Rotary> turning_of(const ModelConfig& config, std::span<const Intervention> list, HeadRef head) {
  const auto* trained = std::get_if<Rotary>(&config.plans[head.layer].positions);
  const std::optional<PositionSwitch> switched = switched_positions(list, head);
  if (trained == nullptr || are_replaced(switched)) return std::nullopt;
  Rotary rotary = *trained;
  if (!switched) return rotary;
  switch (switched->form) {
    case PositionForm::base:
      rotary.rope.base = switched->number;
      break;
    case PositionForm::share:
      rotary.rope.turned = static_cast<std::size_t>(switched->number * static_cast<float>(rotary.width / 2));
      break;
    case PositionForm::linear:
      stretch_rope(rotary, StretchMethod::linear, switched->number, config.context);
      break;
    case PositionForm::ntk:
      stretch_rope(rotary, StretchMethod::ntk, switched->number, config.context);
      break;
    case PositionForm::yarn:
      stretch_rope(rotary, StretchMethod::yarn, switched->number, config.context);
      break;
    default:
      break;
  }
  return rotary;
}

bool without_embedded_positions(std::span<const Intervention> list) {
  return without_positions(list) || std::ranges::any_of(list, [](const Intervention& item) {
           return item.kind == InterventionKind::positions && !item.scope.layer && replaces(item.positioned.form);
         });
}

bool moves_positions(const Intervention& item) {
  return item.kind == InterventionKind::positions || item.kind == InterventionKind::shift_positions ||
         item.kind == InterventionKind::no_positions;
}

Request without_switched_positions(const Request& request) {
  Request bare = request;
  std::erase_if(bare.interventions, [](const Intervention& item) { return item.kind == InterventionKind::positions; });
  return bare;
}

}  // namespace regard
