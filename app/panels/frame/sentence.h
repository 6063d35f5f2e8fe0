// SPDX-License-Identifier: Apache-2.0
// The sentence: a text field over the full width, in its row a notice where something was cut or repaired, and the tokens in an
// area of two lines (one in a low window). As high as the size of the text says, whatever is written: nothing below it jumps.
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/common/text_states.h"

#include <string>

namespace regard {

void draw_sentence(PanelContext& context);

/// Pixels the panel's content takes; the same for every text. It draws as low as its room is.
[[nodiscard]] float sentence_height(const PanelContext& context, bool low);

/// One step of keeping the field's buffer and the session's text together; separate from drawing so that tests see it.
/// Called before the field is drawn.
void follow_session(SentenceState& state, const std::string& text);

}  // namespace regard
