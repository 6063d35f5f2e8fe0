// SPDX-License-Identifier: Apache-2.0
// The same matrices of a layer cut into other numbers of heads: W_Q and W_K make the same rows of numbers, however many heads they are
// shared out to, so that a layer of n heads with these weights would look exactly so at this text (Vaswani et al. 2017, table 3 (A), keeps
// heads · width alike in the same way). Pure; any thread.
#pragma once

#include "core/analysis/step_switches.h"
#include "core/base/matrix.h"

#include <array>
#include <cstddef>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace regard {

/// Why rows that are cut otherwise would not be those of a layer of that many heads.
enum class HeadCutObstacle {
  none,
  no_softmax,     ///< the layer keeps a state
  not_captured,   ///< a captured run without its weights
  not_a_divisor,  ///< of heads · width
  grouped,        ///< heads share keys: another number of heads would need other matrices
  latent,         ///< keys come out of a latent row, a part of them the same in all heads
  rotary,         ///< each head's numbers are turned pair by pair with frequencies of its own width
  qk_norm,        ///< queries and keys are normalised head by head
  bias,           ///< the model adds a bias of its own heads to the scores (ALiBi, T5, DeBERTa)
  sink,           ///< its own heads have sinks
  widths,         ///< values are of another width than keys
};
inline constexpr std::size_t head_cut_obstacles = 11;
/// Its name in locale keys ("head_cuts.obstacle.<name>") and in files.
[[nodiscard]] std::string_view name_of(HeadCutObstacle obstacle);
/// None for the model's own number of heads, if there is attention to be seen at all.
[[nodiscard]] HeadCutObstacle obstacle_to_heads(const LayerOf& of, std::size_t heads);

/// 1, 2, 4, 8, 16 as far as they divide heads · width, and the model's own number; where another cut has an obstacle that alone.
[[nodiscard]] std::vector<std::size_t> usual_cuts(const LayerOf& of);

/// A place that is told of every text.
enum class LookedPlace { itself, previous, next, first };
inline constexpr std::size_t looked_places = 4;
/// "itself"…: in locale keys ("head_cuts.place.<name>") and in files.
[[nodiscard]] std::string_view name_of(LookedPlace place);

struct CutHead {
  Matrix weights{};  ///< [T, keys]
  std::array<double, looked_places>
      places{};  ///< mean weight there over the rows that have such a key; 0 where none has, and between two texts
  double entropy = 0.0;   ///< mean over rows of −Σ A ln A, nats
  double distance = 0.0;  ///< mean over rows of Σ A·|i − j|, tokens; 0 between two texts
  /// Of the four, that with the largest mean; none where it is below a half.
  [[nodiscard]] std::size_t strongest() const;
};

struct HeadCut {
  std::size_t heads = 0;
  std::size_t width = 0;  ///< of a head
  float scale = 1.0F;     ///< 1/√width where the model divides by the root of its own
  std::vector<CutHead> each{};
};

/// No count has an obstacle. Every number of heads as trained, interventions on heads and their kinds left out but in the model's own
/// number, from which kinds alone are. Throws Cancelled.
[[nodiscard]] std::vector<HeadCut> head_cuts(const LayerOf& of, std::span<const std::size_t> counts,
                                             const std::stop_token& stop = {});

}  // namespace regard
