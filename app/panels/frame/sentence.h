// SPDX-License-Identifier: Apache-2.0
// The sentence: a text field over the full width, a notice where something was cut or repaired, and the token strip.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_sentence(PanelContext& context);

/// Pixels the panel's content takes at this width.
[[nodiscard]] float sentence_height(const PanelContext& context, float width);

/// One step of keeping the field's buffer and the session's text together; separate from drawing so that tests see it.
/// Called before the field is drawn.
void follow_session(SentenceState& state, const std::string& text);

}  // namespace regard
