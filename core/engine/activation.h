// SPDX-License-Identifier: Apache-2.0
// The non-linear functions of feed-forward blocks. Pure; any thread.
#pragma once

#include "core/engine/rows.h"
#include "core/model/config.h"

namespace regard {

/// x = f(x), element by element. gelu: x·Φ(x) with the error function to 2·10⁻⁷; gelu_tanh: its tanh approximation
/// (Hendrycks, Gimpel 2016); relu_squared: max(x, 0)² (So et al. 2021); silu: x·σ(x); quick_gelu: x·σ(1.702·x).
void activate(Activation activation, Rows x);

/// gate = f(gate)·up (Shazeer 2020: SwiGLU for silu). Not for relu_squared.
void activate_gated(Activation activation, Rows gate, ConstRows up);

/// gate = g·σ(slope·g)·(u + 1), with g = min(gate, limit) and u = up within ±limit; `up` is changed, too (gpt-oss).
void activate_clamped(const ClampedGate& clamped, Rows gate, Rows up);

/// x = max(x − mean − deviations·σ, 0), with the mean and standard deviation σ of each row (of n numbers, ÷ n).
void keep_above(float deviations, Rows x);

/// x = cap·tanh(x/cap), element by element (Gemma 2).
void soft_cap(float cap, Rows x);

}  // namespace regard
