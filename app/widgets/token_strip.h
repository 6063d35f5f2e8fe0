// SPDX-License-Identifier: Apache-2.0
// The sentence as chips, one per token, tinted by the weight the selected query gives it. Lines wrap; more than three scroll.
// Click: query. Shift-click: key. Double-click: edit in place (Enter keeps, Escape leaves). Delete, while the strip has the
// focus: remove the query's token. Shows its own tooltip: piece, id, byte span. Probes "strip.token.<index>", "strip.editor".
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Where chips stand, in pixels from the first line's start.
struct ChipFlow {
  struct Place {
    ImVec2 min{}, size{};
  };
  std::vector<Place> places{};
  std::size_t lines = 1;
  float line_height = 0.0F;
};

/// Kept by the panel between frames.
struct TokenStripState {
  std::size_t editing = kNone;  ///< the chip whose text is being edited
  std::string buffer{};
  bool wants_focus = false;
  std::size_t shown_query = kNone;  ///< the query last scrolled into view
  ChipFlow flow{};                  ///< of the frame before, and what it follows from: long texts are not measured anew
  std::size_t flow_inputs = 0;
};

struct TokenStripSpec {
  std::string_view id = "strip";
  const StripView* view = nullptr;
  float width = 0.0F;                   ///< pixels; 0 = what is left of the line
  const gfx::ColourMap* map = nullptr;  ///< the weights' map
  float weight_limit = 1.0F;            ///< the weight of its last colour
  std::size_t linked = kNone;           ///< token hovered in another view
  std::size_t most_lines = 3;           ///< more scroll
};

struct TokenEdit {
  std::size_t token = 0;
  std::string text{};  ///< what was typed, without the leading space the token stands after
};

struct TokenStripResult {
  std::optional<std::size_t> hovered{};
  std::optional<std::size_t> query{};   ///< clicked
  std::optional<std::size_t> key{};     ///< Shift-clicked
  std::optional<TokenEdit> replaced{};  ///< edited in place; "" when the editor was emptied
  std::optional<std::size_t> deleted{};
};

TokenStripResult token_strip(const TokenStripSpec& spec, TokenStripState& state);
/// Height the strip will take at this width: one to three lines.
[[nodiscard]] float token_strip_height(const TokenStripSpec& spec);

}  // namespace regard
