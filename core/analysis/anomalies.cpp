// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/anomalies.h"

#include "core/analysis/step_inputs.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace regard {
namespace {

constexpr std::size_t kLeastViewers = 3;  // queries that may look at a token, before it is called a sink
constexpr std::size_t kLeastPairs = 3;    // of rows, before a head is called blind

/// What is added up over the heads, for every key.
struct Received {
  double mass = 0.0, uniform = 0.0;  ///< over rows with a choice
  std::size_t heads = 0;             ///< whose sink it is
  HeadRef head{};
  double alpha = 0.0;
  bool can_be_seen = false;
  SeenToken most{};
};

struct Search {
  const Trace& trace;  ///< of the kind
  const std::vector<bool>& left_out;
  const AnomalyLimits& limits;
  std::vector<Received> keys{};
  double mass = 0.0, uniform = 0.0;
  std::vector<std::vector<std::size_t>> sinks_of_heads{};  ///< keys that are the head's sinks

  /// Does it take clearly more than an even share of all weight?
  [[nodiscard]] bool is_sink(std::size_t key) const {
    const Received& received = keys[key];
    return received.heads > 0 &&
           received.mass / mass >= static_cast<double>(limits.over_even_share) * received.uniform / uniform;
  }
  [[nodiscard]] bool is_left_out(std::size_t token) const { return token < left_out.size() && left_out[token]; }
  /// Does a query that looks at itself count?
  [[nodiscard]] bool is_other(std::size_t query, std::size_t key) const { return trace.request.cross || query != key; }
};

/// The keys' shares, how much each is seen, and which of them are the head's sinks.
void add_received(Search& search, HeadRef head, const Matrix& weights) {
  struct Sum {
    double weight = 0.0, uniform = 0.0;
    std::size_t rows = 0;
  };
  std::vector<Sum> sums(weights.cols);  // over the other queries that may look at the key
  for (std::size_t query = 0; query < weights.rows; ++query) {
    const SeenKeys seen = seen_keys(search.trace, head, query);
    if (seen.count < 2.0) continue;
    const double share = 1.0 / seen.count;
    seen.for_each([&](std::size_t key) {
      const float weight = weights(query, key);
      Received& received = search.keys[key];
      received.mass += static_cast<double>(weight);
      received.uniform += share;
      search.mass += static_cast<double>(weight);
      search.uniform += share;
      if (!search.is_other(query, key)) return;
      sums[key].weight += static_cast<double>(weight);
      sums[key].uniform += share;
      ++sums[key].rows;
      if (!received.can_be_seen || weight > received.most.weight) received.most = {key, weight, head, query};
      received.can_be_seen = true;
    });
  }
  std::vector<std::size_t>& sinks = search.sinks_of_heads.emplace_back();
  for (std::size_t key = 0; key < sums.size(); ++key) {
    if (sums[key].rows < kLeastViewers) continue;
    const double alpha = sums[key].weight / static_cast<double>(sums[key].rows);
    Received& received = search.keys[key];
    if (alpha > received.alpha) {
      received.alpha = alpha;
      received.head = head;
    }
    const double uniform = sums[key].uniform / static_cast<double>(sums[key].rows);
    const bool from_everywhere = 2 * sums[key].rows + 1 >= weights.rows;
    if (!from_everywhere || alpha <= static_cast<double>(search.limits.sink) ||
        alpha < static_cast<double>(search.limits.over_uniform) * uniform)
      continue;
    ++received.heads;
    sinks.push_back(key);
  }
}

/// The pair of a head that looks one way most clearly; none: `there` is 0.
OneWayPair widest_pair(const Search& search, HeadRef head, const Matrix& weights) {
  OneWayPair widest{.head = head};
  for (std::size_t query = 0; query < weights.rows; ++query)
    for (std::size_t key = 0; key < weights.cols; ++key) {
      const float there = weights(query, key), back = weights(key, query);
      if (query == key || there < search.limits.one_way || there < search.limits.one_way_ratio * back) continue;
      if (search.is_left_out(query) || search.is_left_out(key) || there - back <= widest.there - widest.back) continue;
      widest = {head, query, key, there, back};
    }
  return widest;
}

template <class Item, class Before>
void keep_first(std::vector<Item>& list, std::size_t most, const Before& before) {
  std::stable_sort(list.begin(), list.end(), before);
  if (list.size() > most) list.resize(most);
}

float median_size(const Matrix& stream) {
  std::vector<float> sizes(stream.values.size());
  std::transform(stream.values.begin(), stream.values.end(), sizes.begin(), [](float x) { return std::abs(x); });
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle;
}

void find_massive(Anomalies& found, const Trace& stack, const AnomalyLimits& limits, const std::stop_token& stop) {
  found.has_stream = !stack.residual.empty();
  for (std::size_t place = 0; place < stack.residual.size(); ++place) {
    throw_if_stopped(stop);
    const Matrix& stream = stack.residual[place];
    const float median = median_size(stream);
    for (std::size_t token = 0; token < stream.rows; ++token)
      for (std::size_t dimension = 0; dimension < stream.cols; ++dimension) {
        const MassiveActivation one{place, token, dimension, stream(token, dimension), median};
        if (one.ratio() > found.largest.ratio()) found.largest = one;
        if (std::abs(one.value) <= limits.massive || one.ratio() < limits.massive_ratio) continue;
        found.massive.push_back(one);
        ++found.massive_count;
      }
    keep_first(found.massive, limits.most, [](const MassiveActivation& a, const MassiveActivation& b) {
      return std::abs(a.value) > std::abs(b.value);
    });
  }
}

void tell_keys(Anomalies& found, const Search& search) {
  for (std::size_t key = 0; key < search.keys.size(); ++key) {
    const Received& received = search.keys[key];
    if (search.is_sink(key))
      found.sinks.push_back({key, received.mass / search.mass, received.uniform / search.uniform, received.heads,
                             received.head, received.alpha});
    if (!received.can_be_seen) continue;
    if (!found.any_seen || received.most.weight < found.least_seen.weight) found.least_seen = received.most;
    found.any_seen = true;
    if (received.most.weight >= search.limits.unseen) continue;
    found.unseen.push_back(received.most);
    ++found.unseen_count;
  }
  for (const std::vector<std::size_t>& keys : search.sinks_of_heads)
    if (std::any_of(keys.begin(), keys.end(), [&](std::size_t key) { return search.is_sink(key); })) ++found.sink_heads;
  keep_first(found.sinks, search.limits.most, [](const SinkToken& a, const SinkToken& b) { return a.share > b.share; });
  keep_first(found.unseen, search.limits.most,
             [](const SeenToken& a, const SeenToken& b) { return a.weight < b.weight; });
}

}  // namespace

