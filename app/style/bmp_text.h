// SPDX-License-Identifier: Apache-2.0
// ImGui here has 16-bit characters: an emoji that passes through its text fields would be lost, and none could be drawn.
// Characters beyond U+FFFF go in as private-use characters (U+E000…) and come out as what they were. UI thread only.
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

/// A text as ImGui can draw it: characters beyond U+FFFF as in to_field(), the rest as it is. Twice is the same as once.
/// A view of `text` itself where there are none, else of `room`.
[[nodiscard]] std::string_view drawable(std::string_view text, std::string& room);

}  // namespace regard
