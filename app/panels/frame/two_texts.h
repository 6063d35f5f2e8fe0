// SPDX-License-Identifier: Apache-2.0
// What a model with an encoder and a decoder reads, in place of the one sentence: the encoder's text with its tokens, under it
// the decoder's. Where nobody typed the decoder's text, it is the model's own and says so. Probes "sentence.text",
// "decoder.text", "decoder.take", "decoder.release".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_two_texts(PanelContext& context);

/// Pixels the panel's content takes at this width.
[[nodiscard]] float two_texts_height(const PanelContext& context, float width);

}  // namespace regard
