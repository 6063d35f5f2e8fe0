// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/kind_cost.h"

#include "core/base/progress.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

constexpr double kBytes = 4.0;  ///< of a float32

constexpr std::array<std::size_t, 17> kLengths = [] {
  std::array<std::size_t, 17> lengths{};
  for (std::size_t at = 0; at < lengths.size(); ++at)
    lengths[at] = std::size_t{16} << at;
  return lengths;
}();

/// Adds up over the queries what depends on how many keys each one has.
struct RowSums {
  double pairs = 0.0;
  double chosen = 0.0;  ///< min(k, n_i)
  double tiles = 0.0;   ///< ⌈n_i/B⌉
};

RowSums row_sums(const KindOfAttention& kind, const HeadShape& shape, std::size_t tokens) {
  RowSums sums;
  const std::size_t size = std::max<std::size_t>(kind.first, 1);
  for (std::size_t query = 0; query < tokens; ++query) {
    const AllowedKeys allowed = allowed_keys(shape.window, shape.causal, query, tokens);
    const std::size_t keys = count_open(kind, query, allowed.first) + count_open(kind, query, allowed.window);
    sums.pairs += static_cast<double>(keys);
    sums.chosen += static_cast<double>(std::min(keys, size));
    sums.tiles += static_cast<double>((keys + size - 1) / size);
  }
  return sums;
}

}  // namespace

HeadShape head_shape(const Trace& trace, HeadRef head) {
  const ModelConfig& config = trace.model->config;
  HeadShape shape{config.head_dim(head.layer), config.value_dim(head.layer), trace.causal(), {}};
  if (!trace.request.cross) shape.window = config.plans[head.layer].attention.window;
  return shape;
}

KindCost kind_cost(const KindOfAttention& kind, const HeadShape& shape, std::size_t tokens) {
  const auto length = static_cast<double>(tokens), d = static_cast<double>(shape.key_width),
             v = static_cast<double>(shape.value_width), size = static_cast<double>(kind.first);
  if (kind.form == KindForm::linear) return {tokens, 0.0, length * (2.0 * d * v + 2.0 * d), kBytes * (d * v + d)};
  if (kind.form == KindForm::performer)
    return {tokens, 0.0, length * (2.0 * size * v + 2.0 * size + 2.0 * size * d),
            kBytes * (size * v + size + size * d)};
  const RowSums sums = row_sums(kind, shape, tokens);
  KindCost cost{tokens, sums.pairs, sums.pairs * (d + v), kBytes * sums.pairs};
  if (kind.form == KindForm::top_keys) cost.multiply_adds = sums.pairs * d + sums.chosen * v;
  if (kind.form == KindForm::hard) cost.multiply_adds = sums.pairs * d;
  if (kind.form == KindForm::cosine) cost.multiply_adds += 4.0 * length * d;
  if (kind.form == KindForm::flash) {
    cost.multiply_adds += sums.tiles * v;
    cost.bytes = kBytes * (size * size + 2.0 * length);
  }
  return cost;
}

std::span<const std::size_t> cost_lengths() {
  return kLengths;
}

std::vector<KindCost> cost_curve(const KindOfAttention& kind, const HeadShape& shape, const std::stop_token& stop) {
  std::vector<KindCost> curve;
  for (const std::size_t tokens : kLengths) {
    throw_if_stopped(stop);
    curve.push_back(kind_cost(kind, shape, tokens));
  }
  return curve;
}

}  // namespace regard
