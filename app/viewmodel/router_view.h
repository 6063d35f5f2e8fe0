// SPDX-License-Identifier: Apache-2.0
// Mixtures of experts: through which experts the tokens of a text go, with what the router gave them. Three maps: one layer's tokens
// × experts, one token's layers × experts, and the load of all experts of all layers. Pure; any thread.
#pragma once

#include "app/session/look.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "core/analysis/expert_load.h"
#include "core/base/progress.h"
#include "core/trace/experts.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

/// The loads of every layer. As slow as a choice for each token of each layer: of long texts a background job's.
struct ExpertLoads {
  std::vector<ExpertLoad> layers{};  ///< [L]; without experts: empty ones
};
/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const ExpertLoads> make_expert_loads(const std::shared_ptr<const Trace>& trace,
                                                                   const std::function<void()>& give_way = {},
                                                                   const std::stop_token& stop = {},
                                                                   Progress* progress = nullptr);

struct RouterInputs {
  RouterMap map = RouterMap::layer;
  std::size_t layer = 0;
  std::size_t token = 0;
  bool by_load = false;  ///< of a layer's map: the busiest experts first
  friend bool operator==(const RouterInputs&, const RouterInputs&) = default;
};
[[nodiscard]] RouterInputs router_inputs(const Snapshot& snapshot, const Session& session);

/// What the router made of one expert for one token.
struct RouterCell {
  float probability = 0.0F;
  std::size_t rank = 1;         ///< 1: no expert is more probable
  std::optional<float> gate{};  ///< what its output is multiplied by; none: it was not chosen
};
/// `layer` has experts.
[[nodiscard]] RouterCell router_cell(const Trace& trace, std::size_t layer, std::size_t token, std::size_t expert);

struct RouterView {
  /// Why there is nothing to show; `none`: there is.
  enum class Obstacle { none, no_text, model, layer };
  Obstacle obstacle = Obstacle::no_text;
  RouterInputs of{};
  std::vector<std::size_t> layers{};  ///< those with experts, where the model has some
  Experts experts{};                  ///< of the layer
  ExpertLoad load{};                  ///< of the layer, over the whole text

  Axis rows{};                         ///< tokens (a window of a long text), or layers
  Axis cols{};                         ///< experts, named by their numbers
  std::vector<std::size_t> columns{};  ///< [cols] the expert of each
  Matrix values{};             ///< [rows, cols] the router's p, or the share of the text; NaN: no such expert there
  std::vector<bool> chosen{};  ///< [rows·cols] the token goes through the expert; empty where rows are of no token
  float limit = 1.0F;          ///< largest value

  [[nodiscard]] bool is_chosen(std::size_t row, std::size_t col) const {
    return !chosen.empty() && chosen[row * columns.size() + col];
  }
  /// The layer and the token of a row; of a map of loads any token.
  [[nodiscard]] std::size_t layer_of(std::size_t row) const { return of.map == RouterMap::layer ? of.layer : row; }
  [[nodiscard]] std::size_t token_of(std::size_t row) const;
  /// Column of an expert; columns.size() where there is none.
  [[nodiscard]] std::size_t column_of(std::size_t expert) const;
};
/// `loads` are those of the snapshot's trace, and needed for a map of loads alone.
[[nodiscard]] RouterView make_router(const Snapshot& snapshot, const RouterInputs& inputs,
                                     const ExpertLoads* loads = nullptr);

/// A token that goes through an expert.
struct ExpertToken {
  std::size_t token = 0;
  float gate = 0.0F;
  friend bool operator==(const ExpertToken&, const ExpertToken&) = default;
};
/// Of the whole text, in its order.
[[nodiscard]] std::vector<ExpertToken> tokens_of_expert(const Trace& trace, std::size_t layer, std::size_t expert);

}  // namespace regard
