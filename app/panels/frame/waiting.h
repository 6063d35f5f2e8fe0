// SPDX-License-Identifier: Apache-2.0
// Old numbers are never under a new name: while a model or a text is on its way (or was given up), what is still shown is dimmed
// and named, with what is being done, how far, and a button that ends it. Appears after a quarter of a second, so that fast runs
// do not flicker. UI thread only. Probes "waiting.veil", "waiting.card", "waiting.cancel", "waiting.again".
#pragma once

#include "app/panels/common/panel.h"

#include <imgui.h>
#include <optional>

namespace regard {

/// Over a rectangle of the current window, above the panels drawn there before: the veil and the card in its middle.
void draw_waiting(PanelContext& context, ImVec2 min, ImVec2 max);
/// The veil alone. `id`: one of its own in the window.
void draw_veil(const PanelContext& context, const char* id, ImVec2 min, ImVec2 max);

/// How much of the veil there is, 0…1.
[[nodiscard]] float veil_strength(const World& world);
/// Seconds left of the worker's load or run, as far as its progress tells.
[[nodiscard]] std::optional<double> seconds_left(const World& world);

}  // namespace regard
