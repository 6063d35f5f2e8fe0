// SPDX-License-Identifier: Apache-2.0
// The pieces of the Adapters view. Private to app/panels/change. UI thread only.
#pragma once

#include "app/base/built_in_adapters.h"
#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/causes_view.h"
#include "app/viewmodel/drift_view.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace regard {

struct AdaptersState {
  bool own_weights = false;
  LongMapState drift{}, causes{};
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
struct CausesSlot {
  using Asked = CausesQuestion;
  using Answer = DriftCauses;
  static Models stays_with(const Asked& asked) {
    return asked.of.corpus.empty() ? Models{} : Models{asked.full.get(), asked.of.of.model.get()};
  }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_causes(asked, {job.stop, job.progress, job.give_way});
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

/// Adapters that can be laid over a model with one click. Whatever its strengths are, the model is the same.
struct AdaptersHereSlot {
  struct Asked {
    std::shared_ptr<const Model> model{};
    friend bool operator==(const Asked& a, const Asked& b) {
      return a.model->tokenizer == b.model->tokenizer && a.model->folder == b.model->folder;
    }
  };
  using Answer = std::vector<AdapterEntry>;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    if (job.give_way) job.give_way();
    return std::make_shared<const Answer>(adapters_for(*asked.model));
  }
};

/// Those that are not open yet, a button and a line for each. Probes "adapters.here.<name>".
void draw_adapters_here(PanelContext& context);

/// One of the session's adapters: its name, its strength, what it touches (once it is loaded).
void draw_adapter(PanelContext& context, std::size_t index);

/// Curves of the heads that move most over α, on the sentence or a corpus.
void draw_drift(PanelContext& context, AdaptersState& state);

/// Is the model on show stored in few bits, or compared with one of other files?
[[nodiscard]] bool has_causes(const PanelContext& context);
/// How far storage moves each head, beside how far the adapters do. `chooses_text`: the choice of the text stands here. Probes
/// "adapters.causes", ".along", ".up", "adapters.caused.<layer>.<head>".
void draw_causes(PanelContext& context, AdaptersState& state, bool chooses_text);

/// ‖ΔW‖/‖W‖ of every head that is touched.
void draw_weight_changes(PanelContext& context);

}  // namespace regard
