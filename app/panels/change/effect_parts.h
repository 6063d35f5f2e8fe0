// SPDX-License-Identifier: Apache-2.0
// The two halves of the Effect view. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/effect_view.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

struct EffectState {
  std::optional<std::int32_t> token{};  ///< a person's choice; else the most probable one
  bool mean = false;                    ///< heads are ablated to their mean
  EffectMeasure measure = EffectMeasure::divergence;
  LongMapState map{};
  std::weak_ptr<const Trace> weights_of{};  ///< what `weights` were read from
  std::size_t query = 0, key = 0;           ///< likewise
  std::vector<float> weights{};             ///< [L·H] A[query,key]
};

/// Slots of Background: both predictions, and the map of all heads.
struct EffectSlot {
  using Asked = EffectQuestion;
  using Answer = EffectView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return std::make_shared<const Answer>(make_effect(asked));
  }
};
struct AblationSlot {
  using Asked = AblationQuestion;
  using Answer = AblationView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_ablation(asked, job.publish, job.give_way, job.stop, job.progress);
  }
};

/// The tokens of both predictions with their bars; a click chooses a token. `compared`: there are two.
void draw_effect_rows(EffectState& state, const EffectView& view, bool compared);

/// Tiles layers × heads, their legend and the heads that matter most.
void draw_ablation_map(PanelContext& context, EffectState& state, const AblationView& view);

/// "+0.42", "−1.30": with a sign, unless it is zero.
[[nodiscard]] std::string with_sign(double value, int decimals);

}  // namespace regard
