// SPDX-License-Identifier: Apache-2.0
// What became of a learner at a step: its scores, and what its heads do by the measures of core/analysis. Any thread.
#pragma once

#include "core/analysis/head_measures.h"
#include "core/train/training.h"

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard::train {

/// One head at one step.
struct HeadPoint {
  Measure induction{};    ///< on random symbols said twice (InductionProbe)
  float contrast = 0.0F;  ///< of the same rows: the target's weight / its larger neighbour's
  Measure previous{};     ///< on sequences of the task
  Measure entropy{};      ///< likewise, / ln(allowed keys)
};

/// What the parameters of a step scored on sequences they had not seen, and what their heads did.
struct CurvePoint {
  std::size_t step = 0;
  Scores scores{};
  std::vector<HeadPoint> heads{};  ///< [layers · heads]; empty where they were not measured
};

/// Of a learner as a model (core/train/learner_model.h), in memory or opened from its folder. Throws Cancelled.
[[nodiscard]] std::vector<HeadPoint> measure_heads(const std::shared_ptr<const Model>& model, const PreparedTask& task,
                                                   const std::stop_token& stop = {});

/// The head with the most of a measure; the first of equal ones.
[[nodiscard]] std::size_t best_head(std::span<const HeadPoint> heads, Measure HeadPoint::*measure);

/// A line of names, then a line for each point; heads are called L0H0, counted from 0. Empty fields where nothing was measured.
[[nodiscard]] std::string curves_csv(const Shape& shape, std::span<const CurvePoint> points);

}  // namespace regard::train
