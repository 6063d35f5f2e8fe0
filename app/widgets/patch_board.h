// SPDX-License-Identifier: Apache-2.0
// A picture as the model's patches: each a chip in its place. Two looks: the chips as they are, or each framed in the colour
// of the weight that the asking token gives it and the darker the less it gets. Click: query. Shift-click: key. Shows its own
// tooltip. Probes "<id>" and "<id>.<token>". Without a texture the chips have the patches' mean colours.
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <imgui.h>

#include <optional>
#include <string_view>

namespace regard {

struct PatchBoardSpec {
  std::string_view id = "picture";
  const StripView* view = nullptr;      ///< with an image
  ImVec2 size{};                        ///< pixels the board may take; it keeps the picture's proportions
  const gfx::ColourMap* map = nullptr;  ///< of the weights; null: the chips as they are
  ImTextureID texture = nullptr;        ///< of view->image->picture
  bool weights_told = true;             ///< in the tooltips
  std::size_t linked = kNone;           ///< token hovered in another view
};

struct PatchBoardResult {
  std::optional<std::size_t> hovered{};  ///< tokens
  std::optional<std::size_t> query{};
  std::optional<std::size_t> key{};
};

PatchBoardResult patch_board(const PatchBoardSpec& spec);

/// Pixels the board takes of `room`.
[[nodiscard]] ImVec2 patch_board_size(const StripView& view, ImVec2 room);

/// One patch in a rectangle; a special token is its name on a plain ground.
void paint_patch(ImDrawList& list, const StripView& view, std::size_t token, ImTextureID texture, ImVec2 min,
                 ImVec2 max);

/// What a token of a picture is and which weight it gets, as a tooltip.
void patch_tooltip(const StripView& view, std::size_t token, bool weight_told = true);

}  // namespace regard
