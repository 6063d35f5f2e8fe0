// SPDX-License-Identifier: Apache-2.0
#include "core/engine/state_parts.h"

#include <algorithm>
#include <cmath>

namespace regard {

void convolve(const Matrix& x, std::size_t row, std::size_t position, const StateWeights& w, std::span<float> out) {
  const std::size_t tokens = w.convolution.size() / out.size();
  for (std::size_t channel = 0; channel < out.size(); ++channel) {
    float sum = w.convolution_bias.empty() ? 0.0F : w.convolution_bias[channel];
    for (std::size_t lag = 0; lag < std::min(tokens, position + 1); ++lag)
      sum += w.convolution[channel * tokens + tokens - 1 - lag] * x(row - lag, channel);
    out[channel] = sum / (1.0F + std::exp(-sum));
  }
}

float softplus(float x) {
  return std::max(x, 0.0F) + std::log1p(std::exp(-std::abs(x)));
}

}  // namespace regard
