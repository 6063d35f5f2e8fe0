// SPDX-License-Identifier: Apache-2.0
// The text of a token as a label shows it: nothing in it is invisible, and texts that differ look different. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace regard {

/// Spaces at the ends, runs of spaces and lone ones are "·", line ends "↵", tabs "⇥"; more than four alike in a row are
/// "·×12". Other spaces, control and format characters, and whatever else has no ink are named: "‹NBSP›", "‹ZWSP›", "‹U+3000›".
/// A mark without a letter stands on "◌". Joiners between letters of a script that joins stay: they shape it. Signs that would
/// be taken for one of these stand-ins are named too. Empty: "∅".
[[nodiscard]] std::string visible_text(std::string_view text);

/// Likewise for labels of axes and lists, where words stand apart anyway: one space before the first letter is left out.
[[nodiscard]] std::string visible_word(std::string_view text);

}  // namespace regard
