// SPDX-License-Identifier: Apache-2.0
// What a model with an encoder and a decoder reads, in place of the one sentence: the encoder's text with its tokens, under it
// the decoder's. Where nobody typed the decoder's text, it is the model's own and says so. Probes "sentence.text",
// "decoder.text", "decoder.take", "decoder.release".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// `low`: one line of tokens for each text instead of two.
void draw_two_texts(PanelContext& context, bool low);
/// Pixels the panel's content takes; the same for every text.
[[nodiscard]] float two_texts_height(bool low);

}  // namespace regard
