// SPDX-License-Identifier: Apache-2.0
// Numbers as people type and paste them: "0,5" is 0.5 wherever a number can be typed. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace regard {

/// A decimal comma or a decimal point; groups of three digits parted by spaces, apostrophes, commas or points ("1.234,5",
/// "1,234.5", "1 234 567"); a true minus sign; an exponent; a percent sign behind it means nothing. One separator alone is the
/// decimal one: "1,234" is 1.234. Nothing where it is no number, and never another number than was meant.
[[nodiscard]] std::optional<double> typed_number(std::string_view text);

/// Likewise where only whole numbers make sense: there "1,234" is 1234, and "1,5" is 2. Nothing below 0 or beyond 64 bits.
[[nodiscard]] std::optional<std::uint64_t> typed_whole_number(std::string_view text);

/// May the character stand in a number that is being typed?
[[nodiscard]] bool belongs_to_number(char32_t character);

}  // namespace regard
