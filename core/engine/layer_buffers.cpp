// SPDX-License-Identifier: Apache-2.0
#include "core/engine/layer_buffers.h"

#include <algorithm>

namespace regard {

LayerBuffers layer_buffers(const Pass& pass) {
  std::size_t widest = 0, widest_gated = 0, widest_heads = 0;
  bool mixes = false;
  for (const LayerPlan& plan : pass.config().plans) {
    if (plan.attention.output_gate || std::holds_alternative<GatedDelta>(plan.mixer))
      widest_heads = std::max(widest_heads, plan.attention.heads * plan.attention.head_dim);
    const FeedForward& block = plan.feed_forward;
    const std::size_t width = std::max(block.width, block.experts ? block.experts->shared_width : 0);
    widest = std::max(widest, width);
    if (block.gated) widest_gated = std::max(widest_gated, width);
    mixes = mixes || block.experts;
  }
  const std::size_t rows = pass.rows.size(), expert_rows = mixes ? rows : 0;
  return {.read = Matrix(rows, pass.config().hidden),
          .inner = Matrix(rows, widest),
          .gate = Matrix(rows, widest_gated),
          .gated = Matrix(rows, widest_heads),
          .expert_read = Matrix(expert_rows, pass.config().hidden),
          .expert_written = Matrix(expert_rows, pass.config().hidden),
          .rotary = RotaryTables(pass.places(), pass.text_tokens())};
}

}  // namespace regard
