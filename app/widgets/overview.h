// SPDX-License-Identifier: Apache-2.0
// All layers × heads as thumbnails: layer numbers at the left, head numbers on top, the selected row and column marked,
// compared heads outlined in their arc colours, a role badge on every thumbnail whose head has one. As a movement map every head is a
// tile coloured by how far it moved, with the number where there is room; heads that are not compared are hatched.
// Click goes to a head, Ctrl-click compares it. Shows its own tooltip (layer, head, role). Probes "overview.head.<layer>.<head>".
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/session/preferences.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>

#include <optional>
#include <span>
#include <string_view>

namespace regard {

namespace gfx {
class ThumbnailAtlas;
}

struct OverviewSpec {
  std::string_view id = "overview";
  ImVec2 size{};
  const Snapshot* snapshot = nullptr;        ///< thumbnails, roles; its number is the revision
  AttentionKind kind = AttentionKind::self;  ///< whose thumbnails
  HeadRef selected{};
  std::span<const HeadRef> compared{};  ///< colour 1 … of the arcs, in order
  Language language = Language::ru;
  const gfx::ColourMap* map = nullptr;
  gfx::ThumbnailAtlas* atlas = nullptr;  ///< the GPU side, owned by the panel; null (tests without GL): frames only
  bool moved = false;                    ///< the movement map instead of thumbnails
  std::span<const HeadMovement> movements{};  ///< by layer, then head
  float most_moved = 1.0F;                    ///< the movement of its last colour
};

struct OverviewResult {
  std::optional<HeadRef> hovered{};
  std::optional<HeadRef> clicked{};
  std::optional<HeadRef> compared{};  ///< Ctrl-clicked
};

OverviewResult overview(const OverviewSpec& spec);

}  // namespace regard
