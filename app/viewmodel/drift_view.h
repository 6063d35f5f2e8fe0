// SPDX-License-Identifier: Apache-2.0
// What adapters do to the heads, as people look at it: what they touch, how far each head moves as they grow, how large the change of
// its matrices is. Too slow for a frame but for touched_modules(): made in background jobs. Any thread. Numbers: core/analysis/drift.h.
#pragma once

#include "app/session/reading.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/drift.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// Matrices of one name in many layers.
struct TouchedModules {
  std::string name{};                 ///< "self_attn.q_proj"; of what is in no layer its whole name
  std::vector<std::size_t> layers{};  ///< ascending; empty: in no layer
  friend bool operator==(const TouchedModules&, const TouchedModules&) = default;
};
/// Names of modules ("model.layers.3.self_attn.q_proj"), gathered, in the order in which each first comes.
[[nodiscard]] std::vector<TouchedModules> touched_modules(const std::vector<std::string>& modules);
/// "0–3, 7": runs of at least three; empty for none.
[[nodiscard]] std::string told_layers(const std::vector<std::size_t>& layers);

/// The strengths at α = 1: of one adapter 1, of several as they are set, or all of them as trained where none is on.
[[nodiscard]] std::vector<float> drift_direction(const Reading& reading);

/// α = −1, −0.75 … 2: what the curves are drawn through.
inline constexpr float drift_first = -1.0F, drift_step = 0.25F;
inline constexpr std::size_t drift_alphas = 13;
[[nodiscard]] std::vector<float> drawn_alphas();

/// The same files at other strengths are the same question.
struct WeightChangeQuestion {
  std::shared_ptr<const Model> model{};
  std::vector<float> direction{};
  friend bool operator==(const WeightChangeQuestion& a, const WeightChangeQuestion& b);
};
struct DriftQuestion {
  WeightChangeQuestion of{};
  Request text{};                  ///< without interventions; where there is no corpus
  std::filesystem::path corpus{};  ///< a file of sentences; empty: the text
  unsigned reading = 0;            ///< counts how often that file was chosen
  bool own_weights = false;
  friend bool operator==(const DriftQuestion&, const DriftQuestion&) = default;
};
/// Of the run on show, which has a trace.
[[nodiscard]] DriftQuestion drift_question(const Snapshot& live);

/// What is read for it. Throws Error (those of load_corpus(), corpus_too_long, reads_pictures).
[[nodiscard]] std::vector<Request> texts_of_drift(const DriftQuestion& question,
                                                  const std::shared_ptr<const Model>& base);

struct WeightChangeView {
  HeadList heads{};
  std::vector<WeightChange> changes{};  ///< [heads] at α = 1
};

/// Throw Error (those of load_corpus(), corpus_too_long, of models that read pictures reads_pictures), Cancelled.
[[nodiscard]] std::shared_ptr<const Drift> make_drift(const DriftQuestion& question, const Pace& pace);
[[nodiscard]] std::shared_ptr<const WeightChangeView> make_weight_changes(const WeightChangeQuestion& question,
                                                                          const Pace& pace);

/// Indices of the heads that move most at any of the strengths, most first; none that does not move.
[[nodiscard]] std::vector<std::size_t> farthest_heads(const Drift& drift, std::size_t most);
/// Indices of the heads, largest change of any matrix first; none that is not touched.
[[nodiscard]] std::vector<std::size_t> most_changed(const WeightChangeView& view);

}  // namespace regard
