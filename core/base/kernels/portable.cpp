// SPDX-License-Identifier: Apache-2.0
#include "core/base/kernels/levels.h"
#include "core/base/kernels/table.h"

namespace regard {

constexpr Kernels kKernels = kernels_of_level("portable");
const Kernels* const kPortableKernels = &kKernels;

}  // namespace regard
