// SPDX-License-Identifier: Apache-2.0
#include "core/base/kernels/levels.h"
#if defined(__AVX2__)
#include "core/base/kernels/table.h"
#endif

namespace regard {

#if defined(__AVX2__)
constexpr Kernels kKernels = kernels_of_level("avx2");
const Kernels* const kAvx2Kernels = &kKernels;
#else
const Kernels* const kAvx2Kernels = nullptr;
#endif

}  // namespace regard
