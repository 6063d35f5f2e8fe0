// SPDX-License-Identifier: Apache-2.0
// What has to be known of the world to say what an action does.
#pragma once

#include "app/session/token_anchor.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <string>

namespace regard {

struct Session;  // app/session/session.h

/// What apply() may ask about the world: the sentence as last tokenized (may lag behind session.text by a frame or two)
/// and the model's shape.
struct ActionContext {
  const Encoding* encoding = nullptr;
  std::size_t layers = 1;
  std::size_t heads = 1;
  const Encoding* decoder = nullptr;  ///< of a model with two texts (`encoding` is the encoder's); else null
  [[nodiscard]] const Encoding* of(TextSide side) const { return side == TextSide::decoder ? decoder : encoding; }
};

/// The text of a side as it is being looked at: what the model wrote where nobody typed.
[[nodiscard]] const std::string& text_of(const Session& session, TextSide side, const Encoding* decoder);

/// Deleting or replacing is refused (apply() leaves the session as it is) for what the text does not hold: template specials.
[[nodiscard]] bool can_replace(std::size_t token, const Encoding& encoding);

}  // namespace regard
