// SPDX-License-Identifier: Apache-2.0
#include "core/base/kernels/levels.h"
#if defined(__AVX512F__)
#include "core/base/kernels/table.h"
#endif

namespace regard {

#if defined(__AVX512F__)
constexpr Kernels kKernels = kernels_of_level("avx512");
const Kernels* const kAvx512Kernels = &kKernels;
#else
const Kernels* const kAvx512Kernels = nullptr;
#endif

}  // namespace regard