float MassiveActivation::ratio() const {
  return median > 0.0F ? std::abs(value) / median : 0.0F;
}

Anomalies find_anomalies(const Trace& whole, AttentionKind kind, const std::vector<bool>& left_out,
                         const AnomalyLimits& limits, const std::stop_token& stop, Progress* progress,
                         const std::function<void()>& give_way) {
  const LayerOf of{whole, kind, 0};
  const Trace& trace = of.part();
  const ModelConfig& config = trace.model->config;
  Search search{trace, left_out, limits, std::vector<Received>(trace.keys())};
  const HeadList heads = softmax_heads(config);  // of the others rows are no shares
  Anomalies found{.heads = heads.size(), .rows = trace.tokens()};
  found.looks_both_ways = !trace.causal() && !trace.request.cross;
  for (std::size_t index = 0; index < found.heads; ++index) {
    throw_if_stopped(stop);
    if (give_way) give_way();
    const HeadRef head = heads[index];
    const Matrix grid = weights(trace, head);
    add_received(search, head, grid);
    if (const BlindHead likeness = row_likeness(trace, head, grid); likeness.pairs >= kLeastPairs) {
      ++found.compared_heads;
      if (likeness.divergence < static_cast<double>(limits.blind)) found.blind.push_back(likeness);
    }
    if (found.looks_both_ways)
      if (const OneWayPair pair = widest_pair(search, head, grid); pair.there > 0.0F) found.one_way.push_back(pair);
    if (progress != nullptr) progress->fraction = static_cast<float>(index + 1) / static_cast<float>(found.heads);
  }
  found.blind_count = found.blind.size();
  found.one_way_heads = found.one_way.size();
  keep_first(found.blind, limits.most,
             [](const BlindHead& a, const BlindHead& b) { return a.divergence < b.divergence; });
  keep_first(found.one_way, limits.most,
             [](const OneWayPair& a, const OneWayPair& b) { return a.there - a.back > b.there - b.back; });
  tell_keys(found, search);
  if (!of.crosses()) find_massive(found, of.stack(), limits, stop);
  return found;
}

}  // namespace regard
