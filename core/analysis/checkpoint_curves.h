// SPDX-License-Identifier: Apache-2.0
// What the heads of a model do, checkpoint by checkpoint of its training: measures on a text, and induction on random tokens said
// twice (core/analysis/head_measures.h, probe_induction()). One checkpoint is in memory at a time. Of an encoder–decoder model the heads
// are the encoder's. Any thread; on the calling thread and those of the products.
#pragma once

#include "core/analysis/corpus_runs.h"
#include "core/engine/engine.h"
#include "core/model/checkpoint_series.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace regard {

enum class CurveMeasure { previous, induction, distance, entropy };
inline constexpr std::size_t curve_measures = 4;
/// "previous_token", "induction", "distance", "entropy": as named_measures() calls them.
[[nodiscard]] std::string_view name_of(CurveMeasure measure);

struct CheckpointPoint {
  std::uint64_t step = 0;
  /// [curve_measures][heads]; not defined where it was not asked for, or there is none of it.
  std::array<std::vector<Measure>, curve_measures> measures{};
};

/// A checkpoint without a point.
struct CheckpointGap {
  std::uint64_t step = 0;
  Error why;
};

struct CheckpointCurves {
  HeadList heads{};                       ///< those with a softmax
  std::vector<CheckpointPoint> points{};  ///< of those measured so far, by step
  std::vector<CheckpointGap> gaps{};      ///< likewise
  std::size_t checkpoints = 0;            ///< of the series
};

/// What is measured.
struct CurveWish {
  std::vector<Request> texts{};  ///< without interventions; previous, distance, entropy: means over the rows of all
  bool induction = false;        ///< on random tokens of the vocabulary; not defined where the context is too short
};

/// The order in which `count` places are measured: the last one, the first one, then halves of what lies between, so that the course
/// shows long before all are done.
[[nodiscard]] std::vector<std::size_t> coarse_to_fine(std::size_t count);

/// `series` is checked (check_checkpoints()); a checkpoint with a problem, or one that fails now, becomes a gap. `told`, if given, is called
/// after each with all there is so far. Throws Error (no_checkpoints, reads_pictures; where none opens that of the first), Cancelled.
[[nodiscard]] CheckpointCurves measure_checkpoints(const CheckpointSeries& series, const CurveWish& wish,
                                                   const Pace& pace = {},
                                                   const std::function<void(const CheckpointCurves&)>& told = {});

/// Of one model. [curve_measures][heads], heads as softmax_heads() of its reader. Throws Error(reads_pictures), Cancelled.
[[nodiscard]] std::array<std::vector<Measure>, curve_measures> measure_checkpoint(
    const std::shared_ptr<const Model>& model, const CurveWish& wish, const Pace& pace = {});

}  // namespace regard
