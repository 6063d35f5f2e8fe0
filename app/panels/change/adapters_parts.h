// SPDX-License-Identifier: Apache-2.0
// The pieces of the Adapters view. Private to app/panels/change. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/drift_view.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace regard {

struct AdaptersState {
  bool own_weights = false;
  LongMapState drift{};
  std::uint64_t strokes = 0;            ///< of strengths that were moved
  std::optional<std::size_t> moving{};  ///< the adapter of the last one
  double moved_at = 0.0;                ///< seconds
};

/// Slots of Background.
struct DriftSlot {
  using Asked = DriftQuestion;
  using Answer = Drift;
  static Models stays_with(const Asked& asked) {
    return asked.corpus.empty() ? Models{} : Models{asked.of.model.get()};
  }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_drift(asked, {job.stop, job.progress, job.give_way});
  }
};
struct WeightChangeSlot {
  using Asked = WeightChangeQuestion;
  using Answer = WeightChangeView;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_weight_changes(asked, {job.stop, job.progress, job.give_way});
  }
};

/// One of the session's adapters: its name, its strength, what it touches (once it is loaded).
void draw_adapter(PanelContext& context, std::size_t index);

/// Curves of the heads that move most over α, on the sentence or a corpus.
void draw_drift(PanelContext& context, AdaptersState& state);

/// ‖ΔW‖/‖W‖ of every head that is touched.
void draw_weight_changes(PanelContext& context);

}  // namespace regard
