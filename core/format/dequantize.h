// SPDX-License-Identifier: Apache-2.0
// Stored numbers to float32: half precision exactly, quantised blocks by the formulas below. Pure; any thread.
//
// Quantised kinds, as published with ggml. d, m: float16 scale and minimum of a block; q: small whole numbers; low halves of
// bytes come before high halves (numbers 0…15 of a block of 32, then 16…31).
//   32 numbers:   Q4_0 d·(q − 8)   Q4_1 d·q + m   Q5_0 d·(q − 16)   Q5_1 d·q + m   Q8_0 d·q   IQ4_NL d·table[q]
//                 MXFP4 2^(e − 127)·(E2M1), e a byte (core/base/mxfp4.h)
//   256 numbers:  16 or 8 groups, each with a small whole scale s and, where there is one, a small whole minimum t:
//                 Q2_K, Q4_K, Q5_K d·s·q − m·t   Q3_K d·s·(q − 4)   Q6_K d·s·(q − 32)   IQ4_XS d·(s − 32)·table[q]
//                 IQ2_XXS, IQ2_XS, IQ2_S d·(s + ½)/4·±g   IQ3_XXS d·(s + ½)/2·±g   IQ3_S d·(2s + 1)·±g
//                 IQ1_S, IQ1_M d·(2s + 1)·(g ± ⅛)   g: numbers of a point of the kind's grid (core/base/grids.h)
//                 TQ1_0, TQ2_0 d·(q − 1), q = 0, 1, 2: five numbers in a byte, or four
// One number alone: F8_E4M3 and F8_E5M2, eight bits with four or five of exponent.
#pragma once

#include "core/format/stored_tensor.h"

#include <cstddef>
#include <span>

namespace regard {

/// Can dequantize() read numbers of this kind? F32, F16, BF16, both F8 and every quantised one.
[[nodiscard]] bool is_float_kind(StoredType type);

/// All of target.size() numbers, whole blocks; source.size() must be stored_bytes(type, target.size()). Any alignment.
void dequantize(StoredType type, std::span<const std::byte> source, std::span<float> target);

}  // namespace regard
