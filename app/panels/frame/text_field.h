// SPDX-License-Identifier: Apache-2.0
// A text of the session: the sentence, or what a decoder reads. ImGui edits a buffer; undo, examples and files change the session
// under it, and the field follows. One line; the button at its right end lets it grow to several over what stands below it
// (Escape, Enter, the button or a click elsewhere end that; the text stays as it was typed). UI thread only. Probes `probe`,
// "<probe>.grow", "<probe>.lines".
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/common/text_states.h"

#include <optional>
#include <string>

namespace regard {

struct TextFieldSpec {
  const char* id = "##sentence";
  const char* probe = "sentence.text";
  const char* hint = "";  ///< shown while the text is empty
  float width = 0.0F;     ///< pixels
  bool fixed = false;     ///< nobody can type in it: the text is that of a captured run
};

/// The field with `text` of the session. The new text if it was edited; Escape leaves the field and takes nothing back. What it
/// takes of the line is the last item.
[[nodiscard]] std::optional<std::string> text_field(const TextFieldSpec& spec, SentenceState& state,
                                                    const std::string& text);
[[nodiscard]] float text_field_height();

}  // namespace regard
