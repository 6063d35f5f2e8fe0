// SPDX-License-Identifier: Apache-2.0
// All layers × heads as thumbnails: layer numbers at the left, head numbers on top, the selected row and column marked,
// compared heads outlined in their arc colours, a role badge on every thumbnail whose head has one. Where thumbnails would be
// too small for the names of a model's heads, the names stand in lines, each with a small thumbnail before it; those of models
// without names are zoomed with the wheel, moved by dragging, and the selected one stays in sight. As a map of movement or of a measure every
// head is a tile coloured by its number, which stands on it where there is room; heads without one are hatched.
// Click goes to a head, Ctrl-click compares it. Shows its own tooltip (layer, head, role).
// Probes "overview.head.<layer>.<head>", "overview.all".
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/session/preferences.h"
#include "app/viewmodel/head_pictures.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/difference.h"

#include <imgui.h>

#include <optional>
#include <span>
#include <string_view>

namespace regard {

namespace gfx {
class ThumbnailAtlas;
}

/// Kept by the panel between frames: which heads are shown.
struct OverviewView {
  float zoom = 1.0F;                  ///< 1 = all of them
  float layer = 0.0F;                 ///< the first that is shown
  float head = 0.0F;                  ///< likewise
  float closest = 1.0F;               ///< the largest zoom of the last frame; 1 where thumbnails are large enough
  HeadRef begin{}, end{};             ///< shown in the last frame: layers and heads from … to before …
  HeadRef size{};                     ///< layers and heads of the model all this is about
  std::optional<HeadRef> followed{};  ///< the selected head that was last brought into sight
  bool lines = false;                 ///< names in lines
  [[nodiscard]] bool shows_all() const { return zoom <= 1.0F; }
};

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
  std::string_view measure{};                 ///< what the tiles' numbers are; empty: how far the head moved
  float most_moved = 1.0F;                    ///< the movement of its last colour
};

struct OverviewResult {
  std::optional<HeadRef> hovered{};
  std::optional<HeadRef> clicked{};
  std::optional<HeadRef> compared{};  ///< Ctrl-clicked
};

OverviewResult overview(const OverviewSpec& spec, OverviewView& view);
/// The height at which all heads stand well in spec.size.x.
[[nodiscard]] float overview_height(const OverviewSpec& spec);
/// A step of the wheel about the selected head; `notches` > 0 comes closer.
void zoom_overview(OverviewView& view, HeadRef about, float notches);

}  // namespace regard
