// SPDX-License-Identifier: Apache-2.0
// The pieces of the view of positions. Private to app/panels.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/position_effects.h"
#include "app/viewmodel/positions_view.h"
#include "app/widgets/heat_map.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace regard {

/// Slots of Background.
struct DistancesSlot {
  using Asked = DistancesQuestion;
  using Answer = DistancesAnswer;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_distances(asked, job.stop);
  }
};
struct TermsSlot {
  using Asked = TermsQuestion;
  using Answer = TermsAnswer;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_terms(asked);
  }
};

struct StretchSlot {
  using Asked = StretchQuestion;
  using Answer = StretchAnswer;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_stretch(asked, job.stop, job.progress);
  }
};

struct PositionEffectsSlot {
  using Asked = PositionEffectsQuestion;
  using Answer = PositionEffects;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_position_effects(asked, job.stop);
  }
};

inline constexpr std::array<std::size_t, 3> reaches{usual_reach, 256, most_reach};

/// Kept between frames.
struct PositionsState {
  std::shared_ptr<const DistancesAnswer> answer{};  ///< what is drawn: the one before while the next is on its way
  std::shared_ptr<const TermsAnswer> terms{};
  std::size_t reach = 0;  ///< index of `reaches`
  bool others = false;
  bool stretch = false;        ///< what a stretched context costs is asked for
  bool by_wavelength = false;  ///< the order of the clocks
  Axis places{};               ///< of the grid of places, without names
  std::uint64_t revision = 0;
  HeatMapView zoom{};
  LongMapState costs_of{};
};

/// What it costs to stretch rotary positions, once it is asked for. Probes "positions.stretch", "positions.stretch.<index>".
void draw_stretch(PanelContext& context, PositionsState& state);

/// Other positions for the heads chosen: what they cost, and buttons that make them interventions. Probes "positions.scope.<index>",
/// "positions.apply.<index>", "positions.cost.<index>", "positions.refused.<index>", "positions.costs.start".
void draw_position_switches(PanelContext& context, PositionsState& state);

/// The planes of the score as clocks, a hand for the query and one for the key. Probes "positions.order.<0|1>", "positions.clock.<plane>".
void draw_plane_clocks(PanelContext& context, PositionsState& state, const TermsAnswer& terms);

}  // namespace regard
