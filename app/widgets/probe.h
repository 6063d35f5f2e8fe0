// SPDX-License-Identifier: Apache-2.0
// Where the interactive items of this frame stand, so that live tests click honestly. UI thread only.
// Does nothing (and costs one branch) unless enabled by --probe-file; the shell clears it before each frame and writes
// probe_json() after it.
#pragma once

#include <imgui.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Which part of a grid its rectangle shows, in cells: column `left` starts at the rectangle's left edge.
struct ProbeRange {
  float left = 0.0F;
  float top = 0.0F;
  float cols = 0.0F;
  float rows = 0.0F;
};

/// One item: id such as "overview.head.2.3", "strip.token.4", "grid.weights.cells", "slider.layer";
/// rectangle in window pixels.
struct ProbeItem {
  std::string id{};
  ImVec2 min{};
  ImVec2 max{};
  std::optional<ProbeRange> range{};  ///< grids only
};

void probe_enable(bool on);
[[nodiscard]] bool probe_enabled();
void probe_clear();

/// Records one rectangle, cut to the window's clip rectangle; an item that is scrolled out of sight is left out.
void probe(std::string_view id, ImVec2 min, ImVec2 max);
void probe(std::string_view id, ImVec2 min, ImVec2 max, const ProbeRange& range);
/// The item ImGui has just submitted. A slider's item includes its label: use the widgets of this room, which record the frame.
void probe_last_item(std::string_view id);

[[nodiscard]] std::span<const ProbeItem> probe_items();
/// {"items":[{"id":…,"x":…,"y":…,"w":…,"h":…,"range":{"left":…,"top":…,"cols":…,"rows":…}}, …]}
[[nodiscard]] std::string probe_json();

}  // namespace regard
