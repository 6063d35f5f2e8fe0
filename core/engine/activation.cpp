// SPDX-License-Identifier: Apache-2.0
#include "core/engine/activation.h"

#include "core/base/lanes.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

/// erf(|x|) by Abramowitz and Stegun 7.1.26: error below 1.5·10⁻⁷.
Lanes error_function_of_magnitude(Lanes magnitude) {
  const Lanes t = 1.0F / (1.0F + 0.3275911F * magnitude);
  Lanes series = broadcast(1.061405429F);
  series = series * t - 1.453152027F;
  series = series * t + 1.421413741F;
  series = series * t - 0.284496736F;
  series = series * t + 0.254829592F;
  return 1.0F - series * t * exponential(-magnitude * magnitude);
}

Lanes sigmoid(Lanes x) {
  return 1.0F / (1.0F + exponential(-x));
}

Lanes gelu(Lanes x) {
  constexpr float kInverseSqrt2 = 0.70710678F;
  const Lanes magnitude = x < Lanes{} ? -x : x;
  const Lanes erf = error_function_of_magnitude(magnitude * kInverseSqrt2);
  return 0.5F * x + 0.5F * magnitude * erf;  // x·erf(x/√2) = |x|·erf(|x|/√2)
}

Lanes gelu_tanh(Lanes x) {
  constexpr float kSqrt2OverPi = 0.79788456F;
  const Lanes inner = kSqrt2OverPi * (x + 0.044715F * x * x * x);
  return x * sigmoid(2.0F * inner);  // ½(1 + tanh y) = σ(2y)
}

Lanes silu(Lanes x) {
  return x * sigmoid(x);
}

Lanes relu(Lanes x) {
  return larger(x, Lanes{});
}

/// target[i] = f(target[i], i) with the last few numbers padded to a whole register.
template <typename Function>
void for_lanes(std::span<float> target, const Function& function) {
  std::size_t at = 0;
  for (; at + kLanes <= target.size(); at += kLanes)
    store(target.data() + at, function(load(target.data() + at), at, kLanes));
  if (at == target.size()) return;
  std::array<float, kLanes> tail{};
  std::copy(target.begin() + static_cast<std::ptrdiff_t>(at), target.end(), tail.begin());
  store(tail.data(), function(load(tail.data()), at, target.size() - at));
  std::copy_n(tail.begin(), target.size() - at, target.begin() + static_cast<std::ptrdiff_t>(at));
}

template <typename Function>
void with(Activation activation, const Function& function) {
  switch (activation) {
    case Activation::gelu:
      function(gelu);
      break;
    case Activation::gelu_tanh:
      function(gelu_tanh);
      break;
    case Activation::relu:
      function(relu);
      break;
    case Activation::silu:
      function(silu);
      break;
  }
}

}  // namespace

void activate(Activation activation, Rows x) {
  with(activation, [&](Lanes (*f)(Lanes)) {
    for_rows(x.count, x.width, [&](std::size_t row) {
      for_lanes(x.row(row), [&](Lanes lanes, std::size_t, std::size_t) { return f(lanes); });
    });
  });
}

void soft_cap(float cap, Rows x) {
  for_lanes(x.all(), [&](Lanes lanes, std::size_t, std::size_t) { return cap * hyperbolic_tangent(lanes / cap); });
}

void activate_gated(Activation activation, Rows gate, ConstRows up) {
  assert(gate.all().size() == up.all().size());
  with(activation, [&](Lanes (*f)(Lanes)) {
    for_rows(gate.count, gate.width, [&](std::size_t row) {
      const float* factors = up.row(row).data();
      for_lanes(gate.row(row), [&](Lanes lanes, std::size_t at, std::size_t count) {
        if (count == kLanes) return f(lanes) * load(factors + at);
        std::array<float, kLanes> tail{};
        std::copy_n(factors + at, count, tail.begin());
        return f(lanes) * load(tail.data());
      });
    });
  });
}

}  // namespace regard
