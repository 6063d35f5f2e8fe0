// SPDX-License-Identifier: Apache-2.0
// What the grids keep between frames, those of a long text above all.
#pragma once

#include "app/viewmodel/grid_map.h"
#include "app/widgets/heat_map.h"

#include <imgui.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace regard {

/// What a place in the grids is a place in: it is lost with it.
struct GridGround {
  std::weak_ptr<const Model> model{};
  AttentionKind kind = AttentionKind::self;
  bool words = false, hides_special = false;
  std::string text{}, encoder_text{};
  std::string image{};  ///< the file of a picture
};

/// The field of "go to token".
struct GoToState {
  bool open = false;
  bool wants_focus = false;
  std::string text{};
};

/// The pair under the mouse and its exact numbers, as the tooltip tells them.
struct ToldPair {
  std::size_t row = 0, col = 0;
  ExactCell numbers{};
};

struct MapState {
  MapPooling pooling = MapPooling::peak;
  MapView view{};                    ///< what the last frame showed
  ImVec2 cells_min{}, cells_max{};   ///< where, in the grid of weights
  bool centre_on_selection = false;  ///< asked for by "go to token"

  // What is drawn, and the numbers made of it.
  std::shared_ptr<const void> source{};  ///< keeps `drawn` alive
  const AttentionMap* drawn = nullptr;
  MapPooling drawn_pooling = MapPooling::peak;
  Matrix scores{}, weights{};
  float score_limit = 1.0F, weight_limit = 1.0F;
  std::uint64_t revision = 0;
  const void* mini_source = nullptr;
  Matrix mini{};
  std::uint64_t mini_revision = 0;
  std::optional<ToldPair> told{};
  GoToState go_to{};
};

enum class GridKind { none, scores, weights };

struct GridsState {
  HeatMapView view{};
  GridGround ground{};                  ///< what `view` is a part of
  MapState map{};                       ///< of a long text
  GridKind copy_from = GridKind::none;  ///< the grid under the mouse: Ctrl-C copies its numbers
  int frame = -1;                       ///< ImGui's number of the frame in which the grids were made ready
};

}  // namespace regard
