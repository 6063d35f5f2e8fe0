// SPDX-License-Identifier: Apache-2.0
// What adapters do to every head: how far its attention moves as their strength grows, and how large the change of its matrices is.
// Of an encoder–decoder model the heads are the encoder's, as in every measure over texts. Any thread; on the calling thread and
// those of the products.
//
// Drift of head h at strength α: the mean over the rows of all texts of the Jensen–Shannon divergence between the row of the base's
// run and that of the run with the adapters at α times `direction`, / ln 2 (core/analysis/difference.h): 0 the same, 1 nothing in
// common. With `own_weights` every layer reads what it reads in the base's run (PatchSite::residual before each layer), so that what a
// late layer shows is its own change, not that of the layers before it.
#pragma once

#include "core/analysis/corpus_runs.h"
#include "core/engine/engine.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

struct DriftOptions {
  std::vector<float> alphas{};
  std::vector<float> direction{};  ///< [adapters] how strong each is at α = 1
  bool own_weights = false;
};

struct Drift {
  HeadList heads{};
  std::vector<float> alphas{};
  std::vector<std::vector<double>> movement{};  ///< [alphas][heads] 0…1
  std::size_t texts = 0, rows = 0;              ///< that were read, and their tokens
};

/// The model without its adapters: itself where it has none, at strength 0 where that is its base to the last bit, else opened anew.
/// Throws what load_model() does.
[[nodiscard]] std::shared_ptr<const Model> base_of(const std::shared_ptr<const Model>& model,
                                                   const std::stop_token& stop = {});

/// Requests that the corpus' sentences are; those longer than the context are left out. Throws Error (needs_image).
[[nodiscard]] std::vector<Request> requests_of(const std::shared_ptr<const Model>& model, const Corpus& corpus);

/// `adapted` is `base` with adapters (at any strength); the requests have no interventions. Throws Error, Cancelled.
[[nodiscard]] Drift measure_drift(const std::shared_ptr<const Model>& base, const std::shared_ptr<const Model>& adapted,
                                  std::span<const Request> requests, const DriftOptions& options,
                                  const Pace& pace = {});

/// ‖W′ − W‖_F / ‖W‖_F of the parts of one head: its rows of W_Q, the rows of W_K and W_V that it shares with its group, its columns of
/// W_O; 0 where no adapter touches them. Nothing where a layer has no such matrix (latent attention), or W is 0.
struct WeightChange {
  std::optional<double> query{}, key{}, value{}, output{};
  friend bool operator==(const WeightChange&, const WeightChange&) = default;
};

/// [softmax_heads()] of the encoder where there is one; W is the base's, W′ the adapted one's at its strength, DoRA and replaced matrices
/// included. Throws Cancelled.
[[nodiscard]] std::vector<WeightChange> weight_changes(const Model& base, const Model& adapted,
                                                       const std::stop_token& stop = {}, Progress* progress = nullptr);

}  // namespace regard
