// SPDX-License-Identifier: Apache-2.0
#include "core/engine/activation.h"

#include "core/base/kernels.h"
#include "core/base/lanes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace regard {
namespace {

Kernels::Curve curve_of(Activation activation) {
  switch (activation) {
    case Activation::gelu:
      return kernels().gelu;
    case Activation::gelu_tanh:
      return kernels().gelu_tanh;
    case Activation::relu:
    case Activation::relu_squared:  // times itself: relu(x)·x
      return kernels().relu;
    case Activation::silu:
      return kernels().silu;
    case Activation::quick_gelu:
      return kernels().quick_gelu;
  }
  return kernels().relu;
}

}  // namespace

void activate(Activation activation, Rows x) {
  const Kernels::Curve curve = curve_of(activation);
  const bool squared = activation == Activation::relu_squared;
  for_rows(x.count, x.width, [&](std::size_t row) {
    float* const numbers = x.row(row).data();
    curve(numbers, squared ? numbers : nullptr, x.width);
  });
}

void keep_above(float deviations, Rows x) {
  for_rows(x.count, x.width, [&](std::size_t row) {
    const std::span<float> numbers = x.row(row);
    const auto count = static_cast<double>(numbers.size());
    double sum = 0.0, squares = 0.0;
    for (const float number : numbers)
      sum += static_cast<double>(number);
    const double mean = sum / count;
    for (const float number : numbers)
      squares += (static_cast<double>(number) - mean) * (static_cast<double>(number) - mean);
    const auto cutoff = static_cast<float>(mean + static_cast<double>(deviations) * std::sqrt(squares / count));
    for (float& number : numbers)
      number = std::max(number - cutoff, 0.0F);
  });
}

void soft_cap(float cap, Rows x) {
  const std::span<float> all = x.all();
  const std::size_t whole = all.size() / kPadding * kPadding;
  kernels().scale_scores(all.data(), 0, whole, 1.0F, cap);
  std::array<float, kPadding> tail{};
  std::copy(all.begin() + static_cast<std::ptrdiff_t>(whole), all.end(), tail.begin());
  kernels().scale_scores(tail.data(), 0, kPadding, 1.0F, cap);
  std::copy_n(tail.begin(), all.size() - whole, all.begin() + static_cast<std::ptrdiff_t>(whole));
}

void activate_clamped(const ClampedGate& clamped, Rows gate, Rows up) {
  assert(gate.all().size() == up.all().size());
  for_rows(gate.count, gate.width, [&](std::size_t row) {
    const auto [slope, limit] = clamped;
    for (float& number : gate.row(row))
      number = slope * std::min(number, limit);
    for (float& number : up.row(row))
      number = (std::clamp(number, -limit, limit) + 1.0F) / slope;
    kernels().silu(gate.row(row).data(), up.row(row).data(), gate.width);  // x·σ(slope·x) = silu(slope·x)/slope
  });
}

void activate_gated(Activation activation, Rows gate, ConstRows up) {
  assert(gate.all().size() == up.all().size() && activation != Activation::relu_squared);
  const Kernels::Curve curve = curve_of(activation);
  for_rows(gate.count, gate.width,
           [&](std::size_t row) { curve(gate.row(row).data(), up.row(row).data(), gate.width); });
}

}  // namespace regard
