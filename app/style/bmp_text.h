// SPDX-License-Identifier: Apache-2.0
// ImGui's text fields hold 16-bit characters: an emoji that passes through them would be lost. Characters beyond U+FFFF
// go in as private-use characters (U+E000…) and come out as what they were. UI thread only.
#pragma once

#include <string>
#include <string_view>

namespace regard {

/// UTF-8 whose characters all fit into 16 bits. Private-use characters of the input itself are stored the same way. After
/// 6,400 different ones the rest stay as they are.
[[nodiscard]] std::string to_field(std::string_view text);
/// The inverse.
[[nodiscard]] std::string from_field(std::string_view text);
/// The 16-bit character that stands for one typed character.
[[nodiscard]] unsigned to_field(unsigned character);
/// The inverse: the character itself where it stands for no other.
[[nodiscard]] unsigned from_field(unsigned character);

}  // namespace regard
