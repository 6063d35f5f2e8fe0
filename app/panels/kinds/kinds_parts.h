// SPDX-License-Identifier: Apache-2.0
// The pieces of the workspace Kinds. Private to app/panels.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/panels/common/panel.h"
#include "app/style/kinds_text.h"
#include "app/viewmodel/kind_effects.h"
#include "app/viewmodel/kinds_view.h"
#include "app/widgets/heat_map.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// Slots of Background.
struct KindsSlot {
  using Asked = KindsQuestion;
  using Answer = KindsAnswer;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_kinds(asked, job.stop);
  }
};
struct KindCostsSlot {
  using Asked = KindCostsQuestion;
  using Answer = KindCosts;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_kind_costs(asked, job.stop);
  }
};
struct KindEffectsSlot {
  using Asked = KindEffectsQuestion;
  using Answer = KindEffects;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_kind_effects(asked, job.stop);
  }
};

/// Kept between frames.
struct KindsState {
  std::shared_ptr<const KindsAnswer> answer{};  ///< what is drawn: of the text before while the next one is on its way
  Axis rows{}, cols{};                          ///< of what is drawn
  std::vector<KindPicture> pictures{};          ///< [kinds]; empty ones have an obstacle
  float largest = 1.0F;                         ///< of all numbers: the colours are the same in every grid
  std::uint64_t revision = 0;
  std::uint64_t grid_revision = 0;  ///< whose units the axes are
  std::size_t tiles = 0;            ///< of flash, so many are done; 0: all
  std::size_t made_tiles = 0;       ///< what the pictures were made with
  HeatMapView zoom{};               ///< of all grids
  LongMapState effects_of{};
  std::shared_ptr<const KindEffects>
      effects{};                 ///< of what is asked now; null until it is there, or where nothing is predicted
  bool offered = false;          ///< kinds can be applied to this attention
  bool bytes = false;            ///< the curves are of memory
  KindCostsQuestion costs_of{};  ///< `costs_here` of
  std::size_t costs_tokens = 0;  ///< and of so many tokens
  std::vector<KindCost> costs_here{};
};

/// What belongs to a grid, in a line.
[[nodiscard]] std::string kind_numbers_line(const KindReport& report);
/// "980", "4.2 k", "1.3 M": a count, in the language chosen.
[[nodiscard]] std::string short_count(double count);

/// Sliders for the numbers a kind has; `tokens`: of the text. True when one was moved. Probes "<id>.0", "<id>.1".
bool edit_kind_numbers(const std::string& id, KindOfAttention& kind, std::size_t tokens, float width);

/// The button that adds a kind, with its menu. Probes "kinds.add", "kinds.add.<name>".
void draw_add_kind(PanelContext& context);
/// The button with the name of the kind that is drawn there and its menu: its numbers, another kind, away with it. `tokens`: of the text. Probes
/// "kinds.kind.<index>", "kinds.to.<name>", "kinds.number.<index>.0", "kinds.number.<index>.1", "kinds.remove.<index>".
void draw_kind_menu_of(PanelContext& context, std::size_t index, const KindOfAttention& drawn, std::size_t tokens,
                       float width);

/// The line above the grids: who would attend so, and the button that computes the effects where that is long; asks for them. Probes
/// "kinds.reach.<index>", "kinds.effects.start".
void draw_kind_reach(PanelContext& context, KindsState& state);
/// Under a grid: the button that applies its kind to these heads, or takes it back, KL and what is predicted then. Probes
/// "kinds.apply.<index>", "kinds.effect.<index>".
void draw_kind_effect(PanelContext& context, const KindsState& state, std::size_t index, float width);
/// How much room it takes: none where kinds cannot be applied.
[[nodiscard]] float kind_effect_height(const KindsState& state);

/// The heads that "apply" is about, as the person has chosen.
[[nodiscard]] HeadScope scope_now(const PanelContext& context);
/// "KL 0.0123"
[[nodiscard]] std::string told_divergence(double divergence);
/// "cat 34 % · dog 12 %"
[[nodiscard]] std::string listed_tokens(const std::vector<PredictedToken>& tokens);
/// "cat 34 % → dog 12 %"; empty where either is.
[[nodiscard]] std::string told_change(const std::vector<PredictedToken>& before,
                                      const std::vector<PredictedToken>& after);
/// The place of the list's item that does the same to the same heads.
[[nodiscard]] std::optional<std::size_t> place_in_list(const Reading& reading, const Intervention& item);
/// Adds the item to the list, puts it in the place of that for the same heads, or takes it away where it stands already. `about`: what its
/// hint says.
void draw_apply_button(PanelContext& context, const std::string& id, const Intervention& item,
                       const std::string& about);

/// All grids with what stands above and below them, in the room that is left. Probes "kinds.grid.<index>.cells", "kinds.tiles".
void draw_kind_grids(PanelContext& context, KindsState& state);

}  // namespace regard
