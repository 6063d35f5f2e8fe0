// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/positions_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

/// Is there anything to be seen at all?
bool is_readable(DistanceObstacle obstacle) {
  return obstacle == DistanceObstacle::none || obstacle == DistanceObstacle::stream ||
         obstacle == DistanceObstacle::mixed;
}

std::vector<std::vector<double>> biases_of(const Trace& trace, std::size_t layer, const ScoreByDistance& curve) {
  std::vector<std::vector<double>> biases(trace.model->config.heads(layer));
  for (std::size_t head = 0; head < biases.size(); ++head)
    for (std::size_t at = 0; at < curve.mean.size(); ++at)
      biases[head].push_back(bias_at(trace, {layer, head}, curve.distance(at)));
  return biases;
}

}  // namespace

DistancesQuestion distances_question(const Snapshot& snapshot, const Session& session) {
  return {.trace = snapshot.trace, .attention = shown_kind(snapshot, session), .head = shown_head(snapshot, session)};
}

std::shared_ptr<const DistancesAnswer> make_distances(const DistancesQuestion& question, const std::stop_token& stop) {
  const Trace& trace = attention_of(*question.trace, question.attention);
  DistancesAnswer answer{.of = question, .obstacle = obstacle_to_distance(trace, question.head)};
  if (!is_readable(answer.obstacle)) return std::make_shared<const DistancesAnswer>(std::move(answer));
  answer.curve = score_by_distance(trace, question.head, {.reach = question.reach}, stop);
  if (question.others) answer.others = means_by_distance(trace, question.head.layer, question.reach, stop);
  if (answer.curve.kind == PositionsKind::alibi || answer.curve.kind == PositionsKind::relative)
    answer.biases = biases_of(trace, question.head.layer, answer.curve);
  return std::make_shared<const DistancesAnswer>(std::move(answer));
}

std::shared_ptr<const TermsAnswer> make_terms(const TermsQuestion& question) {
  const Trace& trace = attention_of(*question.trace, question.attention);
  TermsAnswer answer{.of = question, .obstacle = obstacle_to_planes(trace, question.head)};
  if (answer.obstacle != DistanceObstacle::none) return std::make_shared<const TermsAnswer>(std::move(answer));
  answer.terms = score_terms(trace, question.head, question.query, question.key);
  answer.pair = pair_by_distance(trace, question.head, question.query, question.key, question.reach);
  answer.order.resize(answer.terms.planes.size());
  std::iota(answer.order.begin(), answer.order.end(), std::size_t{0});
  std::ranges::stable_sort(answer.order, [&](std::size_t a, std::size_t b) {
    return std::abs(answer.terms.planes[a].share) > std::abs(answer.terms.planes[b].share);
  });
  return std::make_shared<const TermsAnswer>(std::move(answer));
}

std::vector<std::size_t> predicted_positions(const Encoding& encoding) {
  std::vector<std::size_t> positions;
  for (std::size_t token = 0; token + 1 < encoding.tokens.size(); ++token)
    if (!encoding.tokens[token + 1].special) positions.push_back(token);
  return positions;
}

std::shared_ptr<const StretchAnswer> make_stretch(const StretchQuestion& question, const std::stop_token& stop,
                                                  Progress* progress) {
  const std::shared_ptr<const Model>& model = question.trace->model;
  StretchAnswer answer{.of = question, .obstacle = obstacle_to_stretch(*model)};
  if (answer.obstacle == StretchObstacle::none)
    answer.costs = stretch_costs(model, question.trace->request, question.predicts, usual_stretches, stop, progress);
  return std::make_shared<const StretchAnswer>(std::move(answer));
}

}  // namespace regard
