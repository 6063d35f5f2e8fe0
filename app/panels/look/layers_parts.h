// SPDX-License-Identifier: Apache-2.0
// The pieces of the Layers view, each with its caption, legend and tooltips. Private to app/panels.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/layers.h"

#include <cstddef>
#include <optional>

namespace regard {

/// Slots of Background.
struct HeadsByLayerSlot {
  using Asked = LayersRequest;
  using Answer = HeadsByLayer;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_heads_by_layer(asked, job.stop, job.progress, job.publish);
  }
};
struct StreamByLayerSlot {
  using Asked = LayersRequest;
  using Answer = StreamByLayer;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_stream_by_layer(asked, job.stop);
  }
};

/// Kept between frames.
struct LayersState {
  std::optional<std::size_t> place{};  ///< under the mouse in one chart, marked in all of them
};

struct LayersFrame {
  PanelContext& context;
  float width = 0.0F;                 ///< pixels, of the column
  std::optional<std::size_t>& place;  ///< set to the place under the mouse, see LayerChartResult
};

void draw_head_charts(const LayersFrame& frame, const HeadsByLayer& view, float height);
void draw_cosines(const LayersFrame& frame, const StreamByLayer& view, float height);
void draw_norm_and_writers(const LayersFrame& frame, const StreamByLayer& view, float height);
void draw_lens(const LayersFrame& frame, const StreamByLayer& view);

}  // namespace regard
