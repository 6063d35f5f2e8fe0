// SPDX-License-Identifier: Apache-2.0
#include "core/trace/kind_obstacle.h"

#include "core/base/error.h"
#include "core/trace/head_edits.h"

#include <array>
#include <string>

namespace regard {
namespace {

constexpr std::array<std::string_view, kind_obstacles> kObstacles{
    "none",  "cross",       "position_bias", "cap",    "sink",        "temperature",
    "added", "weights_set", "recurrent",     "linear", "not_captured"};

/// As of a run; the largest score alone would have to stand beside a sink that the softmax it is computed by has.
KindObstacle obstacle_to_run(const ModelConfig& config, const Request& request, HeadRef head,
                             const KindOfAttention& kind) {
  if (config.plans[head.layer].attention.linear) return KindObstacle::linear;  // its own kind, too, is no other
  if (kind.form == KindForm::hard && config.plans[head.layer].attention.sink) return KindObstacle::sink;
  return obstacle_to_kind(config, request, head, kind);
}

}  // namespace

std::string_view name_of(KindObstacle obstacle) {
  return kObstacles[static_cast<std::size_t>(obstacle)];
}

KindObstacle obstacle_to_kind(const ModelConfig& config, const Request& request, HeadRef head,
                              const KindOfAttention& kind) {
  if (!has_softmax(config.plans[head.layer])) return KindObstacle::recurrent;
  const bool linear = config.plans[head.layer].attention.linear;
  if (linear && kind.form != KindForm::linear) return KindObstacle::linear;
  if (kind.form == KindForm::softmax) return KindObstacle::none;
  const HeadEdits edits = head_edits(config, request, head);
  if (!edits.set.empty()) return KindObstacle::weights_set;
  if (chooses_by_place(kind.form) && request.cross) return KindObstacle::cross;
  if (kind.form == KindForm::sigmoid && edits.sink) return KindObstacle::sink;
  if (!has_scores_of_its_own(kind.form)) return KindObstacle::none;
  if (edits.sink) return KindObstacle::sink;
  if (config.plans[head.layer].attention.cap != 0.0F) return KindObstacle::cap;
  if (score_rule(config, request, head).knows_positions()) return KindObstacle::position_bias;
  if (!edits.added.empty()) return KindObstacle::added;
  if (kind.form == KindForm::linear && edits.temperature != 1.0F) return KindObstacle::temperature;
  return KindObstacle::none;
}

std::optional<Error> kind_complaint(const ModelConfig& config, const Request& request, std::size_t number) {
  const Intervention& item = request.interventions[number];
  if (item.kind != InterventionKind::attention) return std::nullopt;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads(layer); ++head) {
      if (!item.scope.covers({layer, head})) continue;
      const KindObstacle obstacle = obstacle_to_run(config, request, {layer, head}, item.as);
      if (obstacle != KindObstacle::none)
        return Error("kind_obstacle_" + std::string(name_of(obstacle)),
                     {.item = "interventions[" + std::to_string(number) + "]",
                      .expected = kind_text(item.as),
                      .found = std::to_string(layer) + "/" + std::to_string(head)});
    }
  return std::nullopt;
}

void check_kinds(const ModelConfig& config, const Request& request) {
  for (std::size_t number = 0; number < request.interventions.size(); ++number)
    if (const auto error = kind_complaint(config, request, number)) throw Error(*error);
}

}  // namespace regard
