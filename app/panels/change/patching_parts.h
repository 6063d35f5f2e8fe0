// SPDX-License-Identifier: Apache-2.0
// The pieces of the Patching view. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/patching_view.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace regard {

struct PatchingState {
  PatchWhat what = PatchWhat::residual;
  PatchGrid grid = PatchGrid::layers_tokens;     ///< of what has heads
  std::optional<std::int32_t> right{}, wrong{};  ///< a person's choices; else what A and B predict
  LongMapState map{};
  HeatMapView view{};
  std::shared_ptr<const PatchingView> drawn{};  ///< what the axes below are of
  std::string drawn_words{};                    ///< likewise
  Axis rows{}, cols{};
};

/// Slots of Background: what both texts predict, and the map.
struct AnswersSlot {
  using Asked = PatchingPair;
  using Answer = AnswerTokens;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return std::make_shared<const Answer>(make_answers(asked));
  }
};
struct PatchingSlot {
  using Asked = PatchingQuestion;
  using Answer = PatchingView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_patching(asked, job.publish, job.give_way, job.stop, job.progress);
  }
};

/// Menus of the right and the wrong answer, and the formula with the numbers of A and B.
void draw_answers(PanelContext& context, PatchingState& state, const PatchingPair& pair, const AnswerTokens& answers,
                  const PatchingQuestion& question, const PatchingMap* map);
/// What is carried over, and which map of it.
void draw_patching_choices(PanelContext& context, PatchingState& state, std::size_t layer);
/// The map, its legend and what the mouse points at; a click adds a patch to the list of interventions or takes it out.
void draw_patching_map(PanelContext& context, PatchingState& state, const PatchingQuestion& question,
                       const std::shared_ptr<const PatchingView>& view);

/// "the residual stream before layer 3", "the key of head 2 in layer 1".
[[nodiscard]] std::string patched_thing(const PatchCell& cell, const ModelConfig& config);

}  // namespace regard
