// SPDX-License-Identifier: Apache-2.0
// The pieces of the Attribution view. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/attribution_view.h"

#include <imgui.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace regard {

struct AttributionState {
  std::optional<std::int32_t> token{};  ///< a person's choice; else the most probable one
  std::optional<std::int32_t> other{};  ///< whose logit is subtracted
};

/// Slot of Background.
struct AttributionSlot {
  using Asked = AttributionQuestion;
  using Answer = AttributionView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_attribution(asked, job.stop);
  }
};

/// A line with a name, a bar from the middle and a number, as wide as the column; `largest` fills half of it. True when clicked.
struct SignedRow {
  std::string id{};  ///< its probe
  std::string name{};
  double value = 0.0;
  double largest = 1.0;
  ImVec4 colour{};
  bool lit = false;  ///< the selected head's
};
bool draw_signed_row(const SignedRow& row);

/// Attention against feed-forward, layer by layer, and the logit so far.
void draw_depth_chart(PanelContext& context, const AttributionView& view);
/// Tiles layers × heads in the colours of their signs; a click selects the head. Probes "attribution.head.<layer>.<head>".
void draw_head_shares(PanelContext& context, const AttributionView& view, bool cross);
/// What the largest parts are called, with their bars.
void draw_largest_parts(PanelContext& context, const AttributionView& view);

}  // namespace regard
