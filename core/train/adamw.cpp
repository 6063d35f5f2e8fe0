// SPDX-License-Identifier: Apache-2.0
#include "core/train/adamw.h"

#include "core/train/grid.h"

#include <cmath>

namespace regard::train {

void update(const AdamW& adam, const AlignedFloats& gradient, Moments& moments, AlignedFloats& parameters) {
  ++moments.steps;
  const auto steps = static_cast<double>(moments.steps);
  const double unbiased1 = 1.0 - std::pow(static_cast<double>(adam.beta1), steps);
  const double unbiased2 = 1.0 - std::pow(static_cast<double>(adam.beta2), steps);
  const auto rate = static_cast<float>(static_cast<double>(adam.rate) / unbiased1);
  const auto root = static_cast<float>(1.0 / std::sqrt(unbiased2));
  const ConstLine g = line(gradient.data(), gradient.size());
  Line m = line(moments.first.data(), gradient.size());
  Line v = line(moments.second.data(), gradient.size());
  Line theta = line(parameters.data(), gradient.size());
  m = adam.beta1 * m + (1.0F - adam.beta1) * g;
  v = adam.beta2 * v + (1.0F - adam.beta2) * g.square();
  theta = theta * (1.0F - adam.rate * adam.decay) - rate * m / (v.sqrt() * root + adam.epsilon);
}

}  // namespace regard::train
