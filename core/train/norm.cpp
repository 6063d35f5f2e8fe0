// SPDX-License-Identifier: Apache-2.0
#include "core/train/grid.h"
#include "core/train/parts.h"

#include <algorithm>
#include <cmath>

namespace regard::train {

void normalise(NormKind kind, const float* x, std::size_t rows, std::size_t width, const NormSlots& slots,
               const AlignedFloats& parameters, NormState& state) {
  const ConstLine scale = line(parameters.data() + slots.scale.first, width);
  for (std::size_t row = 0; row < rows; ++row) {
    const ConstLine from = line(x + row * width, width);
    Line unit = line(state.unit.data() + row * width, width);
    Line read = line(state.read.data() + row * width, width);
    const float mean = kind == NormKind::layer_norm ? from.mean() : 0.0F;
    unit = from - mean;
    const float inverse = 1.0F / std::sqrt(unit.square().mean() + kNormEpsilon);
    unit *= inverse;
    state.inverse[row] = inverse;
    read = unit * scale;
    if (slots.shift.size() > 0) read += line(parameters.data() + slots.shift.first, width);
  }
}

// y = scale·x̂ + shift, x̂ = (x − mean)/σ. With g = dy·scale: dx = (g − mean(g) − x̂·mean(g·x̂))/σ; RMSNorm takes no mean away.
void normalise_back(NormKind kind, const float* d_read, std::size_t rows, std::size_t width, const NormSlots& slots,
                    const AlignedFloats& parameters, const NormState& state, AlignedFloats& gradient, float* d_x) {
  const ConstLine scale = line(parameters.data() + slots.scale.first, width);
  Line d_scale = line(gradient.data() + slots.scale.first, width);
  Line d_shift = line(gradient.data() + slots.shift.first, slots.shift.size());
  d_scale.setZero();
  d_shift.setZero();
  AlignedFloats passed(width);
  Line g = line(passed.data(), width);
  for (std::size_t row = 0; row < rows; ++row) {
    const ConstLine from = line(d_read + row * width, width);
    const ConstLine unit = line(state.unit.data() + row * width, width);
    d_scale += from * unit;
    if (slots.shift.size() > 0) d_shift += from;
    g = from * scale;
    const float mean = kind == NormKind::layer_norm ? g.mean() : 0.0F;
    const float along = (g * unit).mean();
    line(d_x + row * width, width) += state.inverse[row] * (g - mean - unit * along);
  }
}

}  // namespace regard::train
