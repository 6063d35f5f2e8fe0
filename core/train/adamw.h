// SPDX-License-Identifier: Apache-2.0
// AdamW (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101), over all parameters alike, as PyTorch's class does.
#pragma once

#include "core/base/aligned.h"

#include <cstddef>

namespace regard::train {

struct AdamW {
  float rate = 1e-3F;
  float beta1 = 0.9F;
  float beta2 = 0.98F;
  float epsilon = 1e-8F;
  float decay = 0.01F;
  friend bool operator==(const AdamW&, const AdamW&) = default;
};

/// Running means of the gradient and of its square.
struct Moments {
  AlignedFloats first{}, second{};
  std::size_t steps = 0;
};

/// One step: θ −= rate·(decay·θ + m̂/(√v̂ + ε)). All arrays of one size.
void update(const AdamW& adam, const AlignedFloats& gradient, Moments& moments, AlignedFloats& parameters);

}  // namespace regard::train
