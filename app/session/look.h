// SPDX-License-Identifier: Apache-2.0
// How one looks, not what is looked at: undo leaves it be.
#pragma once

#include "app/session/stage.h"
#include "app/session/training_choices.h"
#include "core/trace/kind_of_attention.h"
#include "core/trace/score_parts.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

enum class ScoreMap { blue_orange, purple_green };
enum class WeightMap { viridis, cividis, blues };

/// What the cells of the grid of weights hold; see app/viewmodel/value_grid.h.
enum class GridWeight {
  attention,  ///< A[i,j]
  value,      ///< A[i,j]·‖v_j‖, each row divided by its sum
  output,     ///< ‖A[i,j]·(v_j W_O)‖, likewise
  rollout,    ///< all heads and the stream, up to the head's layer; not of cross-attention
  max_flow,   ///< how much can pass along the edges of rollout, likewise; of tokens
};
inline constexpr std::size_t grid_weights = 5;

/// What the view of experts shows.
enum class RouterMap {
  layer,  ///< of one layer: tokens × experts
  token,  ///< of one token: layers × experts
  load,   ///< of the text: layers × experts
};
inline constexpr std::size_t router_maps = 3;

/// What the views show where there is something to compare with: the live text (B), the baseline (A), or what changed.
enum class Shown { live, baseline, difference };

/// So many kinds of attention stand side by side.
inline constexpr std::size_t least_kinds = 2, most_kinds = 6;
[[nodiscard]] std::vector<KindOfAttention> usual_kinds();

struct Look {
  bool hide_special = false;  ///< leave special tokens out and renormalise (a view, says so)
  bool word_level = false;
  bool sort_bars = false;
  bool arcs_from_all = false;
  float arc_threshold = 0.05F;  ///< arcs below this weight are not drawn
  ScoreMap score_map = ScoreMap::blue_orange;
  WeightMap weight_map = WeightMap::viridis;
  GridWeight grid_weight = GridWeight::attention;
  std::optional<ScorePartKind> score_part{};  ///< the grid of scores: of one term alone; none: the sum
  RouterMap router_map = RouterMap::layer;
  bool experts_by_load = false;                        ///< the view of experts: the busiest of the layer first
  std::optional<std::size_t> expert{};                 ///< whose tokens are shown there
  std::vector<KindOfAttention> kinds = usual_kinds();  ///< side by side, none twice
  bool layers_whole_text = false;  ///< the Layers view: means over the text instead of one token's numbers
  TrainingChoices training{};      ///< what is to learn, in the workspace Training
  CouncilChoices council{};        ///< likewise
  Stage stage{};                   ///< what stands in the window
  Shown shown = Shown::live;
  friend bool operator==(const Look&, const Look&) = default;
};
[[nodiscard]] const Look& look_of(const Session& session);

}  // namespace regard
