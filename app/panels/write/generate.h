// SPDX-License-Identifier: Apache-2.0
// The button beside the sentence that lets a causal model continue it, and the little menu with how it should.
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/common/world.h"

namespace regard {

inline constexpr const char* kGenerateMenu = "generate";

/// Can the model on screen continue a text? (Why not is told by the button's hint.)
[[nodiscard]] bool can_generate(const PanelContext& context);
[[nodiscard]] inline bool is_generating(const PanelContext& context) {
  return context.world.generating;
}

/// Locale key: what the button does, or why it does nothing.
[[nodiscard]] const char* about_generating(const PanelContext& context);

/// Starts, or stops what is being written: the button, and the key.
void toggle_generating(PanelContext& context);
/// Where the model can write and does not.
void write_one_token(PanelContext& context);
/// Of what is being written.
void toggle_pause(PanelContext& context);

/// Locale key of why a continuation ended, with {made} and {context}.
[[nodiscard]] const char* end_key(Generation::State state);

/// Pixels the button and its menu's triangle take on a line.
[[nodiscard]] float generate_width();
/// Both, `height` pixels high, at the cursor.
void draw_generate(PanelContext& context, float height);

}  // namespace regard
