// SPDX-License-Identifier: Apache-2.0
// A matrix of tokens × dimensions stretched into a rectangle: every row a token, the asking one lit, columns as narrow as they
// must be. Where its heads stand apart, a number over each. Pictures of one height beside each other have their rows at the
// same height. Shows no text but labels: the panel writes the tooltip for `hovered`. Probes "<id>.cells".
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <imgui.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace regard {

namespace gfx {
class HeatMapImage;
}

/// Columns that belong together, and what stands over them.
struct MatrixPiece {
  Range columns{};
  std::string label{};
  bool lit = false;
  Range bracket{};  ///< columns that share this piece: a bracket over them; empty: none
};

struct MatrixPictureSpec {
  std::string_view id{};
  ImVec2 size{};                   ///< pixels of everything
  const Matrix* values = nullptr;  ///< NaN: no cell, the ground is seen
  std::uint64_t revision = 0;      ///< must change whenever values do
  const Axis* rows = nullptr;      ///< labels at the left; null: none
  const gfx::ColourMap* map = nullptr;
  float low = 0.0F, high = 1.0F;
  std::size_t lit_row = kNone;     ///< outlined and named in query blue
  std::size_t linked_row = kNone;  ///< hovered elsewhere
  bool key_rows = false;           ///< the lit row is looked at: in key orange-red
  std::span<const MatrixPiece> pieces{};
  bool numbered = true;  ///< a line over the cells is kept free for the labels of pieces, those of neighbours as well
  gfx::HeatMapImage* image = nullptr;  ///< owned by the panel; null: no cells are drawn
};

struct MatrixPictureResult {
  std::optional<Cell> hovered{};
  std::optional<Cell> clicked{};
  ImVec2 cells_min{}, cells_max{};
};

/// Pixels between the top of a picture and the outline of its cells.
[[nodiscard]] float room_over_matrix(bool numbered);

MatrixPictureResult matrix_picture(const MatrixPictureSpec& spec);

}  // namespace regard
