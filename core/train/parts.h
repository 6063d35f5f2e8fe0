// SPDX-License-Identifier: Apache-2.0
// The parts of a layer that are more than a product of matrices, forward and backward. Private to core/train.
#pragma once

#include "core/train/decoder.h"

namespace regard::train {

/// state from x [N, D]. LayerNorm (Ba et al. 2016), RMSNorm (Zhang & Sennrich 2019).
void normalise(NormKind kind, const float* x, std::size_t rows, std::size_t width, const NormSlots& slots,
               const AlignedFloats& parameters, NormState& state);
/// d_x += what d_read [N, D] becomes on its way back; the norm's own gradients are written.
void normalise_back(NormKind kind, const float* d_read, std::size_t rows, std::size_t width, const NormSlots& slots,
                    const AlignedFloats& parameters, const NormState& state, AlignedFloats& gradient, float* d_x);

/// Turns queries and keys to their places, in half-split pairs (Su et al. 2021); `direction` −1 turns back, which is the gradient.
void turn(const Pass& pass, AlignedFloats& query_key_value, float direction);

/// layer.weights and layer.heads from layer.query_key_value.
void attend(const Pass& pass, LayerState& layer);
/// pass.d_query_key_value from pass.d_heads.
void attend_back(Pass& pass, const LayerState& layer);

/// The same two of linear attention.
void attend_linearly(const Pass& pass, LayerState& layer);
void attend_linearly_back(Pass& pass, const LayerState& layer);

/// active = gelu(inner), by its tanh form (Hendrycks & Gimpel 2016).
void activate(const AlignedFloats& inner, AlignedFloats& active);
/// d *= gelu'(inner)
void activate_back(const AlignedFloats& inner, AlignedFloats& d);

}  // namespace regard::train
