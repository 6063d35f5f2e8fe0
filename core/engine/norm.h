// SPDX-License-Identifier: Apache-2.0
// Normalisation of rows. Pure; any thread. out may be x. A norm of n times as many numbers as a row has is n norms in turn: row r
// takes the (r mod n)-th, as the heads of tokens do that each have one of their own.
#pragma once

#include "core/engine/rows.h"
#include "core/model/weights.h"

namespace regard {

/// out = (x − mean)/√(variance + ε) · scale + shift, row by row (Ba, Kiros, Hinton 2016).
void layer_norm(ConstRows x, const Norm& norm, float epsilon, Rows out);

/// out = x/√(mean of x² + ε) · scale, row by row (Zhang, Sennrich 2019).
void rms_norm(ConstRows x, const Norm& norm, float epsilon, Rows out);

/// The norm of a block: LayerNorm, or RMSNorm where it shifts nothing; rows stay as they are where there is none.
void normalise(ConstRows x, const Norm& norm, float epsilon, Rows out);

}  // namespace regard
