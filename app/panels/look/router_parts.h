// SPDX-License-Identifier: Apache-2.0
// The pieces of the view of experts. Private to app/panels.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/router_difference.h"
#include "app/viewmodel/router_view.h"
#include "app/widgets/heat_map.h"

#include <imgui.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

/// Slot of Background.
struct ExpertLoadsSlot {
  struct Asked {
    std::shared_ptr<const Trace> trace{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = ExpertLoads;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return make_expert_loads(asked.trace, job.give_way, job.stop, job.progress);
  }
};

/// Of the baseline.
struct BaselineLoadsSlot : ExpertLoadsSlot {};

/// Loads that were counted within a frame.
struct KeptLoads {
  std::shared_ptr<const ExpertLoads> loads{};
  std::weak_ptr<const Trace> of{};
};

/// Kept between frames.
struct RouterState {
  RouterView view{};
  std::weak_ptr<const Trace> trace{};          ///< what the view is of
  std::shared_ptr<const ExpertLoads> loads{};  ///< of all layers, while they are shown
  KeptLoads kept{}, kept_baseline{};
  bool made = false;

  std::optional<RouterDifference> difference{};  ///< while it is shown
  std::weak_ptr<const Comparison> compared{};    ///< what it is of
  std::shared_ptr<const ExpertLoads> baseline_loads{};
  std::uint64_t revision = 0;
  std::array<HeatMapView, router_maps> zooms{};
  std::array<std::size_t, router_maps>
      begun{};  ///< for how many experts each map was first brought to a size one can read
};

struct RouterColours {
  const gfx::ColourMap* map = nullptr;
  float low = 0.0F, high = 1.0F;
};
[[nodiscard]] RouterColours router_colours(const PanelContext& context, const RouterState& state);

/// What stands on a cell: a frame, or the diagonals of one that was chosen in the baseline alone.
enum class RouterMark { chosen, chosen_before };
void paint_router_mark(ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 ink, RouterMark mark);

/// Cells of the map on show, the frames of what was chosen, tooltips, clicks. `size`: of all of it.
HeatMapResult draw_router_grid(PanelContext& context, RouterState& state, ImVec2 size);
/// How high it should be where it has `most`.
[[nodiscard]] float router_grid_height(const RouterView& view, float width, float most);
/// Bars of the layer's load below the columns of the grid.
void draw_router_load(PanelContext& context, const RouterState& state, const HeatMapResult& grid);
/// What the asking token's experts are, and the tokens of the chosen expert.
void draw_router_lists(PanelContext& context, const RouterView& view);

/// A line of secondary text, cut at the content's right edge; the mouse is told the whole.
void brief_caption(const std::string& brief, std::string_view whole);

/// The expert that is chosen, where the layer has it.
[[nodiscard]] std::optional<std::size_t> chosen_expert(const PanelContext& context, const RouterView& view);

}  // namespace regard
