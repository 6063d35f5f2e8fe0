// SPDX-License-Identifier: Apache-2.0
#include "core/engine/layer_buffers.h"

#include <algorithm>

namespace regard {

LayerBuffers layer_buffers(const Pass& pass) {
  std::size_t widest = 0, widest_gated = 0;
  for (const LayerPlan& plan : pass.config().plans) {
    widest = std::max(widest, plan.feed_forward.width);
    if (plan.feed_forward.gated) widest_gated = std::max(widest_gated, plan.feed_forward.width);
  }
  const std::size_t rows = pass.rows.size();
  return {.read = Matrix(rows, pass.config().hidden),
          .inner = Matrix(rows, widest),
          .gate = Matrix(rows, widest_gated),
          .rotary = RotaryTables(pass.places(), pass.text_tokens())};
}

}  // namespace regard
