// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/positions.h"

#include "core/trace/head_edits.h"
#include "core/trace/switched_positions.h"

#include <array>
#include <optional>
#include <vector>

namespace regard {
namespace {

constexpr std::array<std::string_view, positions_kinds> kPositionsKinds{"none",  "learned", "sinusoidal",  "relative",
                                                                        "alibi", "rotary",  "disentangled"};
constexpr std::array<std::string_view, distance_obstacles> kDistanceObstacles{
    "none", "no_softmax", "not_captured", "cross", "picture", "other_scores", "stream", "mixed"};

bool adds_to_embedding(const ModelConfig& config) {
  return !std::holds_alternative<NoPositions>(config.embedded_positions);
}

PositionsKind kind_of_layer(const ModelConfig& config, std::size_t layer) {
  const Positions& own = config.plans[layer].positions;
  if (std::holds_alternative<Rotary>(own)) return PositionsKind::rotary;
  if (std::holds_alternative<Alibi>(own)) return PositionsKind::alibi;
  if (std::holds_alternative<RelativeBias>(own)) return PositionsKind::relative;
  if (std::holds_alternative<Disentangled>(own)) return PositionsKind::disentangled;
  if (std::holds_alternative<LearnedPositions>(config.embedded_positions)) return PositionsKind::learned;
  return adds_to_embedding(config) ? PositionsKind::sinusoidal : PositionsKind::none;
}

}  // namespace

std::string_view name_of(PositionsKind kind) {
  return kPositionsKinds[static_cast<std::size_t>(kind)];
}

std::string_view name_of(DistanceObstacle obstacle) {
  return kDistanceObstacles[static_cast<std::size_t>(obstacle)];
}

PositionsKind positions_kind(const Trace& trace, HeadRef head) {
  const std::vector<Intervention>& list = trace.request.interventions;
  if (without_positions(list)) return PositionsKind::none;
  const std::optional<PositionSwitch> switched = switched_positions(list, head);
  if (!are_replaced(switched)) return kind_of_layer(trace.model->config, head.layer);
  return switched->form == PositionForm::alibi ? PositionsKind::alibi : PositionsKind::none;
}

DistanceObstacle obstacle_to_planes(const Trace& trace, HeadRef head) {
  const ModelConfig& config = trace.model->config;
  if (trace.model->capture) return DistanceObstacle::not_captured;
  if (!has_softmax(config.plans[head.layer])) return DistanceObstacle::no_softmax;
  if (trace.request.cross) return DistanceObstacle::cross;
  if (config.patches) return DistanceObstacle::picture;
  if (score_rule(config, trace.request, head).kernel) return DistanceObstacle::other_scores;
  return DistanceObstacle::none;
}

DistanceObstacle obstacle_to_distance(const Trace& trace, HeadRef head) {
  if (const DistanceObstacle obstacle = obstacle_to_planes(trace, head); obstacle != DistanceObstacle::none)
    return obstacle;
  if (without_embedded_positions(trace.request.interventions) || !adds_to_embedding(trace.model->config))
    return DistanceObstacle::none;
  const PositionsKind kind = positions_kind(trace, head);
  if (kind != PositionsKind::learned && kind != PositionsKind::sinusoidal) return DistanceObstacle::mixed;
  return head.layer == 0 ? DistanceObstacle::none : DistanceObstacle::stream;
}

}  // namespace regard
