// SPDX-License-Identifier: Apache-2.0
// Softmax of rows and activations of feed-forward blocks. Part of one level of kernels (lanes.h); pure.
#pragma once

#include "core/base/lanes.h"
#include "core/base/range.h"
#include "core/base/row_statistics.h"

#include <cstddef>
#include <cstring>
#include <limits>

namespace regard {
inline namespace REGARD_LEVEL {

inline void fill(float* begin, float* end, float value) {
  for (; begin < end; ++begin)
    *begin = value;
}

/// scores[key] · scale, then cap·tanh(·/cap) where there is a cap, for keys [begin, end), multiples of kLanes.
inline void scale_scores(float* scores, std::size_t begin, std::size_t end, float scale, float cap) {
  for (std::size_t key = begin; key < end; key += kLanes)
    store(scores + key, load(scores + key) * scale);
  for (std::size_t key = begin; key < end && cap != 0.0F; key += kLanes)
    store(scores + key, cap * hyperbolic_tangent(load(scores + key) / cap));
}

/// Writes −∞ over the columns of [begin, end) that are not allowed: exponential() makes them 0.
inline void mask_row(float* scores, std::size_t begin, std::size_t end, Range allowed) {
  const auto within = [&](std::size_t key) { return key < begin ? begin : key > end ? end : key; };
  const float nothing = -std::numeric_limits<float>::infinity();
  const std::size_t first = within(allowed.begin), last = within(allowed.end);
  fill(scores + begin, scores + first, nothing);
  fill(scores + (last < first ? first : last), scores + end, nothing);
}

inline Lanes shifted_exponential(const float* scores, float maximum, float inverse_temperature) {
  return exponential((load(scores) - maximum) * inverse_temperature);
}

/// See softmax_row() in core/trace/attention_tile.h.
inline RowStatistics softmax_row(float* scores, std::size_t length, Range allowed, float temperature, float sink) {
  constexpr float kNothing = -std::numeric_limits<float>::infinity();
  const std::size_t begin = allowed.begin / kPadding * kPadding;
  const std::size_t end = padded(allowed.end);
  const float inverse_temperature = 1.0F / temperature;
  fill(scores, scores + begin, 0.0F);
  fill(scores + end, scores + padded(length), 0.0F);
  mask_row(scores, begin, end, allowed);

  Lanes maxima = load(scores + begin);
  for (std::size_t key = begin; key < end; key += kLanes)
    maxima = larger(maxima, load(scores + key));
  const float largest = maximum_of(maxima);
  const float maximum = largest < sink ? sink : largest;
  if (maximum == kNothing) {
    fill(scores + begin, scores + end, 0.0F);
    return {kNothing, 0.0F};
  }

  constexpr std::size_t kBlock = 256;  // short float sums, added up in double: rows sum to 1 ± 1e-6 at any length
  double sum = 0.0;
  for (std::size_t block = begin; block < end; block += kBlock) {
    Lanes sums{};
    for (std::size_t key = block; key < end && key < block + kBlock; key += kLanes) {
      const Lanes terms = shifted_exponential(scores + key, maximum, inverse_temperature);
      store(scores + key, terms);
      sums += terms;
    }
    sum += sum_of(sums);
  }
  if (sink != kNothing) sum += static_cast<double>(exponential(broadcast((sink - maximum) * inverse_temperature))[0]);
  const RowStatistics statistics{maximum, static_cast<float>(sum)};
  const float inverse_sum = 1.0F / statistics.sum;
  for (std::size_t key = begin; key < end; key += kLanes)
    store(scores + key, load(scores + key) * inverse_sum);
  return statistics;
}

/// See weights_row() in core/trace/attention_tile.h.
inline void weights_row(float* scores, std::size_t length, Range allowed, float temperature, RowStatistics statistics) {
  if (statistics.sum == 0.0F) return fill(scores, scores + padded(length), 0.0F);
  const float inverse_temperature = 1.0F / temperature;
  const float inverse_sum = 1.0F / statistics.sum;
  mask_row(scores, 0, padded(length), allowed);
  for (std::size_t key = 0; key < padded(length); key += kLanes)
    store(scores + key, shifted_exponential(scores + key, statistics.maximum, inverse_temperature) * inverse_sum);
}

/// erf(|x|) by Abramowitz and Stegun 7.1.26: error below 1.5·10⁻⁷.
inline Lanes error_function_of_magnitude(Lanes magnitude) {
  const Lanes t = 1.0F / (1.0F + 0.3275911F * magnitude);
  Lanes series = broadcast(1.061405429F);
  series = series * t - 1.453152027F;
  series = series * t + 1.421413741F;
  series = series * t - 0.284496736F;
  series = series * t + 0.254829592F;
  return 1.0F - series * t * exponential(-magnitude * magnitude);
}

inline Lanes sigmoid(Lanes x) {
  return 1.0F / (1.0F + exponential(-x));
}

inline Lanes gelu(Lanes x) {
  constexpr float kInverseSqrt2 = 0.70710678F;
  const Lanes magnitude = x < Lanes{} ? -x : x;
  const Lanes erf = error_function_of_magnitude(magnitude * kInverseSqrt2);
  return 0.5F * x + 0.5F * magnitude * erf;  // x·erf(x/√2) = |x|·erf(|x|/√2)
}

inline Lanes gelu_tanh(Lanes x) {
  constexpr float kSqrt2OverPi = 0.79788456F;
  const Lanes inner = kSqrt2OverPi * (x + 0.044715F * x * x * x);
  return x * sigmoid(2.0F * inner);  // ½(1 + tanh y) = σ(2y)
}

/// x·σ(1.702·x): what CLIP takes for GELU.
inline Lanes quick_gelu(Lanes x) {
  return x * sigmoid(1.702F * x);
}

inline Lanes silu(Lanes x) {
  return x * sigmoid(x);
}

inline Lanes relu(Lanes x) {
  return larger(x, Lanes{});
}

/// target[i] = Curve(target[i])·factors[i] for i < count; `factors` may be null.
template <Lanes (*Curve)(Lanes)>
inline void apply(float* target, const float* factors, std::size_t count) {
  std::size_t at = 0;
  for (; at + kLanes <= count; at += kLanes) {
    const Lanes curve = Curve(load(target + at));
    store(target + at, factors == nullptr ? curve : curve * load(factors + at));
  }
  if (at == count) return;
  float tail[kLanes] = {}, tail_factors[kLanes] = {};  // the last few numbers, padded to a whole register
  std::memcpy(tail, target + at, (count - at) * sizeof(float));
  if (factors != nullptr) std::memcpy(tail_factors, factors + at, (count - at) * sizeof(float));
  const Lanes curve = Curve(load(tail));
  store(tail, factors == nullptr ? curve : curve * load(tail_factors));
  std::memcpy(target + at, tail, (count - at) * sizeof(float));
}

}  // namespace REGARD_LEVEL
}  // namespace regard
