// SPDX-License-Identifier: Apache-2.0
#include "core/trace/hidden_attention.h"

#include "core/base/lanes.h"
#include "core/model/weights.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace regard {
namespace {

/// a·b, in an order that depends on the length alone.
float product(const float* a, const float* b, std::size_t length) {
  Lanes lanes{};
  std::size_t at = 0;
  for (; at + kLanes <= length; at += kLanes)
    lanes += load(a + at) * load(b + at);
  double sum = sum_of(lanes);
  for (; at < length; ++at)
    sum += static_cast<double>(a[at] * b[at]);
  return static_cast<float>(sum);
}

/// u −= amount·k
void take_away(float* u, const float* k, float amount, std::size_t length) {
  std::size_t at = 0;
  for (; at + kLanes <= length; at += kLanes)
    store(u + at, load(u + at) - broadcast(amount) * load(k + at));
  for (; at < length; ++at)
    u[at] -= amount * k[at];
}

/// exp(A∘Δ_t) of the tokens [first, end), one below the other: what is left of each number of a channel's state.
Matrix channel_decays(const StateHead& head, std::size_t first, std::size_t end) {
  Matrix kept(end - first, head.head_dim);
  for (std::size_t n = 0; n < head.head_dim; ++n) {
    const float rate = -std::exp(head.log_rates[n]);
    for (std::size_t row = 0; row < kept.rows; ++row)
      kept(row, n) = std::exp(rate * head.layer.write(head.first_row + first + row, head.head));
  }
  return kept;
}

/// a *= b
void multiply_lanes(float* a, const float* b, std::size_t length) {
  std::size_t at = 0;
  for (; at + kLanes <= length; at += kLanes)
    store(a + at, load(a + at) * load(b + at));
  for (; at < length; ++at)
    a[at] *= b[at];
}

/// hidden_attention_row() of a channel; `kept` are channel_decays() from `first_key` on.
void channel_row(const StateHead& head, const Matrix& kept, std::size_t query, std::size_t first_key, float* row) {
  const std::size_t d = head.head_dim;
  const float* c = head.layer.queries.row(head.first_row + query).data() + head.query_head * d;
  std::vector<float> u(c, c + d);  // C carried back to the key that is asked
  for (std::size_t key = query + 1; key-- > first_key;) {
    const std::size_t at = head.first_row + key;
    const float* b = head.layer.keys.row(at).data() + head.key_head * d;
    row[key] = head.layer.write(at, head.head) * product(b, u.data(), d);
    multiply_lanes(u.data(), kept.row(key - first_key).data(), d);
  }
  if (query >= first_key) row[query] += head.skip;
}

}  // namespace

StateHead state_head(const Model& model, const LayerTrace& layer, HeadRef head, std::size_t first_row) {
  const ModelConfig& config = model.config;
  const StateWeights& state = model.weights->layers[head.layer].state;
  const std::vector<float>& skip = state.skip;
  const std::size_t d = config.head_dim(head.layer);
  const bool by_channel = decays_by_channel(config.plans[head.layer]) && !state.log_rate.empty();
  return {.layer = layer,
          .head = head.head,
          .head_dim = d,
          .query_head = config.query_head_of(head.layer, head.head),
          .key_head = config.key_head_of(head.layer, head.head),
          .scale = config.plans[head.layer].attention.scale,
          .erases = std::holds_alternative<GatedDelta>(config.plans[head.layer].mixer),
          .skip = skip.empty() ? 0.0F : skip[head.head],
          .log_rates = by_channel ? std::span(state.log_rate).subspan(head.head * d, d) : std::span<const float>{},
          .first_row = first_row};
}

void hidden_attention_row(const StateHead& head, std::size_t query, std::size_t first_key, float* row) {
  const std::size_t d = head.head_dim;
  const float* q = head.layer.queries.row(head.first_row + query).data() + head.query_head * d;
  std::vector<float> u(q, q + d);  // q carried back to the key that is asked: Π(I − β_t k_t k_tᵀ) q
  float kept = head.scale;         // of what is written at that key: Π g_t
  for (std::size_t key = query + 1; key-- > first_key;) {
    const std::size_t at = head.first_row + key;
    const float* k = head.layer.keys.row(at).data() + head.key_head * d;
    const float along = head.layer.write(at, head.head) * product(k, u.data(), d);
    row[key] = kept * along;
    if (head.erases) take_away(u.data(), k, along, d);
    kept *= std::exp(head.layer.decay(at, head.head));
  }
  if (head.skip != 0.0F && query >= first_key) row[query] += head.skip;
}

Matrix hidden_attention(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const StateHead of = state_head(*trace.model, trace.layers[head.layer], head, 0);
  Matrix tile(queries.size(), keys.size());
  std::vector<float> row(trace.tokens());
  const bool by_channel = !of.log_rates.empty() && queries.end > keys.begin;
  const Matrix kept = by_channel ? channel_decays(of, keys.begin, queries.end) : Matrix{};
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    const std::size_t end = std::min(query + 1, keys.end);
    if (keys.begin >= end) continue;
    if (by_channel)
      channel_row(of, kept, query, keys.begin, row.data());
    else
      hidden_attention_row(of, query, keys.begin, row.data());
    std::copy(row.begin() + static_cast<std::ptrdiff_t>(keys.begin), row.begin() + static_cast<std::ptrdiff_t>(end),
              tile.row(query - queries.begin).begin());
  }
  return tile;
}

}  // namespace regard
