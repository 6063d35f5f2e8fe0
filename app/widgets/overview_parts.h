// SPDX-License-Identifier: Apache-2.0
// What thumbnails in rows and names in lines have in common. Private to app/widgets. UI thread only.
#pragma once

#include "app/widgets/overview.h"
#include "app/widgets/paint.h"

#include <string>

namespace regard {

inline constexpr float kBadgeTile = 1.9F;  ///< ems: a name fits under such a thumbnail

/// Layers, and heads of the layer that has the most.
[[nodiscard]] HeadRef overview_size(const OverviewSpec& spec);
/// Heads of a layer: a row may be shorter than others, or empty.
[[nodiscard]] std::size_t heads_in_layer(const OverviewSpec& spec, std::size_t layer);
/// Does the model name some of its heads?
[[nodiscard]] bool has_names(const OverviewSpec& spec);
/// A few letters for the head's thumbnail; empty where it has no role.
[[nodiscard]] std::string badge_of(const OverviewSpec& spec, HeadRef head);

/// Thumbnails in rows.
struct TileLayout {
  HeadRef size{}, begin{}, end{};      ///< of the model; shown: from … to before …
  float label = 0.0F;                  ///< width of the layer labels
  float header = 0.0F;                 ///< height of the head labels
  float tile = 1.0F;                   ///< side of a thumbnail, whole pixels
  float step_x = 1.0F, step_y = 1.0F;  ///< from one to the next
  float badge = 0.0F;                  ///< height under a thumbnail for the role, 0 = none
  float closest = 1.0F;                ///< the largest zoom
  ImVec2 origin{};                     ///< corner of the first shown thumbnail
  [[nodiscard]] ImVec2 corner(HeadRef head) const {
    return {origin.x + static_cast<float>(head.head - begin.head) * step_x,
            origin.y + static_cast<float>(head.layer - begin.layer) * step_y};
  }
  [[nodiscard]] bool shows(HeadRef head) const {
    return head.layer >= begin.layer && head.layer < end.layer && head.head >= begin.head && head.head < end.head;
  }
};
[[nodiscard]] TileLayout tile_layout(const OverviewSpec& spec, float zoom);

void draw_tiles(const OverviewSpec& spec, OverviewView& view, OverviewResult& result);

/// Names in lines, in the order of the heads.
void draw_names(const OverviewSpec& spec, OverviewView& view, OverviewResult& result);
[[nodiscard]] float names_height(const OverviewSpec& spec);

[[nodiscard]] inline const std::string& in(Language language, const Bilingual& text) {
  return language == Language::ru ? text.ru : text.en;
}
/// How far a head moved; null where it was not compared.
[[nodiscard]] const HeadMovement* movement_of(const OverviewSpec& spec, HeadRef head);
/// A head of the movement map: its colour, and the number where it fits.
void paint_movement(const OverviewSpec& spec, HeadRef head, ImVec2 min, float side, ImDrawList& list);
/// Around a thumbnail: selected, compared, under the mouse.
void paint_head_frame(const OverviewSpec& spec, HeadRef head, ImVec2 min, float side, bool hovered, ImDrawList& list);
/// Takes the snapshot's thumbnails over, if they are new.
void upload_thumbnails(const OverviewSpec& spec);
/// A click or Ctrl-click on the head that `result` says is hovered, when the item just submitted was let go.
void take_click(OverviewResult& result);

}  // namespace regard
