// SPDX-License-Identifier: Apache-2.0
// GPT-2's alphabet: a visible character for every byte. Pure functions, any thread.
#pragma once

#include "core/text/aligned_text.h"

namespace regard {

/// The character that stands for a byte, and back (−1 for characters outside the alphabet).
[[nodiscard]] char32_t byte_to_character(unsigned char byte);
[[nodiscard]] int character_to_byte(char32_t code);

/// Appends bytes [range) of a text in the alphabet; each character has the source of its byte.
void append_in_byte_alphabet(const AlignedText& text, TextRange range, AlignedText& out);

}  // namespace regard
