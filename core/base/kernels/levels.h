// SPDX-License-Identifier: Apache-2.0
// The levels of kernels there are: one file each, compiled with flags of its own (core/CMakeLists.txt). Such a file holds nothing
// but its level: a function of the standard library compiled in it could be taken for everybody's and stop an older processor.
#pragma once

#include "core/base/kernels.h"

namespace regard {

extern const Kernels* const kAvx512Kernels;    ///< null on other processors
extern const Kernels* const kAvx2Kernels;      ///< likewise; with FMA and F16C
extern const Kernels* const kPortableKernels;  ///< what the compiler makes without being told of a processor

}  // namespace regard
