// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/flow.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kUnreached = std::numeric_limits<std::size_t>::max();

/// What flows, and what room is left. Node (level, token) has the number level·T + token; the input is level 0. Its neighbour number n
/// is token n of the level below, or for n ≥ T token n − T of the level above, where what flows down to the node can be sent back.
class LayeredGraph {
public:
  LayeredGraph(std::span<const Matrix> layers, std::size_t token, std::size_t input)
      : tokens_(layers.front().rows),
        levels_(layers.size() + 1),
        source_((levels_ - 1) * tokens_ + token),
        sink_(input) {
    for (const Matrix& layer : layers) {
      room_.emplace_back(layer.values.begin(), layer.values.end());
      flow_.emplace_back(layer.values.size());
    }
  }

  /// The largest flow; Dinic 1970: shortest ways first, all of one length together.
  double fill(const std::stop_token& stop) {
    double value = 0.0;
    while (number_by_distance()) {
      next_.assign(levels_ * tokens_, 0);
      for (double sent = send(stop); sent > 0.0; sent = send(stop))
        value += sent;
    }
    return value;
  }

  [[nodiscard]] std::vector<Matrix> edges() const {
    std::vector<Matrix> result;
    for (const std::vector<double>& layer : flow_) {
      result.emplace_back(tokens_, tokens_);
      std::transform(layer.begin(), layer.end(), result.back().values.begin(),
                     [](double flow) { return static_cast<float>(std::max(0.0, flow)); });
    }
    return result;
  }

private:
  struct Step {
    std::size_t node = 0, neighbour = 0;
  };
  /// What can still be sent, and where what is sent is written down.
  struct Arc {
    double *room = nullptr, *back = nullptr;
    std::size_t to = 0;
  };

  /// The arc to a neighbour; `room` is null at the first and the last level.
  Arc arc(Step step) {
    const std::size_t level = step.node / tokens_, token = step.node % tokens_;
    if (step.neighbour < tokens_) {
      if (level == 0) return {};
      const std::size_t cell = token * tokens_ + step.neighbour;
      return {&room_[level - 1][cell], &flow_[level - 1][cell], (level - 1) * tokens_ + step.neighbour};
    }
    if (level + 1 == levels_) return {};
    const std::size_t above = step.neighbour - tokens_, cell = above * tokens_ + token;
    return {&flow_[level][cell], &room_[level][cell], (level + 1) * tokens_ + above};
  }

  /// Numbers what can be reached by steps from the source; says whether the sink can.
  bool number_by_distance() {
    distance_.assign(levels_ * tokens_, kUnreached);
    distance_[source_] = 0;
    std::vector<std::size_t> queue{source_};
    for (std::size_t first = 0; first < queue.size(); ++first)
      for (std::size_t neighbour = 0; neighbour < 2 * tokens_; ++neighbour) {
        const Arc way = arc({queue[first], neighbour});
        if (way.room == nullptr || *way.room <= 0.0 || distance_[way.to] != kUnreached) continue;
        distance_[way.to] = distance_[queue[first]] + 1;
        queue.push_back(way.to);
      }
    return distance_[sink_] != kUnreached;
  }

  /// The next neighbour that is one step farther, from next_[node] on.
  bool find_step(std::size_t node) {
    for (; next_[node] < 2 * tokens_; ++next_[node]) {
      const Arc way = arc({node, next_[node]});
      if (way.room != nullptr && *way.room > 0.0 && distance_[way.to] == distance_[node] + 1) return true;
    }
    return false;
  }

  /// As much as one shortest way has room for; 0 when there is none left.
  double send(const std::stop_token& stop) {
    throw_if_stopped(stop);
    std::vector<Step> way;
    for (std::size_t node = source_; node != sink_;) {
      if (find_step(node)) {
        way.push_back({node, next_[node]});
        node = arc(way.back()).to;
        continue;
      }
      if (way.empty()) return 0.0;
      node = way.back().node;
      way.pop_back();
      ++next_[node];
    }
    double least = std::numeric_limits<double>::infinity();
    for (const Step step : way)
      least = std::min(least, *arc(step).room);
    for (const Step step : way) {
      const Arc passed = arc(step);
      *passed.room -= least;
      *passed.back += least;
    }
    return least;
  }

  std::size_t tokens_, levels_, source_, sink_;
  std::vector<std::vector<double>> room_{}, flow_{};  ///< [L] of [T·T]
  std::vector<std::size_t> distance_{}, next_{};      ///< [nodes]
};

}  // namespace

TokenFlow max_flow(std::span<const Matrix> layers, std::size_t token, std::size_t input, const std::stop_token& stop) {
  assert(!layers.empty() && token < layers.front().rows && input < layers.front().cols);
  LayeredGraph graph(layers, token, input);
  TokenFlow result;
  result.value = graph.fill(stop);
  result.edges = graph.edges();
  return result;
}

std::vector<float> attention_flow(std::span<const Matrix> layers, std::size_t token, const std::stop_token& stop,
                                  Progress* progress, const std::function<void()>& give_way) {
  std::vector<float> values(layers.front().cols);
  for (std::size_t input = 0; input < values.size(); ++input) {
    if (give_way) give_way();
    LayeredGraph graph(layers, token, input);
    values[input] = static_cast<float>(graph.fill(stop));
    if (progress != nullptr) progress->fraction = static_cast<float>(input + 1) / static_cast<float>(values.size());
  }
  return values;
}

}  // namespace regard
