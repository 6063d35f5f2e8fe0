// SPDX-License-Identifier: Apache-2.0
// Numbers whose scales lie apart (F8 with scales, GPTQ, AWQ), widened. For the reader of weights; pure, any thread.
//
// The numbers stay in the file, mapped. Memory is taken by their scales alone, as float32 for every output, and zeros as bytes: 5 bytes
// for a group of inputs of an output (GPTQ and AWQ of groups of 128: a thirteenth of the file), 4 for a block of FP8 (128: a 32nd).
#pragma once

#include "core/model/weights.h"

#include <cstddef>
#include <span>

namespace regard {

/// copy_as_f32() of a matrix with ScalesApart.
void copy_scaled(const TensorView& matrix, std::size_t first, std::span<float> target);

}  // namespace regard
