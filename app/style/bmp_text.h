// SPDX-License-Identifier: Apache-2.0
// ImGui here has 16-bit characters, and its one-line fields show no line ends: what does not fit goes in as private-use
// characters (U+E000…), the stand-ins, and comes out as what it was. Text that is only drawn may also hold stand-ins for shaped
// glyphs (app/style/drawn_text.h). UI thread only.
#pragma once

#include <string>
#include <string_view>

namespace regard {

/// UTF-8 whose characters all fit into 16 bits and show: characters beyond U+FFFF, line ends and private-use characters of the
/// input itself become stand-ins, bytes of no character U+FFFD. After 6,400 different stand-ins the rest stay as they are.
[[nodiscard]] std::string to_field(std::string_view text);
/// The inverse.
[[nodiscard]] std::string from_field(std::string_view text);
/// The 16-bit character that stands for one typed character.
[[nodiscard]] unsigned to_field(unsigned character);
/// The inverse: the character itself where it stands for no other.
[[nodiscard]] unsigned from_field(unsigned character);

/// A text as ImGui can draw it: laid out from left to right, letters joined (drawn_text.h), characters beyond U+FFFF as in
/// to_field(), the rest as it is. Twice is the same as once. A view of `text` itself where nothing is to be done, else of `room`.
[[nodiscard]] std::string_view drawable(std::string_view text, std::string& room);

/// The stand-in for any number: a character, or one of drawn_text.h's glyphs (from 0x110000 on). The number itself where all are
/// taken.
[[nodiscard]] unsigned stand_in_for(unsigned number);
/// What a private-use character stands for; the character itself where it is no stand-in.
[[nodiscard]] unsigned stood_for(unsigned character);
/// Told of each new stand-in from now on, so that fonts know how wide it is.
void when_stand_in_is_new(void (*tell)(unsigned stand_in));

/// Appends a character as UTF-8.
void append_character(std::string& text, unsigned character);

}  // namespace regard
