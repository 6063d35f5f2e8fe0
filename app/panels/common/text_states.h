// SPDX-License-Identifier: Apache-2.0
// What the lines of text keep between frames: the field that ImGui edits, and the chips below it.
#pragma once

#include "app/widgets/token_strip.h"

#include <cstddef>
#include <string>

namespace regard {

/// The field, and what of the session it has taken over.
struct SentenceState {
  std::string buffer{};
  std::string synced{};    ///< session.text when the buffer was last equal to it
  bool replace = false;    ///< the session changed under the field (undo, example): it must take the new text
  std::size_t cursor = 0;  ///< byte the cursor goes to then
  bool grow = false;       ///< asked for: the field is to grow to several lines, or to shrink to one again
  bool tall = false;       ///< it has grown
  bool to_end = false;     ///< and has just done so: the cursor goes behind the text
  bool wants_focus = false;
};

struct TextStates {
  SentenceState sentence{};
  SentenceState decoder{};  ///< the decoder's text, where there is one
  TokenStripState strip{};
  TokenStripState decoder_strip{};
};

}  // namespace regard
