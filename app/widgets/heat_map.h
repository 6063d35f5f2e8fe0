// SPDX-License-Identifier: Apache-2.0
// A matrix as coloured cells with a label for every row (query) at the left and every column (key) slanted on top.
// Wheel zooms at the cursor, drag pans, double-click or the button in the corner show everything again, click selects.
// The widget shows no text but the labels: the panel writes the tooltips for `hovered` and `beside`. Probes "<id>.cells", "<id>.all",
// "<id>.beside".
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/viewmodel/views.h"

#include <imgui.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace regard {

namespace gfx {
class HeatMapImage;
}

inline constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();  ///< no row, column, token, bar

/// Kept by the panel between frames; two linked grids may share one.
struct HeatMapView {
  float zoom = 1.0F;  ///< 1 = everything fits; at most until 4 cells fill the view
  float left = 0.0F;  ///< cell coordinate of the left edge
  float top = 0.0F;   ///< cell coordinate of the upper edge
  [[nodiscard]] bool shows_all() const { return zoom <= 1.0F; }
};

struct Cell {
  std::size_t row = 0;  ///< query
  std::size_t col = 0;  ///< key
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// Which units of long axes the values stand for: value (r, c) for block × block units from (first_row + r·block,
/// first_col + c·block) on. Cells, positions and marks are in units of the whole axes, whatever is drawn of them.
struct HeatMapPart {
  std::size_t rows = 0, cols = 0;  ///< units of the whole axes; 0: every value is a unit, and all of them are there
  std::size_t first_row = 0, first_col = 0;
  std::size_t block = 1;
};

/// A cell that something was done to by hand: framed, and named in the legend of its colour.
struct CellMark {
  Cell cell{};
  ImU32 colour = 0;
};

struct HeatMapSpec {
  std::string_view id{};                      ///< "grid.weights"
  ImVec2 size{};                              ///< pixels of the whole widget, labels included
  const Matrix* values = nullptr;             ///< [rows, cols]; nothing but an empty frame when null or empty
  const std::vector<bool>* masked = nullptr;  ///< row-major [rows·cols], or null; a value that is NaN is masked, too
  HeatMapPart part{};
  std::uint64_t revision = 0;  ///< must change whenever values or mask do
  const Axis* rows = nullptr;  ///< labels of the queries
  const Axis* cols = nullptr;  ///< labels of the keys
  const gfx::ColourMap* map = nullptr;
  float low = 0.0F;                  ///< value of the map's first colour
  float high = 1.0F;                 ///< value of its last
  std::size_t selected_row = kNone;  ///< its label in query blue, the row outlined
  std::size_t selected_col = kNone;  ///< its label in key orange-red
  std::size_t linked_row = kNone;    ///< hovered in another view: crosshair
  std::size_t linked_col = kNone;
  std::span<const CellMark> marks{};
  bool paints = false;  ///< a drag goes over cells (HeatMapResult::pressed); the middle button moves the view
  /// [rows] a number of each row that belongs to no column: a column of its own, set apart at the right; null or empty: there is none
  const std::vector<float>* beside = nullptr;
  const Axis* beside_label = nullptr;  ///< of one unit: its name
  gfx::HeatMapImage* image =
      nullptr;  ///< the GPU side, owned by the panel; null (tests without GL): no cells are drawn
};

struct HeatMapResult {
  std::optional<Cell> hovered{};
  std::optional<Cell> clicked{};        ///< select query = row and key = col
  std::optional<std::size_t> beside{};  ///< the row whose number beside the cells is under the mouse
  std::optional<Cell> pressed{};        ///< where it paints: the cell under the mouse while the left button is down
  ImVec2 cells_min{}, cells_max{};      ///< where the cells are, pixels
  float cell = 1.0F;                    ///< side of a unit, pixels
  float cols = 0.0F, rows = 0.0F;       ///< visible, in units
};

HeatMapResult heat_map(const HeatMapSpec& spec, HeatMapView& view);

/// Width and height, in pixels, that all cells together get in a widget of this size. Nothing is drawn.
[[nodiscard]] ImVec2 heat_map_cells(const Axis& rows, const Axis& cols, ImVec2 size);

}  // namespace regard
