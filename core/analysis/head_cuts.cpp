// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_cuts.h"

#include "core/analysis/head_rows.h"
#include "core/analysis/kind_weights.h"
#include "core/base/progress.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace regard {
namespace {

constexpr std::size_t kMostUsualHeads = 16;
constexpr std::array<std::string_view, head_cut_obstacles> kCutObstacles{
    "none",   "no_softmax", "not_captured", "not_a_divisor", "grouped", "latent",
    "rotary", "qk_norm",    "bias",         "sink",          "widths"};
constexpr std::array<std::string_view, looked_places> kPlaces{"itself", "previous", "next", "first"};

HeadCutObstacle of_cut(CutObstacle obstacle) {
  switch (obstacle) {
    case CutObstacle::none:
      return HeadCutObstacle::none;
    case CutObstacle::not_a_divisor:
      return HeadCutObstacle::not_a_divisor;
    case CutObstacle::bias:
      return HeadCutObstacle::bias;
    case CutObstacle::sink:
      return HeadCutObstacle::sink;
    case CutObstacle::widths:
      break;
  }
  return HeadCutObstacle::widths;
}

/// The key that a query has at the place.
std::optional<std::size_t> key_at(LookedPlace place, std::size_t query, std::size_t keys) {
  if (place == LookedPlace::itself) return query;
  if (place == LookedPlace::first) return query == 0 ? std::nullopt : std::optional<std::size_t>(0);
  if (place == LookedPlace::previous) return query == 0 ? std::nullopt : std::optional(query - 1);
  return query + 1 < keys ? std::optional(query + 1) : std::nullopt;
}

double mean_at(const Trace& trace, std::size_t layer, const Matrix& weights, LookedPlace place) {
  double sum = 0.0, rows = 0.0;
  for (std::size_t query = 0; query < weights.rows; ++query) {
    const std::optional<std::size_t> key = key_at(place, query, weights.cols);
    if (!key || !allowed(trace, layer, query, *key)) continue;
    sum += static_cast<double>(weights(query, *key));
    rows += 1.0;
  }
  return rows > 0.0 ? sum / rows : 0.0;
}

CutHead told_head(const LayerOf& of, Matrix weights) {
  CutHead head{.weights = std::move(weights)};
  const auto rows = static_cast<double>(std::max<std::size_t>(head.weights.rows, 1));
  for (std::size_t query = 0; query < head.weights.rows; ++query)
    for (std::size_t key = 0; key < head.weights.cols; ++key) {
      const double weight = head.weights(query, key);
      if (weight > 0.0) head.entropy -= weight * std::log(weight) / rows;
      if (!of.crosses())
        head.distance += weight * std::abs(static_cast<double>(query) - static_cast<double>(key)) / rows;
    }
  if (of.crosses()) return head;
  for (std::size_t place = 0; place < looked_places; ++place)
    head.places[place] = mean_at(of.part(), of.layer, head.weights, static_cast<LookedPlace>(place));
  return head;
}

}  // namespace

std::string_view name_of(HeadCutObstacle obstacle) {
  return kCutObstacles[static_cast<std::size_t>(obstacle)];
}

std::string_view name_of(LookedPlace place) {
  return kPlaces[static_cast<std::size_t>(place)];
}

HeadCutObstacle obstacle_to_heads(const LayerOf& of, std::size_t heads) {
  if (of.part().model->capture) return HeadCutObstacle::not_captured;
  if (!has_softmax(of.plan()) || (of.plan().attention.linear && !of.crosses())) return HeadCutObstacle::no_softmax;
  const ModelConfig& config = of.config();
  if (heads == config.heads(of.layer)) return HeadCutObstacle::none;
  const SoftmaxAttention& plan = of.plan().attention;
  if (plan.latent && !of.crosses()) return HeadCutObstacle::latent;
  if (config.kv_heads(of.layer) != config.heads(of.layer)) return HeadCutObstacle::grouped;
  if (turns_by_position(of) && !of.crosses()) return HeadCutObstacle::rotary;
  const bool by_head = plan.qk_norm == QkNorm::each_head || plan.qk_norm == QkNorm::each_head_own;
  if (by_head && !of.crosses()) return HeadCutObstacle::qk_norm;
  return of_cut(obstacle_to_cut(of, heads));
}

std::vector<std::size_t> usual_cuts(const LayerOf& of) {
  std::vector<std::size_t> cuts;
  const std::size_t own = of.config().heads(of.layer);
  for (std::size_t heads = 1; heads <= kMostUsualHeads; heads *= 2)
    if (obstacle_to_heads(of, heads) == HeadCutObstacle::none) cuts.push_back(heads);
  if (std::ranges::find(cuts, own) == cuts.end() && obstacle_to_heads(of, own) == HeadCutObstacle::none)
    cuts.insert(std::ranges::upper_bound(cuts, own), own);
  return cuts;
}

std::size_t CutHead::strongest() const {
  const auto largest = std::ranges::max_element(places);
  return *largest < 0.5 ? looked_places : static_cast<std::size_t>(largest - places.begin());
}

std::vector<HeadCut> head_cuts(const LayerOf& of, std::span<const std::size_t> counts, const std::stop_token& stop) {
  const Range queries{0, of.part().tokens()}, keys{0, of.part().keys()};
  const std::size_t own = of.config().heads(of.layer);
  std::vector<HeadCut> cuts;
  for (const std::size_t heads : counts) {
    HeadCut cut{.heads = heads, .width = of.config().queries_width(of.layer) / heads, .scale = scale_of_cut(of, heads)};
    for (std::size_t head = 0; head < heads; ++head) {
      throw_if_stopped(stop);
      cut.each.push_back(told_head(of, heads == own
                                           ? kind_weights(of.part(), {of.layer, head}, {}).weights
                                           : head_rows(of, head, queries, keys, {.heads = heads}, stop).weights));
    }
    cuts.push_back(std::move(cut));
  }
  return cuts;
}

}  // namespace regard
