// SPDX-License-Identifier: Apache-2.0
// The kernels of the level that a file is compiled for. Included by the one file of each level alone.
#pragma once

#include "core/base/kernels.h"
#include "core/base/kernels/curves.h"
#include "core/base/kernels/project.h"

namespace regard {
inline namespace REGARD_LEVEL {

constexpr Kernels kernels_of_level(std::string_view name) {
  return {.name = name,
          .panel = kPanel,
          .scratch = kScratch,
          .strip = kStrip,
          .project = project,
          .multiply = multiply,
          .multiply_strips = multiply_strips,
          .add_strips = add_strips,
          .scale_scores = scale_scores,
          .softmax_row = softmax_row,
          .weights_row = weights_row,
          .gelu = apply<gelu>,
          .gelu_tanh = apply<gelu_tanh>,
          .relu = apply<relu>,
          .silu = apply<silu>,
          .quick_gelu = apply<quick_gelu>};
}

}  // namespace REGARD_LEVEL
}  // namespace regard
